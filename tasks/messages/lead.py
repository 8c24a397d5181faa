"""Which sentence matters most? The lead paragraph: alerts, then goals, then how the rest does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.messages.notes import withheld
from tasks.messages.outside import clean, sentence
from tasks.messages.rows import (
    cell_of,
    change_words,
    figures_of,
    headline_kpi,
    is_unusual,
    seen_in,
)
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
    from tasks.kpis.base import Kpi
    from tasks.messages.inputs import DigestInputs
    from tasks.model import Alert
    from tasks.rules.base import GoalStanding

MOST_ALERTS_TOLD = 2
MOST_GOALS_TOLD = 3
MOST_NAMED = 3
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
    """Return the goals that are missed or off pace."""
    return tuple(each for each in inputs.assessment.standings if each.status in MISSED)


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
    goals = goals_in_brief(inputs)
    moves = quiet_moves(inputs)
    moved = _moved(inputs)
    if moves:
        moved = f"{counted(len(moves), 'small move')} listed below"
    facts = ", ".join(part for part in (goals, moved) if part)
    if withheld(inputs):
        return f"Some figures are withheld. Of the rest: {facts}. {headline(inputs)}".rstrip()
    return f"Quiet {_grain(inputs)}: {facts}. {headline(inputs)}".rstrip()


def _moved(inputs: DigestInputs) -> str:
    """Return which KPIs no rule speaks of are outside their usual range all the same."""
    names = [clean(kpi.name) for kpi in inputs.kpis if _is_outside(inputs, kpi)]
    if not names:
        return "nothing moved beyond its usual range"
    rest = len(names) - MOST_NAMED
    listed = ", ".join([*names[:MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])])
    return f"no alerts; outside the usual range: {listed}"


def _is_outside(inputs: DigestInputs, kpi: Kpi) -> bool:
    cell = cell_of(inputs, kpi)
    newest = seen_in(inputs.history, cell, inputs.period.key)[-1:]
    comparison = inputs.assessment.comparisons.get(cell)
    return is_unusual(comparison, newest[0] if newest else None)


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
    alerts = " ".join(told(alert.lead) for alert in loud(inputs))
    missed = [each for each in missed_goals(inputs) if each.text.rstrip(".") not in alerts]
    said = [as_sentence(sentence(standing.text)) for standing in missed[:MOST_GOALS_TOLD]]
    rest = len(missed) - len(said)
    return " ".join([*said, f"{counted(rest, 'more goal')} missed."] if rest > 0 else said)


def _rest(inputs: DigestInputs) -> str:
    statuses = {
        standing.status for standing in inputs.assessment.standings if standing.status not in MISSED
    }
    moves = quiet_moves(inputs)
    if moves:
        return f"{counted(len(moves), 'smaller move is', 'smaller moves are')} listed below."
    if not inputs.assessment.standings:
        return "No other alerts."
    if statuses <= REACHED:
        return "Everything else is on or near pace."
    return as_sentence(f"Of the goals, {goals_in_brief(inputs)}")
