"""What does the end of an alert say: back to usual, a new normal, a correction?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from babel.dates import format_date

from tasks.episode import Ending
from tasks.messages.figures import Figures
from tasks.messages.movements import money_behind
from tasks.messages.outside import clean
from tasks.messages.pictures import Beside, finding_chart, is_worth_drawing
from tasks.messages.rows import seen_in
from tasks.messages.subject import PREHEADER_LIMIT, SUBJECT_LIMIT, first_clause
from tasks.messages.trial import on_trial
from tasks.messages.view import RecoveryView
from tasks.messages.wording import (
    ENGLISH,
    as_sentence,
    at,
    counted,
    inside,
    period_title,
    segment_words,
    spelled,
    titled,
    told,
)
from tasks.model import Family, Severity

if TYPE_CHECKING:
    from tasks.messages.inputs import RecoveryInputs
    from tasks.messages.view import Chart
    from tasks.model import Observation

_TITLES = {
    Ending.CALM: "Back to usual",
    Ending.NEW_NORMAL: "The new normal",
    Ending.CORRECTED: "Corrected",
    Ending.EXPLAINED: "Told elsewhere",
    Ending.GONE: "Closed",
    Ending.NO_DATA: "Closed without data",
}
_DONE = frozenset({Ending.CALM, Ending.CORRECTED})
_SAID = {
    Ending.EXPLAINED: "Another alert says what this one said; it goes on there.",
    Ending.GONE: "There is nothing left to look at: the segment or the rule is gone.",
    Ending.NO_DATA: "No data have come in for so long that nobody can say whether it is over.",
}
_COUNTED = frozenset({Family.BINOMIAL, Family.COUNT, Family.COUNT_RATE})


def recovery_view(inputs: RecoveryInputs) -> RecoveryView:
    """Return the end of an alert as a view: how it ended, how long it lasted, whom it was about."""
    figures = Figures(inputs.reader.locale, inputs.reader.currency)
    title, lead = _title(inputs), _lead(inputs, figures)
    sign = "✓" if inputs.ending in _DONE else "•"
    chart = _chart(inputs, figures)
    key = f"{inputs.kpi.key}:{clean(inputs.finding.cell.segment)}"
    return RecoveryView(
        subject_key=f"{key}:{inputs.number}" if inputs.number else key,
        company=clean(inputs.reader.company),
        period=inputs.period.key,
        title=title,
        dates=titled(inputs.period),
        sign=sign,
        subject=clean(f"{sign} {title}", SUBJECT_LIMIT),
        preheader=clean(lead, PREHEADER_LIMIT),
        trial=on_trial(inputs.trial),
        lead=lead,
        context=_context(inputs, figures),
        footer=_footer(inputs),
        charts=(chart,) if is_worth_drawing(chart) else (),
    )


def _title(inputs: RecoveryInputs) -> str:
    segment = segment_words(inputs.finding.cell)
    about = f"{clean(inputs.kpi.name)}, {segment}" if segment else clean(inputs.kpi.name)
    return f"{_TITLES[inputs.ending]}: {about}"


def _lead(inputs: RecoveryInputs, figures: Figures) -> str:
    if inputs.ending is Ending.CORRECTED:
        return _corrected(inputs, figures)
    if inputs.ending is Ending.NEW_NORMAL:
        return _new_normal(inputs, figures)
    return _SAID.get(inputs.ending) or _back(inputs, figures)


def _back(inputs: RecoveryInputs, figures: Figures) -> str:
    calm = _past(inputs)[-inputs.calm :]
    seen = ", ".join(_written(one, inputs, figures) for one in calm)
    span = f"{spelled(inputs.calm)} {inputs.period.grain}{'s' if inputs.calm > 1 else ''}"
    return f"Back in its usual range for {span}{f' ({seen})' if seen else ''}."


def _new_normal(inputs: RecoveryInputs, figures: Figures) -> str:
    level = _level(inputs)
    since = format_date(inputs.since.first_day, "d MMMM", ENGLISH)
    stays = "" if level is None else f" at {figures.value(level, _past(inputs)[-1].unit)}"
    return f"Since {since} it stays{stays}: that is the new normal; we compare with it from now on."


def _level(inputs: RecoveryInputs) -> Decimal | None:
    """Return where the KPI has stood since the alert opened: all its periods together."""
    known = [
        one for one in _past(inputs) if one.value is not None and one.period >= inputs.since.key
    ]
    below = sum((one.denominator or Decimal(0) for one in known), Decimal(0))
    if below and all(one.denominator for one in known):
        return sum((one.numerator or Decimal(0) for one in known), Decimal(0)) / below
    values = sorted(one.value for one in known if one.value is not None)
    return values[len(values) // 2] if values else None


def _corrected(inputs: RecoveryInputs, figures: Figures) -> str:
    when = inside(period_title(inputs.finding.period))
    now = [one for one in _past(inputs) if one.period == inputs.finding.period]
    said = f"The alert of {when} no longer holds"
    if not now:
        return f"{said}: its numbers were corrected."
    before = _before(inputs, figures)
    was = f", {before} when it was sent" if before else ""
    return f"{said}: {_written(now[-1], inputs, figures)} after restatement{was}."


def _before(inputs: RecoveryInputs, figures: Figures) -> str:
    """Return what was seen when the alert was sent: ``14 of 241``."""
    seen, over = inputs.finding.observed, inputs.finding.denominator
    if seen is None or inputs.kpi.family not in _COUNTED:
        return ""
    count = figures.number(seen, 0)
    return f"{count} of {figures.number(over, 0)}" if over is not None else count


def _context(inputs: RecoveryInputs, figures: Figures) -> tuple[str, ...]:
    lasted = "" if inputs.ending is Ending.CORRECTED else _lasted(inputs, figures)
    since = at(inputs.since.key)
    began = f"It was opened {since}. It said: {as_sentence(first_clause(told(inputs.finding)))}"
    return tuple(fact for fact in (lasted, began) if fact)


def _lasted(inputs: RecoveryInputs, figures: Figures) -> str:
    span = f"It lasted {counted(inputs.lasted, str(inputs.period.grain))}"
    if not inputs.members:
        return f"{span}."
    money = money_behind(inputs.members, figures)
    people = counted(len(inputs.members), "customer")
    return f"{span}; {people}{f', {money} MRR' if money else ''}."


def _footer(inputs: RecoveryInputs) -> tuple[str, ...]:
    number = f"Alert {inputs.number} is closed. " if inputs.number else ""
    return (as_sentence(f"{number}{clean(inputs.kpi.name)}: {inputs.kpi.definition}"),)


def _past(inputs: RecoveryInputs) -> tuple[Observation, ...]:
    return seen_in(inputs.history, inputs.finding.cell, inputs.period.key)


def _written(seen: Observation, inputs: RecoveryInputs, figures: Figures) -> str:
    if seen.value is None:
        return "no data"
    if inputs.kpi.family in _COUNTED and seen.numerator is not None and seen.denominator:
        below = figures.number(seen.denominator, 0)
        return f"{figures.number(seen.numerator, 0)} of {below}"
    return figures.value(seen.value, seen.unit)


def _chart(inputs: RecoveryInputs, figures: Figures) -> Chart:
    severity = Severity.GOOD if inputs.ending in _DONE else Severity.INFO
    newest = replace(inputs.finding, period=inputs.period.key, severity=severity)
    beside = Beside(inputs.marks, inputs.expected)
    return finding_chart("chart-1", inputs.kpi, newest, inputs.history, figures, beside)
