"""Which period a day belongs to, when it begins and ends, and which one came before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tasks.calendar.keys import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    MONTHS_IN_QUARTER,
    THURSDAY,
    Written,
    iso_weeks,
    read_key,
    week_key,
)
from tasks.calendar.zones import day_start, zone_named
from tasks.errors import WrongUse
from tasks.model import Grain, Period

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SPAN_IN_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: MONTHS_IN_QUARTER, Grain.YEAR: MONTHS}
MADE_OF = {
    Grain.DAY: {Grain.DAY},
    Grain.WEEK: {Grain.DAY, Grain.WEEK},
    Grain.MONTH: {Grain.DAY, Grain.MONTH},
    Grain.QUARTER: {Grain.DAY, Grain.MONTH, Grain.QUARTER},
    Grain.YEAR: {Grain.DAY, Grain.MONTH, Grain.QUARTER, Grain.YEAR},
}


@dataclass(frozen=True)
class Calendar:
    """One company's calendar: its time zone, the day its weeks start, the month its years start.

    ``week_start`` is 0 for Monday to 6 for Sunday; ``fiscal_year_start`` is a month, 1 to 12. A
    fiscal year is named after the calendar year in which it ends: with 2, 2026 is February 2025
    to January 2026.
    """

    timezone: str = "UTC"
    week_start: int = 0
    fiscal_year_start: int = 1

    def __post_init__(self) -> None:
        """Refuse a time zone, weekday or month that does not exist."""
        zone_named(self.timezone)
        if self.week_start not in range(7):
            raise WrongUse(
                f"week_start is {self.week_start};", todo="use 0 (Monday) to 6 (Sunday)."
            )
        if self.fiscal_year_start not in range(1, 13):
            raise WrongUse(
                f"fiscal_year_start is {self.fiscal_year_start};", todo="use a month, 1 to 12."
            )

    def period(self, key: str) -> Period:
        """Return the period written ``key``; raise ``WrongUse`` for what is no period."""
        written = read_key(key)
        return self._starting(written.grain, self._first_day(written))

    def containing(self, grain: Grain, day: date) -> Period:
        """Return the period of ``grain`` that the local ``day`` is in."""
        if grain is Grain.DAY:
            return self._starting(grain, day)
        if grain is Grain.WEEK:
            return self._starting(grain, day - DAY * ((day.weekday() - self.week_start) % 7))
        months = self._months_into_year(day) % SPAN_IN_MONTHS[grain]
        return self._starting(grain, _plus_months(day.replace(day=1), -months))

    def following(self, period: Period, n: int = 1) -> Period:
        """Return the period ``n`` after ``period``, of the same grain."""
        if period.grain is Grain.DAY:
            return self._starting(period.grain, period.first_day + n * DAY)
        if period.grain is Grain.WEEK:
            return self._starting(period.grain, period.first_day + n * WEEK)
        months = n * SPAN_IN_MONTHS[period.grain]
        return self._starting(period.grain, _plus_months(period.first_day, months))

    def previous(self, period: Period, n: int = 1) -> Period:
        """Return the period ``n`` before ``period``, of the same grain."""
        return self.following(period, -n)

    def year_before(self, period: Period) -> Period:
        """Return the period of the same name a year earlier.

        29 February is compared with the 28th, week 53 with week 52 of a year that has no 53rd.
        """
        if period.grain is Grain.DAY:
            return self._starting(period.grain, _plus_months(period.first_day, -MONTHS))
        if period.grain is Grain.WEEK:
            week = read_key(period.key)
            number = min(week.number, iso_weeks(week.year - 1))
            return self.period(f"{week.year - 1}-W{number:02d}")
        return self.previous(period, MONTHS // SPAN_IN_MONTHS[period.grain])

    def between(self, first: Period, last: Period) -> tuple[Period, ...]:
        """Return the periods from ``first`` to ``last``, both included, oldest first."""
        if first.grain is not last.grain:
            raise WrongUse(
                f"'{first}' is a {first.grain} and '{last}' is a {last.grain};",
                todo="give two periods of one grain.",
            )
        if last < first:
            raise WrongUse(f"'{last}' is before '{first}';", todo="give the earlier period first.")
        found = [first]
        while found[-1] < last:
            found.append(self.following(found[-1]))
        return tuple(found)

    def last_complete(self, grain: Grain, now: datetime) -> Period:
        """Return the latest period of ``grain`` that is over at ``now``."""
        return self.previous(self.containing(grain, self.local_day(now)))

    def within(self, grain: Grain, period: Period) -> tuple[Period, ...]:
        """Return the periods of ``grain`` that make up ``period``, oldest first.

        Weeks make up nothing but themselves: a month ends in the middle of one.
        """
        if grain not in MADE_OF[period.grain]:
            raise WrongUse(
                f"a {period.grain} is not made of whole {grain}s;",
                todo=f"use {' or '.join(sorted(MADE_OF[period.grain]))}.",
            )
        last_day = period.end_day - DAY
        return self.between(
            self.containing(grain, period.first_day), self.containing(grain, last_day)
        )

    def local_day(self, at: datetime) -> date:
        """Return the company's date at the instant ``at``, which must be aware."""
        if at.tzinfo is None:
            raise WrongUse(f"the instant {at} has no time zone;", todo="give one, such as UTC.")
        day = at.astimezone(zone_named(self.timezone)).date()
        return day - DAY if at < self.midnight(day) else day

    def midnight(self, day: date) -> datetime:
        """Return the instant (UTC) at which ``day`` begins for the company."""
        return day_start(self.timezone, day)

    def _first_day(self, written: Written) -> date:
        if written.day is not None:
            return written.day
        if written.grain is Grain.WEEK:
            thursday = date.fromisocalendar(written.year, written.number, THURSDAY + 1)
            return thursday - DAY * ((THURSDAY - self.week_start) % 7)
        if written.grain is Grain.MONTH:
            return date(written.year, written.number, 1)
        year_start = self._fiscal_year_first_day(written.year)
        return _plus_months(year_start, (written.number - 1) * MONTHS_IN_QUARTER)

    def _fiscal_year_first_day(self, year: int) -> date:
        starts_in = year if self.fiscal_year_start == 1 else year - 1
        return date(starts_in, self.fiscal_year_start, 1)

    def _months_into_year(self, day: date) -> int:
        return (day.month - self.fiscal_year_start) % MONTHS

    def _starting(self, grain: Grain, first_day: date) -> Period:
        if not FIRST_YEAR - 1 <= first_day.year <= LAST_YEAR + 1:
            raise WrongUse(
                f"the {grain} from {first_day} is out of reach;",
                todo=f"stay within {FIRST_YEAR}-{LAST_YEAR}.",
            )
        end_day = self._end_day(grain, first_day)
        return Period(
            grain,
            first_day,
            end_day,
            self._key(grain, first_day),
            self.midnight(first_day),
            self.midnight(end_day),
        )

    def _end_day(self, grain: Grain, first_day: date) -> date:
        if grain is Grain.DAY:
            return first_day + DAY
        if grain is Grain.WEEK:
            return first_day + WEEK
        return _plus_months(first_day, SPAN_IN_MONTHS[grain])

    def _key(self, grain: Grain, first_day: date) -> str:
        if grain is Grain.DAY:
            return first_day.isoformat()
        if grain is Grain.WEEK:
            return week_key(first_day)
        if grain is Grain.MONTH:
            return f"{first_day:%Y-%m}"
        months = self._months_into_year(first_day)
        year = (_plus_months(first_day, MONTHS - months) - DAY).year
        return f"{year}" if grain is Grain.YEAR else f"{year}-Q{months // MONTHS_IN_QUARTER + 1}"


def _plus_months(day: date, months: int) -> date:
    """Return the same day ``months`` later; 29 February becomes the 28th in a common year."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(year, month + 1, 28 if is_leap_day else day.day)
