"""From when to when was an alert open, in periods that people know?"""

from __future__ import annotations

from datetime import timedelta

from tasks.calendar import Calendar
from tasks.model import Period

DAY = timedelta(days=1)


def known_as(period: Period, calendar: Calendar) -> Period:
    """Return a period by the name it has in a calendar: that of its last day."""
    return calendar.containing(period.grain, period.end_day - DAY)


def in_grain_of(last: Period, first: Period, calendar: Calendar) -> Period:
    """Return where ``first`` begins, in periods like ``last``: a day may have opened an alert."""
    is_alike = first.grain is last.grain
    return first if is_alike else calendar.containing(last.grain, first.first_day)


def is_same(one: Period, other: Period) -> bool:
    """Return whether both are about the same days, in one grain."""
    return (one.grain, one.first_day, one.end_day) == (other.grain, other.first_day, other.end_day)


def periods_between(first: Period, last: Period) -> int:
    """Return how many periods like ``first`` there are until ``last`` is over, at least one."""
    length = max(first.end_day - first.first_day, DAY)
    return max((last.end_day - first.first_day) // length, 1)
