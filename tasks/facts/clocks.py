"""How far from UTC is a time zone, and since when? From 2000 to 2037, for SQL without time zones.

Engines know time zones themselves, but look each row up on its own: a comparison with the few
instants at which the clocks of a zone change costs a tenth of that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

FIRST, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_SECONDS_A_DAY = 86_400


class Offset(NamedTuple):
    """Since when (UTC) how many seconds a zone is ahead of UTC."""

    since: datetime
    seconds: int


@lru_cache(maxsize=8)
def offsets(zone: str) -> tuple[Offset, ...]:
    """Return the offsets of a zone in order; ``ZoneInfoNotFoundError`` where there is none such."""
    tz = ZoneInfo(zone)
    found = [Offset(FIRST, _seconds(tz, FIRST))]
    for number in range(1, (END - FIRST).days):
        after = FIRST + number * _DAY
        if _seconds(tz, after) != found[-1].seconds:
            found.append(_changed(tz, after - _DAY))
    return tuple(found)


def _changed(tz: ZoneInfo, day: datetime) -> Offset:
    """Return the change of the clocks within a day of ``day``, to the second."""
    old = _seconds(tz, day)
    later = range(_SECONDS_A_DAY)
    first = bisect_left(
        later, 1, key=lambda second: _seconds(tz, day + timedelta(seconds=second)) != old
    )
    since = day + timedelta(seconds=first)
    return Offset(since, _seconds(tz, since))


def _seconds(tz: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(tz).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def day_by_clock(at: str, zone: str, otherwise: str) -> str:
    """Return the SQL of the local day of ``at``; ``otherwise`` before 2000 and after 2037.

    The comparisons halve what is left each time, so that a row takes seven of them.
    """
    inside = _halved(at, offsets(zone))
    outside = f"{at} < {_instant(FIRST)} OR {at} >= {_instant(END)}"
    return f"CASE WHEN {outside} THEN {otherwise} ELSE {inside} END"


def _halved(at: str, some: Sequence[Offset]) -> str:
    if len(some) == 1:
        return f"CAST({at} + INTERVAL '{some[0].seconds} seconds' AS DATE)"
    middle = len(some) // 2
    before, after = _halved(at, some[:middle]), _halved(at, some[middle:])
    return f"CASE WHEN {at} < {_instant(some[middle].since)} THEN {before} ELSE {after} END"


def _instant(at: datetime) -> str:
    return f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S}'"
