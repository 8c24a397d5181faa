"""What does an alert say? From a group of findings about one KPI to one frozen view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.messages.answers import buttons, commands
from tasks.messages.figures import Figures
from tasks.messages.happenings import event_action, is_about_one
from tasks.messages.movements import money_behind, movement
from tasks.messages.outside import clean, sentence
from tasks.messages.pictures import Beside, finding_chart, is_worth_drawing
from tasks.messages.rows import seen_in
from tasks.messages.since import all_advised
from tasks.messages.subject import PREHEADER_LIMIT, SUBJECT_LIMIT, first_clause
from tasks.messages.trial import on_trial
from tasks.messages.view import AlertView, Movement
from tasks.messages.wording import (
    SIGNS,
    alert_title,
    as_sentence,
    at,
    counted,
    is_leaving,
    titled,
    told,
)
from tasks.model import ALL, Severity

if TYPE_CHECKING:
    from decimal import Decimal

    from tasks.messages.inputs import AlertInputs
    from tasks.model import Cell, Finding

MOST_OTHERS = 5


def alert_view(inputs: AlertInputs) -> AlertView:
    """Return the alert as a view: what happened, how unusual it is, who and what to try."""
    alert, finding = inputs.alert, inputs.alert.lead
    figures = Figures(inputs.reader.locale, inputs.reader.currency)
    beside = Beside(inputs.marks, inputs.expected)
    chart = finding_chart("chart-1", inputs.kpi, finding, inputs.history, figures, beside)
    title = _title(inputs)
    return AlertView(
        kind="escalation" if inputs.worse_than else "alert",
        subject_key=_key(inputs),
        company=clean(inputs.reader.company),
        period=inputs.period.key,
        title=title,
        dates=inputs.days or titled(inputs.period),
        sign=SIGNS[alert.severity],
        subject=clean(f"{SIGNS[alert.severity]} {title}", SUBJECT_LIMIT),
        preheader=clean(as_sentence(first_clause(told(finding))), PREHEADER_LIMIT),
        trial=on_trial(inputs.trial),
        lead=as_sentence(sentence(finding.sentence)),
        context=_context(inputs, figures),
        others=_others(inputs),
        movement=_movement(inputs, figures),
        more=_held_back(inputs.more),
        buttons=buttons(inputs),
        commands=commands(inputs),
        footer=(f"{clean(inputs.kpi.name)}: {sentence(inputs.kpi.definition)}",),
        charts=(chart,) if is_worth_drawing(chart) else (),
    )


def _title(inputs: AlertInputs) -> str:
    title = alert_title(inputs.kpi, inputs.alert.lead)
    return f"Worse: {title}" if inputs.worse_than else title


def _key(inputs: AlertInputs) -> str:
    """Return what names the episode, so that nothing is sent twice about it."""
    key = f"{inputs.alert.kpi}:{clean(inputs.alert.lead.cell.segment)}"
    return f"{key}:{inputs.number}" if inputs.number else key


def _held_back(more: int) -> str:
    return f"And {more} more, see the digest." if more else ""


def _movement(inputs: AlertInputs, figures: Figures) -> Movement:
    """Return what is behind it; one customer is told by the sentence already."""
    if is_about_one(inputs.alert.lead):
        return Movement("", beside=tuple(map(sentence, inputs.beside)), tries=_tries(inputs))
    members = inputs.alert.members
    made = movement(inputs.kpi, inputs.drivers, members, figures, inputs.beside)
    return replace(made, tries=_tries(inputs))


def _tries(inputs: AlertInputs) -> tuple[str, ...]:
    """Return what to try: nothing where all is well, and the sources where data are missing."""
    finding = inputs.alert.lead
    if finding.severity is Severity.GOOD:
        return ()
    if finding.direction == "data" or finding.rule in {"staleness", "data_quality"}:
        return ("See which source is late or incomplete: keepwell check.",)
    if is_about_one(finding):
        return (event_action(finding),)
    return tuple(map(sentence, inputs.advised or (inputs.kpi.action,)))


def _context(inputs: AlertInputs, figures: Figures) -> tuple[str, ...]:
    lead = inputs.alert.lead
    money = "" if is_about_one(lead) else money_behind(inputs.alert.members, figures)
    owner = "" if "Owner:" in lead.sentence else inputs.owner
    facts = (
        _before(inputs),
        *all_advised(inputs.advice, str(inputs.period.grain)),
        _siblings(inputs, figures),
        _money_words(inputs, money) if money else "",
        f"Owner: {clean(owner)}." if owner else "",
    )
    return tuple(fact for fact in facts if fact)


def _before(inputs: AlertInputs) -> str:
    """Return what was said when the alert was opened, where it has become worse since."""
    if inputs.worse_than is None:
        return ""
    since = f" {at(inputs.since.key)}" if inputs.since else ""
    return (
        f"It was opened{since}. It said then: {as_sentence(first_clause(told(inputs.worse_than)))}"
    )


def _money_words(inputs: AlertInputs, money: str) -> str:
    if is_leaving(inputs.kpi, inputs.alert.lead):
        return f"{money} of MRR left with them."
    return f"Behind it: {counted(len(inputs.alert.members), 'customer')}, {money} of MRR."


def _siblings(inputs: AlertInputs, figures: Figures) -> str:
    """Return how the rest of the company did, in the same periods."""
    if inputs.alert.context or inputs.alert.lead.window > 1:
        return sentence(inputs.alert.context) if inputs.alert.context else ""
    cell = inputs.alert.lead.cell
    here = _counts(inputs, cell)
    everyone = _counts(inputs, replace(cell, segment_dimension=ALL, segment=ALL))
    if cell.segment == ALL or not inputs.kpi.counted or not here or not everyone:
        return ""
    rest, over = (
        figures.number(whole - part, 0) for part, whole in zip(here, everyone, strict=True)
    )
    return f"Everywhere else: {rest} of {over}."


def _counts(inputs: AlertInputs, cell: Cell) -> tuple[Decimal, Decimal] | None:
    newest = seen_in(inputs.history, cell, inputs.period.key)[-1:]
    if not newest or newest[0].numerator is None or newest[0].denominator is None:
        return None
    return newest[0].numerator, newest[0].denominator


def _is_news(other: Finding, lead: Finding) -> bool:
    """Return whether a finding says more than the one that speaks.

    The same counts are the same customers by another attribute, and what ``lead`` is cut out of
    was told when its other segments were.
    """
    if other.cell.kpi != lead.cell.kpi:
        return False
    if other.rule != lead.rule or lead.cell.segment == ALL:
        return True
    if other.cell.segment_dimension == lead.cell.segment_dimension:
        return True
    is_same = (other.window, other.observed) == (lead.window, lead.observed)
    names, values = (part.split("/") for part in (lead.cell.segment_dimension, lead.cell.segment))
    is_wider = other.cell.segment == ALL or other.cell.segment in values
    return not is_same and not (is_wider and other.cell.segment_dimension in (ALL, *names))


def _others(inputs: AlertInputs) -> tuple[str, ...]:
    same = (each for each in inputs.alert.others if _is_news(each, inputs.alert.lead))
    others = tuple(dict.fromkeys(map(told, same)))  # other KPIs say the same of the same customers
    rest = len(others) - MOST_OTHERS
    return (*others[:MOST_OTHERS], f"{rest} more like these.") if rest > 0 else others
