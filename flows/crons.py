"""What does a cron line of ours say, in words, and when is its next time?

Only what the registry writes is understood: numbers, lists, ranges, ``*`` and ``*/N``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from tasks.calendar import instant_at

LONGEST = 366 * 2  # days: a schedule that has no time in two years has none
DAY = timedelta(days=1)
WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EVERY = "*"


def next_time(cron: str, zone: str, now: datetime) -> datetime | None:
    """Return the first instant after ``now`` at which ``cron`` is due in ``zone``."""
    return next((at for at in _times(cron, zone, now) if at > now), None)


def _times(cron: str, zone: str, now: datetime) -> Iterator[datetime]:
    minute, hour, of_month, month, of_week = cron.split()
    clocks = [time(h, m) for h in _numbers(hour, 0, 23) for m in _numbers(minute, 0, 59)]
    today = _local_day(zone, now)
    for day in (today + DAY * number for number in range(LONGEST)):
        if (
            day.month in _numbers(month, 1, 12)
            and day.day in _numbers(of_month, 1, 31)
            and day.isoweekday() % 7 in _numbers(of_week, 0, 6)
        ):
            yield from (instant_at(zone, day, clock).astimezone(UTC) for clock in clocks)


def _local_day(zone: str, now: datetime) -> date:
    """Return the day it is in ``zone``, or the one before where its midnight is odd."""
    today = now.date() + DAY
    while instant_at(zone, today, time()) > now:
        today -= DAY
    return today


def _numbers(field: str, first: int, last: int) -> list[int]:
    """Return what a field of a cron line stands for, in order."""
    if field == EVERY:
        return list(range(first, last + 1))
    if field.startswith("*/"):
        return list(range(first, last + 1, int(field.removeprefix("*/"))))
    found: list[int] = []
    for part in field.split(","):
        begins, _, ends = part.partition("-")
        found += range(int(begins), int(ends or begins) + 1)
    return found


def in_words(cron: str) -> str:
    """Return when that is: ``every hour at :10``, ``Mon at 08:00``, ``on days 1-7 at 08:00``."""
    minute, hour, of_month, month, of_week = cron.split()
    if minute.startswith("*/"):
        return f"every {minute.removeprefix('*/')} minutes"
    if hour == EVERY:
        return f"every hour at :{int(minute):02}"
    if "-" in hour:
        begins, _, ends = hour.partition("-")
        return f"every hour at :{int(minute):02}, from {int(begins):02} to {int(ends):02} o'clock"
    return f"{_days(of_month, month, of_week)} at {int(hour):02}:{int(minute):02}"


def _days(of_month: str, month: str, of_week: str) -> str:
    if month == of_month == of_week == EVERY:
        return "every day"
    days = "" if of_month == EVERY else f"days {of_month}"
    week = "" if of_week == EVERY else _named(of_week, WEEKDAYS, 0)
    months = "" if month == EVERY else f"of {_named(month, MONTHS, 1)}"
    return " ".join(filter(None, (week, days, months)))


def _named(field: str, names: tuple[str, ...], first: int) -> str:
    """Return ``Mon-Fri`` for ``1-5``, and ``Jan, Apr`` for ``1,4``."""
    parts = [
        "-".join(names[int(each) - first] for each in part.split("-")) for part in field.split(",")
    ]
    return ", ".join(parts)
