"""When a local clock shows a given time, in UTC: also where that time never or twice happens."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from tasks.errors import WrongUse, suggest

SECOND = timedelta(seconds=1)


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return the IANA time zone called ``name``; raise ``WrongUse`` with what was meant."""
    try:
        return ZoneInfo(name)
    except (
        OSError,
        ValueError,
    ) as error:  # ZoneInfoNotFoundError is a KeyError; folders are OSErrors
        raise _unknown(name) from error
    except KeyError as error:
        raise _unknown(name) from error


def _unknown(name: str) -> WrongUse:
    meant = suggest(name, available_timezones()) if name else ""
    hint = meant if meant.startswith("did") else "use an IANA name such as 'America/New_York'."
    return WrongUse(f"unknown time zone '{name}';", todo=hint)


@lru_cache(maxsize=65536)
def day_start(zone: str, day: date) -> datetime:
    """Return the instant (UTC) from which on the local date is ``day`` and never earlier again.

    Where midnight is skipped, that is the moment the clocks go forward; where it happens twice,
    the first one, unless the clocks then fall back into the day before. A day that a zone skipped
    altogether (Samoa, 30 December 2011) starts when the next one does.
    """
    first, second = _readings(zone, datetime.combine(day, time()))
    if second < first:
        return _clocks_forward(zone, second, first)
    just_before = (second - SECOND).astimezone(zone_named(zone))
    return second if just_before.date() < day else first


def instant_at(zone: str, day: date, at: time, *, last: bool = False) -> datetime:
    """Return when (UTC) the local clock shows ``at`` on ``day``.

    A time that is skipped counts as the moment the clocks go forward; of one that happens twice
    it is the first, or with ``last`` the last.
    """
    first, second = _readings(zone, datetime.combine(day, at))
    if second < first:
        return _clocks_forward(zone, second, first)
    return second if last else first


def _readings(zone: str, wall: datetime) -> tuple[datetime, datetime]:
    """Return ``wall`` read with the offset before, and after, a change of the clocks."""
    local = wall.replace(tzinfo=zone_named(zone))
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _clocks_forward(zone: str, low: datetime, high: datetime) -> datetime:
    """Return the instant after ``low``, at most ``high``, at which the offset changes."""
    tz = zone_named(zone)
    before = low.astimezone(tz).utcoffset()
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
