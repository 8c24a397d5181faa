"""How people write periods: 2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.errors import WrongUse
from tasks.model import Grain

THURSDAY = 3
FIRST_YEAR, LAST_YEAR = 1900, 2199
MONTHS, MONTHS_IN_QUARTER = 12, 3
HOW = "Write 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026."
WRITTEN = {
    Grain.DAY: re.compile(r"(\d{4})-(\d{2}-\d{2})"),
    Grain.WEEK: re.compile(r"(\d{4})-W(\d{2})"),
    Grain.MONTH: re.compile(r"(\d{4})-(\d{2})"),
    Grain.QUARTER: re.compile(r"(\d{4})-Q(\d)"),
    Grain.YEAR: re.compile(r"(\d{4})"),
}


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """A key taken apart: its grain, its year, and which one of that year it is.

    ``number`` is the ISO week, the month, or the quarter; 1 for a year and a day, and ``day`` is
    set for a day only. Those of one grain sort by time.
    """

    grain: Grain
    year: int
    number: int = 1
    day: date | None = None


def read_key(key: str) -> Written:
    """Return ``key`` taken apart; raise ``WrongUse`` for what is no period."""
    for grain, pattern in WRITTEN.items():
        if match := pattern.fullmatch(key.strip()):
            return _written(grain, key, *match.groups())
    raise WrongUse(f"'{key}' is not a period.", todo=HOW)


def _written(grain: Grain, key: str, year: str, rest: str = "1") -> Written:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise _wrong(key, f"the year is not within {FIRST_YEAR}-{LAST_YEAR}")
    if grain is Grain.DAY:
        return Written(grain, int(year), day=_day(key, f"{year}-{rest}"))
    highest = _highest(grain, int(year))
    if not 1 <= int(rest) <= highest:
        raise _wrong(key, f"{year} has the {grain}s 1 to {highest}")
    return Written(grain, int(year), int(rest))


def _day(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(key, "there is no such day") from error


def _highest(grain: Grain, year: int) -> int:
    if grain is Grain.WEEK:
        return iso_weeks(year)
    return {Grain.MONTH: 12, Grain.QUARTER: 4}.get(grain, 1)


def _wrong(key: str, why: str) -> WrongUse:
    return WrongUse(f"'{key}' is not a period: {why}.", todo=HOW)


def iso_weeks(year: int) -> int:
    """Return how many weeks ``year`` has: 52 or 53; 28 December is always in the last one."""
    return date(year, 12, 28).isocalendar().week


def week_key(first_day: date) -> str:
    """Return the key of the seven days from ``first_day``: the ISO week of their Thursday."""
    thursday = first_day + timedelta(days=(THURSDAY - first_day.weekday()) % 7)
    iso = thursday.isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}"
