"""Which sentence matters most? The lead paragraph: alerts, then goals, then how the rest does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.messages.notes import withheld
from tasks.messages.ongoing import MUTED
from tasks.messages.outside import clean, sentence
from tasks.messages.rows import (
    cell_of,
    change_words,
    figures_of,
    headline_kpi,
    seen_in,
)
from tasks.messages.unusual import listed, unusual
from tasks.messages.wording import (
    MISSED,
    REACHED,
    as_sentence,
    counted,
    inside,
    period_title,
    told,
)
from tasks.model import GoalStatus, Severity

if TYPE_CHECKING:
    from tasks.messages.inputs import DigestInputs
    from tasks.model import Alert
    from tasks.rules.base import GoalStanding

MOST_ALERTS_TOLD = 2
MOST_GOALS_TOLD = 3
_LOUD = (Severity.CRITICAL, Severity.WARNING)


def loud(inputs: DigestInputs) -> tuple[Alert, ...]:
    """Return the alerts that are bad news, the loudest first."""
    bad = [alert for alert in inputs.alerts if alert.severity in _LOUD]
    return tuple(sorted(bad, key=lambda alert: _LOUD.index(alert.severity)))


def quiet_moves(inputs: DigestInputs) -> tuple[Alert, ...]:
    """Return the findings that are only worth a line in the digest."""
    return tuple(alert for alert in inputs.alerts if alert.severity is Severity.INFO)


def has_figures(inputs: DigestInputs) -> bool:
    """Return whether any KPI of the scorecard has a value in this period."""
    newest = (
        seen_in(inputs.history, cell_of(inputs, kpi), inputs.period.key)[-1:] for kpi in inputs.kpis
    )
    return any(seen and seen[0].value is not None for seen in newest)


def missed_goals(inputs: DigestInputs) -> tuple[GoalStanding, ...]:
    """Return the goals that are missed or off pace, and that nobody has muted."""
    silent = {one.cell for one in inputs.open_alerts if one.phase == MUTED and one.is_about_goal}
    standings = inputs.assessment.standings
    return tuple(each for each in standings if each.status in MISSED and each.cell not in silent)


def missed_besides(inputs: DigestInputs) -> tuple[GoalStanding, ...]:
    """Return the missed goals of KPIs that no loud alert is about."""
    alerted = {alert.kpi for alert in loud(inputs)}
    return tuple(each for each in missed_goals(inputs) if each.cell.kpi not in alerted)


def lead(inputs: DigestInputs) -> tuple[str, ...]:
    """Return the lead as short paragraphs; the first sentence is the one that matters."""
    if not has_figures(inputs):
        return (_nothing(inputs),)
    if not loud(inputs) and not missed_goals(inputs):
        return (_quiet(inputs),)
    paragraphs = (_alerts_told(inputs), _goals_told(inputs), _rest(inputs))
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def _nothing(inputs: DigestInputs) -> str:
    when = inside(period_title(inputs.period.key))
    return f"No figures for {when}: no data have arrived for it."


def _grain(inputs: DigestInputs) -> str:
    return str(inputs.period.grain)


def _quiet(inputs: DigestInputs) -> str:
    goals, moves, outside = goals_in_brief(inputs), quiet_moves(inputs), unusual(inputs)
    muted = sum(one.phase == MUTED for one in inputs.open_alerts)
    moved = f"nothing {'else ' if muted else ''}moved beyond its usual range"
    if outside:
        moved = "no alerts"
    if moves:
        moved = f"{counted(len(moves), 'small move')} listed below"
    if muted:
        moved += f", {counted(muted, 'alert')} muted"
    facts = ", ".join(part for part in (goals, moved) if part)
    said = f"Quiet {_grain(inputs)}: {facts}."
    if withheld(inputs):
        said = f"Some figures are withheld. Of the rest: {facts}."
    elif outside:
        said = as_sentence(facts)
    more = as_sentence(listed(outside)) if outside and not moves else ""
    return " ".join(part for part in (said, more, headline(inputs)) if part)


def goals_in_brief(inputs: DigestInputs) -> str:
    """Return how the goals do: ``all 14 goals met or on pace``; empty where none are set."""
    statuses = [standing.status for standing in inputs.assessment.standings]
    if not statuses:
        return ""
    reached = sum(status in REACHED for status in statuses)
    noise = sum(status is GoalStatus.MISSED_WITHIN_NOISE for status in statuses)
    unknown = sum(status is GoalStatus.NO_DATA for status in statuses)
    words = [f"{reached} of {counted(len(statuses), 'goal')} met or on pace"]
    if reached == len(statuses):
        words = [f"all {reached} goals met or on pace" if reached > 1 else "the goal is met"]
    words += [f"{noise} missed within noise"] if noise else []
    words += [f"{unknown} without data"] if unknown else []
    return ", ".join(words)


def headline(inputs: DigestInputs) -> str:
    """Return the company's headline figure: ``MRR $412,300 (▲ 0.6 %).``; empty without one."""
    kpi = headline_kpi(inputs)
    if kpi is None:
        return ""
    cell = cell_of(inputs, kpi)
    newest = seen_in(inputs.history, cell, inputs.period.key)[-1:]
    if not newest or newest[0].value is None:
        return ""
    figures = figures_of(inputs)
    value = figures.value(newest[0].value, newest[0].unit)
    comparison = inputs.assessment.comparisons.get(cell)
    change = change_words(comparison, newest[0].unit, figures).partition(" (")[0]
    return f"{clean(kpi.name)} {value} ({change})." if change else f"{clean(kpi.name)} {value}."


def _alerts_told(inputs: DigestInputs) -> str:
    alerts = loud(inputs)
    said = [told(alert.lead) for alert in alerts[:MOST_ALERTS_TOLD]]
    rest = len(alerts) - len(said)
    return " ".join([*said, f"{counted(rest, 'more alert')} below."] if rest > 0 else said)


def _goals_told(inputs: DigestInputs) -> str:
    alerts = " ".join(sentence(alert.lead.sentence) for alert in loud(inputs))
    missed = [each for each in missed_goals(inputs) if each.text.rstrip(".") not in alerts]
    said = [as_sentence(sentence(standing.text)) for standing in missed[:MOST_GOALS_TOLD]]
    rest = len(missed) - len(said)
    return " ".join([*said, f"{counted(rest, 'more goal')} missed."] if rest > 0 else said)


def _rest(inputs: DigestInputs) -> str:
    moves, outside = quiet_moves(inputs), unusual(inputs)
    if moves:
        return f"{counted(len(moves), 'smaller move is', 'smaller moves are')} listed below."
    more = as_sentence(listed(outside)) if outside else ""
    return " ".join(part for part in (_other_goals(inputs, is_all=not outside), more) if part)


def _other_goals(inputs: DigestInputs, *, is_all: bool) -> str:
    """Return how the other goals do; where nothing is unusual either, that all the rest does so."""
    standings = inputs.assessment.standings
    statuses = {standing.status for standing in standings if standing.status not in MISSED}
    if not standings:
        return "No other alerts."
    if statuses <= REACHED and is_all:
        return "Everything else is on or near pace."
    if statuses <= REACHED:
        return "The other goals are met or on pace." if statuses else ""
    return as_sentence(f"Of the goals, {goals_in_brief(inputs)}")
