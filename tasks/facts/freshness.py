"""How fresh is a source: when did something last happen in it, and until when is silence normal?

A helpdesk that is silent for half a day is late; a list of yearly contracts is silent for weeks.
So each source is held against itself: its data speak until its last event plus the longest
silence it has shown of late, and plus half a day at the least.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tasks.facts import FACTS
from tasks.facts.columns import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from tasks.calendar import Calendar
    from tasks.facts.folding import FoldedTable

    Instants = NDArray[np.datetime64]  # UTC, to the microsecond

HALF_A_DAY = timedelta(hours=12)
OF_LATE = timedelta(days=90)
A_YEAR = timedelta(days=366)  # what a source with a single event is allowed
ENOUGH = 30  # events of late that tell how silent it usually is; else all of them are asked


def events(tables: Mapping[str, FoldedTable], *, calendar: Calendar, now: datetime) -> Instants:
    """Return the instants (none after ``now``) at which something happened, in order, once each.

    Plans and limits (due dates, ends of contracts) do not count. A day counts as its beginning.
    """
    import numpy as np  # noqa: PLC0415 - heavy

    found = [_past(column, calendar, now) for column in _dated(tables)]
    nothing = np.array([], "datetime64[us]")
    return np.unique(np.concatenate([nothing, *found]))


def watermark(happened: Instants) -> datetime | None:
    """Return the latest instant (aware UTC) at which something happened."""
    return _aware(happened[-1]) if len(happened) else None


def speaks_until(happened: Instants) -> datetime | None:
    """Return until when the absence of further events says that nothing happened."""
    if not len(happened):
        return None
    return _aware(happened[-1]) + max(HALF_A_DAY, _longest_silence(happened))


def _longest_silence(happened: Instants) -> timedelta:
    import numpy as np  # noqa: PLC0415 - heavy

    late = happened[happened > happened[-1] - np.timedelta64(OF_LATE)]
    asked = late if len(late) >= ENOUGH else happened
    longest: timedelta = np.diff(asked).max().astype(object) if len(asked) > 1 else A_YEAR
    return longest


def _aware(instant: Any) -> datetime:  # noqa: ANN401 - a scalar of numpy
    naive: datetime = instant.astype(object)
    return naive.replace(tzinfo=UTC)


def _dated(tables: Mapping[str, FoldedTable]) -> Iterator[pa.ChunkedArray]:
    for name, table in tables.items():
        for column in FACTS[name].columns:
            if facts_of(column).happened:
                yield table.rows[column.name]


def _past(values: pa.ChunkedArray, calendar: Calendar, now: datetime) -> Instants:
    import numpy as np  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    if not pa.types.is_date(values.type):
        limit = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")
        instants: Instants = values.drop_null().to_numpy()
        past: Instants = instants[instants <= limit]
        return past
    days = [day for day in values.unique().to_pylist() if day and day <= calendar.local_day(now)]
    midnights = [calendar.midnight(day).replace(tzinfo=None) for day in days]
    return np.array(midnights, "datetime64[us]")
