"""What is there of a source? What its streams brought, less what the vendor lists no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tasks.connectors.base import Surroundings
from tasks.connectors.latest import latest
from tasks.connectors.outcomes import failed_tables, notes, problems
from tasks.connectors.reconciling import NEVER, Compared, compared, drift, listed_name
from tasks.connectors.streams import Row, StreamReport
from tasks.connectors.tables import Rows
from tasks.facts.raw import Extracted, RawTable
from tasks.model import DataNote


def nothing(_row: Row) -> bool:
    """Return False: every row must be listed."""
    return False


@dataclass(slots=True)
class Landed:
    """What has been landed of one source, and what its streams came to in this run.

    A stream whose ids are listed once in a while has a second one, named ``listed_name`` of it.
    """

    source: str
    reports: tuple[StreamReport, ...]
    surroundings: Surroundings
    lost: dict[str, set[str]] = field(default_factory=dict)  # what the vendor lists no more
    _found: dict[str, Compared] = field(default_factory=dict)

    def rows(self, stream: str, stays: Callable[[Row], bool] = nothing) -> Iterator[Row]:
        """Yield the newest state of every row of a stream, but for what was lost.

        A row that ``stays`` need not be listed.
        """
        declared, unlisted = self.report(stream).stream, self.compared(stream).unlisted
        for row in latest(self.source, declared, self.surroundings):
            if declared.key(row) in unlisted and not stays(row):
                self.lost.setdefault(stream, set()).add(declared.key(row))
            else:
                yield row

    def compared(self, stream: str) -> Compared:
        """Return what the last listing of ids says of a stream; nothing where there is none."""
        if stream not in self._found:
            by_name = {one.stream.name: one.stream for one in self.reports}
            listing = by_name.get(listed_name(stream))
            there = listing and compared(self.source, by_name[stream], listing, self.surroundings)
            self._found[stream] = there or NEVER
        return self._found[stream]

    def drifts(self) -> Iterator[DataNote]:
        """Yield a note for each stream that differs too much from what the vendor lists."""
        for stream in tuple(self._found):
            lost = len(self.lost.get(stream, ()))
            yield from drift(self.source, stream, self.compared(stream), lost)

    def report(self, stream: str) -> StreamReport:
        """Return what a stream came to."""
        return next(one for one in self.reports if one.stream.name == stream)

    def table(self, name: str, *streams: str) -> Rows:
        """Return an empty table that says which streams its rows are from."""
        return Rows(name, f"{self.source}: {', '.join(streams)}")

    def extracted(self, tables: Sequence[RawTable], said: Sequence[DataNote]) -> Extracted:
        """Return the tables that may be loaded, with what is to be said and what went wrong.

        A table that a stream broke off for stays as it is; an empty one of which a part may not be
        read has no data. Nothing is said of a table that stays as it is.
        """
        failed = failed_tables(self.reports)
        empty = {one.table for one in tables if not one.rows.num_rows}
        untold = {name for one in self.reports if one.skipped for name in one.stream.tables}
        away = {*failed, *(empty & untold)}
        return Extracted(
            self.source,
            tuple(one for one in tables if one.table not in away),
            notes=(
                *notes(self.source, self.reports),
                *(note for note in said if note.table not in failed),
                *self.drifts(),
            ),
            problems=problems(self.reports),
            failed=failed,
        )
