"""Which digests are owed in a year, to whom, and when? Worked out once more, without our calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.year.company import HOLIDAYS

DAY = timedelta(days=1)
NEW_YORK, BERLIN, TOKYO = "America/New_York", "Europe/Berlin", "Asia/Tokyo"
CLOSED = {date.fromisoformat(one) for one in HOLIDAYS}
GIVEN_UP_AFTER = {"week": 14 * DAY, "month": 31 * DAY, "quarter": 45 * DAY}


@dataclass(frozen=True, slots=True, order=True)
class Owed:
    """One digest that somebody is to get: its period, and the moment it is due."""

    at: datetime
    to: str
    period: str
    grain: str


def owed(begins: datetime, ends: datetime) -> list[Owed]:
    """Return every digest that is due in a stretch of time, in order."""
    first, last = begins.date() - 7 * DAY, ends.date() + DAY
    days = [first + DAY * number for number in range((last - first).days)]
    found = [one for day in days for one in _on(day)]
    return sorted(one for one in found if begins <= one.at < ends)


def _on(day: date) -> Iterator[Owed]:
    """Yield what is due because a period ends with the night before ``day``."""
    before = day - DAY
    if day.weekday() == 0:
        iso = before.isocalendar()
        key = f"{iso.year}-W{iso.week:02d}"
        over = _at(NEW_YORK, day, 0)
        yield Owed(_at(NEW_YORK, day, 8), "leadership", key, "week")
        yield Owed(max(_at(BERLIN, day, 9), over), "berlin", key, "week")
        yield Owed(max(_at(TOKYO, day + DAY, 8), over), "tokyo", key, "week")
    if day.day == 1:
        working = day
        while working.weekday() > 4 or working in CLOSED:
            working += DAY
        due = _at(NEW_YORK, working, 8)
        yield Owed(due, "board", f"{before:%Y-%m}", "month")
        if day.month in {1, 4, 7, 10}:
            key = f"{before.year}-Q{(before.month + 2) // 3}"
            yield Owed(due, "finance", key, "quarter")


def _at(zone: str, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
