"""How fresh is a source: when did something last happen in it, and until when is silence normal?

A helpdesk that is silent for half a day is late; a list of yearly contracts is silent for weeks.
So each source is held against itself: its data speak until its last event plus the longest
silence it has shown of late, and plus half a day at the least.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from tasks.facts import FACTS
from tasks.facts.columns import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from tasks.calendar import Calendar
    from tasks.facts.folding import FoldedTable

HALF_A_DAY = timedelta(hours=12)
OF_LATE = timedelta(days=90)
A_YEAR = timedelta(days=366)  # what a source with a single event is allowed
ENOUGH = 30  # events of late that tell how silent it usually is; else all of them are asked


def events(
    tables: Mapping[str, FoldedTable], *, calendar: Calendar, now: datetime
) -> tuple[datetime, ...]:
    """Return the instants (UTC, none after ``now``) at which something happened, in order.

    Plans and limits (due dates, ends of contracts) do not count. A day counts as its beginning.
    Of a source with many, only the minutes in which something happened.
    """
    found = {instant for column in _dated(tables) for instant in _distinct(column, calendar, now)}
    return tuple(sorted(found))


def speaks_until(happened: tuple[datetime, ...]) -> datetime | None:
    """Return until when the absence of further events says that nothing happened."""
    if not happened:
        return None
    return happened[-1] + max(HALF_A_DAY, _longest_silence(happened))


def _longest_silence(happened: tuple[datetime, ...]) -> timedelta:
    late = [at for at in happened if at > happened[-1] - OF_LATE]
    asked = late if len(late) >= ENOUGH else list(happened)
    gaps = [after - before for before, after in pairwise(asked)]
    return max(gaps, default=A_YEAR)


def _dated(tables: Mapping[str, FoldedTable]) -> Iterator[pa.ChunkedArray]:
    for name, table in tables.items():
        for column in FACTS[name].columns:
            if facts_of(column).happened:
                yield table.rows[column.name]


def _distinct(values: pa.ChunkedArray, calendar: Calendar, now: datetime) -> list[datetime]:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    if pa.types.is_date(values.type):
        days = values.filter(pc.less_equal(values, calendar.local_day(now))).unique()
        return [calendar.midnight(day) for day in days.to_pylist() if day is not None]
    limit = pa.scalar(now.astimezone(UTC).replace(tzinfo=None), values.type)
    past = values.filter(pc.less_equal(values, limit))
    newest = pc.max(past).as_py()
    if newest is None:
        return []
    # minutes are close enough for silences; the newest event is kept to the microsecond
    minutes = pc.floor_temporal(past, unit="minute").unique().to_pylist()
    return [at.replace(tzinfo=UTC) for at in (*minutes, newest) if at is not None]
