"""How numbers, odds and periods are written in a sentence."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import floor, log10

from tasks.model import Family, Grain, Observation, Period
from tasks.rules.base import Subject, Usual

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
UNITS_OF_TIME = {
    Grain.DAY: ("day", "days"),
    Grain.WEEK: ("week", "weeks"),
    Grain.MONTH: ("month", "months"),
    Grain.QUARTER: ("quarter", "quarters"),
    Grain.YEAR: ("year", "years"),
}
LEAST_CHANCE = 1e-5  # what is rarer is told as that: nobody knows the tails of their data better
RARE = 0.7  # expected events below which people think in "one in so many weeks"
COMMON_SHARE = 0.1
LONG_MINUTES = 180
LARGE_SCORE = 10  # scores of 100 are told to one place, scores of 5 to two
ROUGH = 20  # odds from here on are told to one digit
PERCENT = Decimal(100)
SPOKEN = {"seconds": "s", "days": "days", "months": "months", "ppm": "ppm"}
NO_CHANGE = {"0", "0 pt", "0 min", "0x", *(f"0 {word}" for word in SPOKEN.values())}


def number(value: Decimal, places: int = 0) -> str:
    """Return ``1,204`` or ``4.25``: thousands marked, no trailing zeros after the point."""
    text = f"{_rounded(value, places):,.{places}f}"
    text = text.rstrip("0").rstrip(".") if places else text
    return "0" if text in {"-0", ""} else text


def amount(value: Decimal, subject: Subject) -> str:
    """Return a value of the KPI with its unit: ``2 %``, ``$412,300``, ``42 min``, ``38``."""
    if subject.unit == "ratio":
        return f"{number(value * PERCENT, _share_places(value))} %"
    if subject.unit == "money":
        return money(value, subject.currency)
    if subject.unit == "minutes":
        return duration(value)
    if subject.unit in SPOKEN:
        return f"{number(value, 1)} {SPOKEN[subject.unit]}"
    return _bare(value, subject)


def _bare(value: Decimal, subject: Subject) -> str:
    """Return a value that has no unit but itself: a count, points, a score, how many times."""
    if subject.unit in {"count", "points"}:
        return number(value)
    if subject.unit == "x" and subject.family is not Family.COUNT_RATE:
        return f"{number(value, 1)}x"
    return number(value, 1 if abs(value) >= LARGE_SCORE else 2)


def signed(value: Decimal, subject: Subject) -> str:
    """Return a change in the KPI's unit: ``+0.4 pt``, ``-8 min``, ``+$1,700``, ``no change``."""
    if subject.unit == "ratio":
        text = f"{number(abs(value) * PERCENT, 1)} pt"
    else:
        text = amount(abs(value), subject)
    if text.strip("$€£¥") in NO_CHANGE:
        return "no change"
    return f"{'+' if value > 0 else '-'}{text}"


def signed_percent(share: Decimal) -> str:
    """Return a relative change: ``+0.6 %``, ``-24 %``, ``no change``."""
    text = number(abs(share) * PERCENT, 1 if abs(share) < COMMON_SHARE else 0)
    return "no change" if text == "0" else f"{'+' if share > 0 else '-'}{text} %"


def share_of(share: Decimal) -> str:
    """Return a share as it is said beside an amount: ``2.4 %``."""
    return f"{number(share * PERCENT, _share_places(share))} %"


def money(value: Decimal, currency: str) -> str:
    """Return ``$412,300`` or ``CHF 1,200``; cents only below ten."""
    sign = "-" if value < 0 else ""
    text = f"{abs(value):,.2f}" if 0 < abs(value) < 10 else number(abs(value))  # noqa: PLR2004 - ten
    return f"{sign}{SYMBOLS.get(currency, f'{currency} ' if currency else '')}{text}"


def duration(minutes: Decimal) -> str:
    """Return ``42 min``, or hours for what takes longer than anybody counts in minutes."""
    if minutes < LONG_MINUTES:
        return f"{number(minutes)} min"
    return f"{number(minutes / 60, 1)} h"


def counts(seen: Observation, subject: Subject) -> str:
    """Return the counts behind a value: ``5 of 61 customers left``, ``187 tickets``."""
    if _is_share(subject) and seen.denominator is not None:
        return f"{number(_or_zero(seen.numerator))} of {number(seen.denominator)} {subject.counted}"
    if subject.family is Family.COUNT_RATE and seen.denominator is not None:
        below = f"{number(seen.denominator)} {subject.of}"
        return f"{number(_or_zero(seen.numerator))} {subject.counted} for {below}"
    if subject.family is Family.COUNT:
        return events(_or_zero(seen.numerator), subject)
    return f"{subject.name} {amount(_or_zero(seen.value), subject)}{_sample(seen, subject)}"


def events(count: Decimal, subject: Subject) -> str:
    """Return what happened so often: ``3 customers gave notice``, ``1 ticket``."""
    what = (subject.counted or subject.name.lower()).replace(" who ", " ", 1)
    thing, space, rest = what.partition(" ")
    if count == 1:
        thing = thing.removesuffix("s")
    return f"{number(count)} {thing}{space}{rest}"


def usually(usual: Usual, subject: Subject, grain: Grain, out_of: Decimal | None = None) -> str:
    """Return what to expect: ``2 (range 0 to 5)``, ``one in five weeks``, ``92 % (range ...)``."""
    if usual.count is None or _is_common(usual, subject, out_of):
        return f"{amount(usual.expected, subject)} (range {_between(usual, subject)})"
    if usual.count < Decimal(str(RARE)):
        return one_in(usual.count, grain)
    times = out_of if out_of is not None else Decimal(1)
    low, high = number(usual.low * times), number(usual.high * times)
    return f"{number(usual.count)} (range {low} to {high})"


def usual_count(usual: Usual, grain: Grain) -> str:
    """Return the expected count alone: ``2``, ``one in five weeks``."""
    return pace(usual.count if usual.count is not None else usual.expected, grain)


def pace(expected: Decimal, grain: Grain, periods: int = 1) -> str:
    """Return how many are expected of ``periods`` together: ``2``, or ``one in five weeks``."""
    rare = expected / periods < Decimal(str(RARE))
    return one_in(expected / periods, grain) if rare else number(expected)


def several(periods: int, grain: Grain) -> str:
    """Return ``two weeks``."""
    count = NUMBERS[periods - 2] if 0 <= periods - 2 < len(NUMBERS) else periods
    return f"{count} {UNITS_OF_TIME[grain][1]}"


def one_in(expected: Decimal, grain: Grain) -> str:
    """Return a rare event's pace in words: 0.2 a week is ``one in five weeks``."""
    _, periods = UNITS_OF_TIME[grain]
    if expected * 200 < 1:
        return f"none in 200 {periods}"
    n = max(int(_rounded(1 / expected, 0)), 2)
    return f"one in {NUMBERS[n - 2] if n - 2 < len(NUMBERS) else n} {periods}"


def odds(chance: float) -> str:
    """Return ``1 in 40,000`` (one digit, as odds are rough), or ``less than 1 in 100,000``."""
    if chance < LEAST_CHANCE:
        return "less than 1 in 100,000"
    n = 1 / chance
    digits = 1 if n >= ROUGH else 2
    step = 10 ** max(floor(log10(n)) + 1 - digits, 0)
    return f"1 in {round(n / step) * step:,}"


def this(grain: Grain) -> str:
    """Return ``this week``, ``this month``, ``that day``."""
    return "that day" if grain is Grain.DAY else f"this {UNITS_OF_TIME[grain][0]}"


def named(period: Period, beside: Period | None = None) -> str:
    """Return a period as people call it: ``week 47``, ``November``, ``Q4``, ``21 November``.

    The year is said too where the period stands ``beside`` one of another year.
    """
    is_elsewhere = beside is not None and _year(beside) != _year(period)
    year = f" {_year(period)}" if is_elsewhere else ""
    if period.grain is Grain.WEEK:
        return f"week {int(period.key.rpartition('W')[2])}{year}"
    if period.grain is Grain.MONTH:
        return f"{period.first_day:%B}{year}"
    if period.grain is Grain.QUARTER:
        return period.key.rpartition("-")[2] + year
    if period.grain is Grain.DAY:
        return f"{period.first_day.day} {period.first_day:%B}{year}"
    return period.key


def capitalised(text: str) -> str:
    """Return ``text`` with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


def _year(period: Period) -> str:
    """Return the year a period is named after, which for weeks is the year of its Thursday."""
    return period.key[:4]


def _between(usual: Usual, subject: Subject) -> str:
    """Return ``88 to 95 %``: a unit that follows both numbers is said once."""
    low, high = amount(usual.low, subject), amount(usual.high, subject)
    bare, _, unit = low.partition(" ")
    return f"{bare if unit and high.endswith(f' {unit}') else low} to {high}"


def _is_share(subject: Subject) -> bool:
    """Return whether it is so many of so many; a million times that (ppm) reads as a value."""
    return subject.family is Family.BINOMIAL and subject.unit != "ppm"


def _is_common(usual: Usual, subject: Subject, out_of: Decimal | None) -> bool:
    """Return whether people would say a share rather than a number of events."""
    if not _is_share(subject) or out_of is None:
        return False
    return usual.expected >= Decimal(str(COMMON_SHARE)) and out_of >= 20  # noqa: PLR2004 - a share of fewer is a count


def _sample(seen: Observation, subject: Subject) -> str:
    if subject.family is Family.MEAN_BOUNDED and seen.n is not None:
        return f" from {seen.n:,} {subject.of or 'answers'}"
    return ""


def _share_places(value: Decimal) -> int:
    return 2 if abs(value) < Decimal("0.01") else 1


def _or_zero(value: Decimal | None) -> Decimal:
    return value if value is not None else Decimal(0)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
