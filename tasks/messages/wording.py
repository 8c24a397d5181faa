"""Which words do our messages use for periods, missing values, goals and findings?"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from babel.dates import format_date

from tasks.calendar import read_key
from tasks.messages.happenings import event_title, is_about_one
from tasks.messages.outside import clean, sentence
from tasks.model import ALL, Direction, GoalStatus, Grain, NullReason, Severity
from tasks.rules.words import NUMBERS

if TYPE_CHECKING:
    from datetime import date

    from tasks.kpis.base import Kpi
    from tasks.model import Cell, Finding, Observation, Period

ENGLISH = (
    "en_GB"  # our sentences are English, so days and months are too; numbers follow the reader
)

SIGNS = {Severity.CRITICAL: "⚠", Severity.WARNING: "⚠", Severity.INFO: "•", Severity.GOOD: "✓"}
MISSED = frozenset({GoalStatus.MISSED, GoalStatus.OFF_PACE})
REACHED = frozenset({GoalStatus.MET, GoalStatus.ON_PACE})
_LEAVING = frozenset({"logo_churn_rate", "churned_customers", "customer_retention_rate"})
_CUSTOMERS = re.compile(r"\bcustomers\b")
# customers of Ana, of under 90 days, on Starter, in EMEA
_BELONGING = {"owner": "of", "tenure_band": "of", "plan": "on"}
_ABOUT_THE_VALUE = frozenset({"spike", "trend", "change"})  # the others say what they are
_ABOUT_THE_DATA = {"staleness": "has not come in", "data_quality": "needs a look at its data"}
_MISSING = {
    NullReason.NO_RESPONSES: "no answers",
    NullReason.NO_LOSSES: "no losses",
    NullReason.INSUFFICIENT_INPUTS: "too little data",
    NullReason.SUPPRESSED_SMALL_GROUP: "hidden, too few answers",
    NullReason.MISSING_FX: "an exchange rate is missing",
    NullReason.SOURCE_STALE: "data not complete",
    NullReason.SOURCE_UNAVAILABLE: "no source",
    NullReason.PERIOD_TOO_SHORT: "known by the month only",
    NullReason.WITHHELD: "withheld",
}


def period_title(key: str) -> str:
    """Return how people say a period: ``Week 47``, ``November 2026``, ``Q4 2026``."""
    written = read_key(key)
    if written.day:
        return format_date(written.day, "EEE d MMM y", ENGLISH)
    if written.grain is Grain.WEEK:
        return f"Week {written.number}"
    if written.grain is Grain.MONTH:
        return f"{_MONTHS[written.number - 1]} {written.year}"
    return f"Q{written.number} {written.year}" if written.grain is Grain.QUARTER else key


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def inside(title: str) -> str:
    """Return a period's title for the middle of a sentence: ``week 47``, ``November 2026``."""
    return title.replace("Week", "week", 1)


def at(key: str) -> str:
    """Return when, for the middle of a sentence: ``in week 47``, ``on Sat 21 Nov 2026``."""
    return f"{'on' if read_key(key).day else 'in'} {inside(period_title(key))}"


def period_label(key: str) -> str:
    """Return a period short enough for the axis of a chart: ``W47``, ``Nov 26``, ``21 Nov``."""
    written = read_key(key)
    if written.day:
        return format_date(written.day, "d MMM", ENGLISH)
    if written.grain is Grain.WEEK:
        return f"W{written.number}"
    if written.grain is Grain.MONTH:
        return f"{_MONTHS[written.number - 1][:3]} {written.year % 100:02d}"
    return period_title(key)


def titled(period: Period) -> str:
    """Return what a period is called and which days it has: ``Week 47, 16-22 Nov 2026``."""
    title = period_title(period.key)
    return title if period.grain is Grain.DAY else f"{title}, {dates(period)}"


def dates(period: Period) -> str:
    """Return the days of a period, both included: ``16-22 Nov 2026``."""
    last = period.end_day - timedelta(days=1)
    if period.first_day == last:
        return _day(last)
    if (period.first_day.year, period.first_day.month) == (last.year, last.month):
        return f"{period.first_day.day}-{_day(last)}"
    return f"{_day(period.first_day)} - {_day(last)}"


def _day(day: date) -> str:
    return format_date(day, "d MMM y", ENGLISH)


def segment_words(cell: Cell) -> str:
    """Return a segment for a title: ``Starter · EMEA``; nothing for the whole company."""
    if cell.segment == ALL:
        return ""
    is_cross = cell.segment_dimension.count("/") == cell.segment.count("/")
    parts = cell.segment.split("/") if is_cross else [cell.segment]
    return " · ".join(clean(part) for part in parts)


def segment_name(segment: str) -> str:
    """Return a segment for a sentence: ``Starter/EMEA``; nothing for the whole company."""
    return "" if segment == ALL else clean(segment)


def missing(kpi: Kpi, observation: Observation | None) -> str:
    """Return why there is no value, in words: ``no answers``; a missing value is never a zero."""
    if observation is None or observation.null_reason is None:
        return "no data"
    if observation.null_reason is NullReason.ZERO_DENOMINATOR:
        return _nobody(kpi)
    return _MISSING[observation.null_reason]


def _nobody(kpi: Kpi) -> str:
    if kpi.key == "renewal_rate":
        return "nobody was due"
    return f"no {kpi.of}" if kpi.of else "nothing to compare with"


def tone_word(better: bool | None) -> str:
    """Return ``better``, ``worse`` or ``level``."""
    return "level" if better is None else ("better" if better else "worse")


def goal_tone(status: GoalStatus) -> str:
    """Return ``met``, ``missed`` or ``level``."""
    if status in REACHED:
        return "met"
    return "missed" if status in MISSED else "level"


def alert_title(kpi: Kpi, finding: Finding) -> str:
    """Return what an alert is about: ``Customers are leaving: Starter · EMEA``."""
    if is_about_one(finding):
        return event_title(finding)
    return _with_segment(_headline(kpi, finding), segment_words(finding.cell))


def _headline(kpi: Kpi, finding: Finding) -> str:
    if finding.rule in _ABOUT_THE_DATA:
        return f"{kpi.name} {_ABOUT_THE_DATA[finding.rule]}"
    if finding.direction == "data":
        return f"{kpi.name}: the data look incomplete"
    if finding.rule == "goal_pacing":
        is_over = finding.goal_status is GoalStatus.MISSED
        return f"{kpi.name} {'has missed its goal' if is_over else 'is off pace for its goal'}"
    if finding.rule in _ABOUT_THE_VALUE and finding.direction == _bad(kpi) and kpi.alarm:
        return kpi.alarm
    if finding.goal_status in MISSED and finding.direction not in {"up", "down"}:
        return f"{kpi.name} misses its goal"
    # "First response, median" reads on as a list; a second comma ends it
    return f"{kpi.name}{',' if ',' in kpi.name else ''} is {finding.direction}"


def _with_segment(headline: str, segment: str) -> str:
    return f"{headline}: {segment}" if segment else headline


def alert_news(kpi: Kpi, finding: Finding) -> str:
    """Return an alert as a clause for a subject line: ``Starter/EMEA is leaving``."""
    if is_about_one(finding):
        return alert_title(kpi, finding)
    segment = segment_name(finding.cell.segment)
    if is_leaving(kpi, finding):
        return f"{segment} is leaving" if segment else "customers are leaving"
    return f"{segment}: {_headline(kpi, finding)}" if segment else _headline(kpi, finding)


def told(finding: Finding) -> str:
    """Return a finding as a sentence that stands alone: it names the segment it is about.

    ``5 of 61 customers in EMEA left this week``; ``EMEA: CSAT 84 %`` where it is not of customers.
    """
    said, segment = sentence(finding.sentence), segment_name(finding.cell.segment)
    if is_about_one(finding) or segment in said:
        return as_sentence(said)
    whose = f"customers {_BELONGING.get(finding.cell.segment_dimension, 'in')} {segment}"
    first, end, rest = said.partition(". ")
    placed = _CUSTOMERS.sub(lambda _: whose, first, count=1)
    return as_sentence(f"{segment}: {said}" if placed == first else f"{placed}{end}{rest}")


def is_leaving(kpi: Kpi, finding: Finding) -> bool:
    """Return whether a finding says that customers are going away."""
    return kpi.key in _LEAVING and finding.direction == _bad(kpi)


def is_good(kpi: Kpi, side: str) -> bool | None:
    """Return whether it is good to be ``above`` what is usual, or ``below``; None for neither."""
    return {Direction.UP: side == "above", Direction.DOWN: side == "below"}.get(kpi.good)


def _bad(kpi: Kpi) -> str:
    """Return which way is bad; neither for what is neither."""
    return {Direction.DOWN: "up", Direction.UP: "down"}.get(kpi.good, "neither")


def as_sentence(text: str) -> str:
    """Return ``text`` with a capital in front and a full stop behind it; file names stay."""
    about = text.partition(":")[0] if ":" in text else ""
    is_name = "." in about or "_" in about
    begun = text if is_name else text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "?", "…")) else begun + "."


def spelled(number: int) -> str:
    """Return a small number as a word: ``two``; larger ones in digits."""
    words = ("one", *NUMBERS)
    return words[number - 1] if 0 < number <= len(words) else str(number)


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """Return a number with its noun: ``1 alert``, ``3 alerts``."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
