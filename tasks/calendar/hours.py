"""How many minutes of opening time lie between two instants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tasks.calendar.periods import Calendar
from tasks.calendar.zones import instant_at
from tasks.errors import WrongUse

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_IN_MINUTE = 60_000_000
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class BusinessHours:
    """When a company is open: on which weekdays (Monday is 0), from when to when, local time.

    ``closes`` at 00:00 means the end of the day. On ``holidays`` it is closed.
    """

    days: frozenset[int] = MONDAY_TO_FRIDAY
    opens: time = time(9)
    closes: time = time(17)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse hours that never open: there would be no first working day."""
        if not self.days or not self.days <= set(range(7)):
            raise WrongUse(
                "business hours name no weekday;", todo="name at least one, such as mon-fri."
            )
        if not self.closes_at_midnight and self.closes <= self.opens:
            raise WrongUse(
                f"business hours close at {self.closes:%H:%M}, not after {self.opens:%H:%M};",
                todo="let them close later on the same day, or at 24:00.",
            )

    @property
    def closes_at_midnight(self) -> bool:
        """Whether they last until the end of the day."""
        return self.closes == time()

    def is_working_day(self, day: date) -> bool:
        """Return whether the company is open on ``day``."""
        return day.weekday() in self.days and day not in self.holidays

    def first_working_day_after(self, day: date) -> date:
        """Return the first working day later than ``day``."""
        following = day + DAY
        while not self.is_working_day(following):
            following += DAY
        return following


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """One local day: when it opens and closes (UTC), and the business minutes counted before.

    On a closed day ``opens_at == closes_at``. The minutes W up to an instant t of that day are
    ``minutes_before + (t - opens_at)``, with t held between ``opens_at`` and ``closes_at``; those
    from a to b are W(b) - W(a).
    """

    day: date
    opens_at: datetime
    closes_at: datetime
    minutes_before: Decimal


def business_days(
    calendar: Calendar, hours: BusinessHours, first_day: date, end_day: date
) -> tuple[BusinessDay, ...]:
    """Return every local day in ``[first_day, end_day)``, open or closed, oldest first."""
    found, minutes = [], Decimal(0)
    for day in _days(first_day, end_day):
        opens_at, closes_at = _opening(calendar, hours, day)
        found.append(BusinessDay(day, opens_at, closes_at, minutes))
        minutes += _minutes(closes_at - opens_at)
    return tuple(found)


def business_minutes(
    calendar: Calendar, hours: BusinessHours, start: datetime, end: datetime
) -> Decimal:
    """Return the minutes of opening time from ``start`` to ``end``; negative when reversed.

    Minutes are real ones: a day on which the clocks change inside the opening time is an hour
    longer or shorter.
    """
    if end < start:
        return -business_minutes(calendar, hours, end, start)
    open_time = timedelta()
    for day in _days(calendar.local_day(start), calendar.local_day(end) + DAY):
        opens_at, closes_at = _opening(calendar, hours, day)
        open_time += max(min(closes_at, end) - max(opens_at, start), timedelta())
    return _minutes(open_time)


def _days(first_day: date, end_day: date) -> Iterator[date]:
    return (first_day + n * DAY for n in range((end_day - first_day).days))


def _opening(calendar: Calendar, hours: BusinessHours, day: date) -> tuple[datetime, datetime]:
    begins, ends = calendar.midnight(day), calendar.midnight(day + DAY)
    opens_at = min(max(instant_at(calendar.timezone, day, hours.opens), begins), ends)
    if not hours.is_working_day(day):
        return opens_at, opens_at
    if hours.closes_at_midnight:
        return opens_at, ends
    closes_at = instant_at(calendar.timezone, day, hours.closes, last=True)
    return opens_at, min(max(closes_at, opens_at), ends)


def _minutes(length: timedelta) -> Decimal:
    return Decimal(length // MICROSECOND) / MICROSECONDS_IN_MINUTE
