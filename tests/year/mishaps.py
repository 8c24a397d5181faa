"""What goes wrong in the year, and when: every date is local to the reader of this file: UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when."""

    begins: datetime
    ends: datetime

    def __contains__(self, now: datetime) -> bool:
        return self.begins <= now < self.ends


# the schedule stands still: a weekend, an hour that the clocks repeat, ten days, three weeks
STANDSTILLS = (
    Stretch(_at(2, 6, 20), _at(2, 10, 9)),
    Stretch(_at(3, 8, 6), _at(3, 8, 9)),
    Stretch(_at(5, 28, 12), _at(6, 8, 15)),
    Stretch(_at(8, 3, 6), _at(8, 25, 10)),
    Stretch(_at(10, 25, 0), _at(10, 25, 6)),
    Stretch(_at(11, 1, 4), _at(11, 1, 7)),
)
# the desk's export does not come; the CRM's folder is gone
SILENT = {
    "desk": (Stretch(_at(3, 13), _at(3, 16, 14)), Stretch(_at(9, 10), _at(9, 16))),
    "crm": (Stretch(_at(4, 11), _at(4, 13, 15)),),
}
# the mail server takes nothing
NO_MAIL = (Stretch(_at(4, 20, 6), _at(4, 20, 19)), Stretch(_at(6, 29, 4), _at(7, 2, 3)))
# the desk is two days behind, and brings the rest on Monday at noon
BEHIND = (Stretch(_at(10, 4), _at(10, 5, 15)),)
# an export is sent once more as it was
AGAIN = (_at(5, 6, 9), _at(11, 18, 9))
# how far the clock of the machine is off
WRONG_CLOCK = (
    (Stretch(_at(9, 22, 10), _at(9, 22, 13)), 30 * HOUR),
    (Stretch(_at(10, 13, 15), _at(10, 13, 18)), -30 * HOUR),
)
# killed when an export has come (6 o'clock), or when the first digest of a week is due: at which
# step, and whether before or after it
KILLS = (
    (_at(1, 12, 6), "extract", "before"),
    (_at(1, 26, 8), "compute", "after"),
    (_at(2, 16, 8), "record_values", "after"),
    (_at(3, 2, 8), "digest_message", "after"),
    (_at(3, 23, 8), "deliver", "before"),
    (_at(5, 18, 7), "deliver", "after"),
    (_at(7, 13, 6), "record_load", "before"),
    (_at(11, 9, 6), "record_load", "after"),
    (_at(12, 7, 8), "deliver", "after"),
)


def stands_still(now: datetime) -> bool:
    """Return whether nothing runs ``now``."""
    return any(now in one for one in STANDSTILLS)


def takes_no_mail(now: datetime) -> bool:
    """Return whether the mail server answers that it is busy."""
    return any(now in one for one in NO_MAIL)


def clock_at(now: datetime) -> datetime:
    """Return what the clock of the machine shows."""
    return next((now + off for stretch, off in WRONG_CLOCK if now in stretch), now)
