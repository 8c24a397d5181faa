"""What should a reader know about the data behind a digest?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_datetime, get_timezone

from tasks.messages.outside import clean, sentence
from tasks.messages.rows import figures_of
from tasks.messages.wording import ENGLISH, as_sentence, counted, inside, period_title

if TYPE_CHECKING:
    from decimal import Decimal

    from tasks.kpis.base import Kpi
    from tasks.messages.inputs import DigestInputs, Freshness, Restated
    from tasks.model import Observation

WITHHELD = "withheld"  # the kind of a note that stands directly under the lead
LABELS = ("late", "without")  # those of notes a digest has on itself; they come before it
OF_SET_UP = ("not_read",)  # what a sync says each time, and no figure is worse for
MOST_NOTES = 8
_DAY = 36  # hours up to which lateness is told in hours


def withheld(inputs: DigestInputs) -> tuple[str, ...]:
    """Return the sentences about figures that are not shown because the books do not balance."""
    return tuple(_note(note.text) for note in inputs.notes if note.kind == WITHHELD)


def labels(inputs: DigestInputs) -> tuple[str, ...]:
    """Return what a digest says of itself: that it is late, and which data it did not wait for."""
    return tuple(_note(note.text) for note in inputs.notes if note.kind in LABELS)


def notes(inputs: DigestInputs) -> tuple[str, ...]:
    """Return late sources, restated values and the loaders' notes, at most eight of the last."""
    elsewhere = {WITHHELD, *LABELS, *OF_SET_UP}
    told = [_note(note.text) for note in inputs.notes if note.kind not in elsewhere]
    rest = len(told) - MOST_NOTES
    more = [f"{counted(rest, 'more note')}: keepwell check."] if rest > 0 else []
    late = [as_sentence(_late(source, inputs)) for source in inputs.freshness if source.is_late]
    names = {kpi.key: kpi for kpi in inputs.kpis}
    restated = [_restated(pair, names[pair.after.kpi], inputs) for pair in _known(inputs)]
    return tuple(dict.fromkeys([*late, *restated, *told[:MOST_NOTES], *more]))


def late_words(source: Freshness) -> str:
    """Return a late source for a subject line: ``Zendesk 17 h late``, ``Zendesk 2 days late``."""
    if source.watermark is None:
        return f"no data from {clean(source.source)}"
    return f"{clean(source.source)} {_span(source.hours_before_close)} late"


def footer(inputs: DigestInputs) -> tuple[str, ...]:
    """Return how the figures were checked, whose they are, and where to read more."""
    checked = (_checked(inputs),) if inputs.checked else ()
    reader = inputs.reader
    zone, currency = clean(reader.timezone), clean(reader.currency)
    return (
        *checked,
        f"{clean(reader.company)}. Days begin at midnight, {zone} time; money in {currency}.",
        "How each number is computed: keepwell kpis.",
    )


def _checked(inputs: DigestInputs) -> str:
    names = [clean(name) for name in inputs.unchecked]
    but = f", but for {', '.join(names)}" if names else ""
    return f"Scorecard checked by a second calculation{but}."


def _note(text: str) -> str:
    return as_sentence(sentence(text))


def _late(source: Freshness, inputs: DigestInputs) -> str:
    if source.watermark is None:
        return f"{clean(source.source)}: no data at all; its figures are missing."
    zone = get_timezone(inputs.reader.timezone)
    seen = format_datetime(source.watermark, "EEE d MMM HH:mm", tzinfo=zone, locale=ENGLISH)
    span = _span(source.hours_before_close)
    grain = inputs.period.grain
    return (
        f"{clean(source.source)}: last data {seen}, {span} before the {grain} closed; "
        "its figures are provisional."
    )


def _span(hours: Decimal) -> str:
    return f"{round(hours)} h" if hours <= _DAY else f"{round(hours / 24)} days"


def _known(inputs: DigestInputs) -> tuple[Restated, ...]:
    shown = {kpi.key for kpi in inputs.kpis}
    return tuple(pair for pair in inputs.restated if pair.after.kpi in shown)


def _restated(pair: Restated, kpi: Kpi, inputs: DigestInputs) -> str:
    before, after = (_amount(seen, kpi, inputs) for seen in (pair.before, pair.after))
    when = inside(period_title(pair.after.period))
    segment = "" if pair.after.segment == "ALL" else f", {clean(pair.after.segment)}"
    return f"Restated: {clean(kpi.name)}{segment} in {when} was {before}, now {after}."


def _amount(seen: Observation, kpi: Kpi, inputs: DigestInputs) -> str:
    if seen.value is None:
        return "not known"
    figures = figures_of(inputs)
    if kpi.counted and seen.numerator is not None and seen.denominator is not None:
        over = figures.number(seen.denominator, 0)
        return f"{figures.number(seen.numerator, 0)} of {over}"
    return figures.value(seen.value, seen.unit)
