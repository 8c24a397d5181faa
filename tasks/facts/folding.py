"""From raw rows to canonical ones: every row that was read is loaded or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tasks.errors import BooksDoNotBalance
from tasks.facts import FACTS
from tasks.facts.arrow import schema_of
from tasks.facts.duck import duck
from tasks.facts.freshness import events, speaks_until, watermark
from tasks.facts.kept import KEPT, kept_tables
from tasks.facts.load import Quarantined, TableTotal
from tasks.facts.quality import ROW, sort_out
from tasks.facts.raw import FILE, LINE
from tasks.facts.themes import with_themes
from tasks.facts.voice import feedback
from tasks.model import DataNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from tasks.calendar import Calendar
    from tasks.errors import KeepwellError
    from tasks.facts.raw import Extracted, RawTable

EMPTY = "empty_table"  # the kind of a note


@dataclass(frozen=True, slots=True, eq=False)
class FoldedTable:
    """The rows of one canonical table from one source.

    ``rows`` has exactly the canonical columns and types; ``origin`` has, row by row, the _file
    and _line it stood in. ``kept`` are the refused rows that stay, in a table of their own
    (``kept.KEPT``): they are in quarantine, and in no control total.
    """

    table: str
    rows: pa.Table
    origin: pa.Table
    read: int
    quarantined: tuple[Quarantined, ...] = ()
    duplicates: int = 0
    kept: pa.Table | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """One load of one source: its tables, and everything to be said about them.

    ``watermark`` is the latest instant (aware UTC) at which something in it happened, and
    ``speaks_until`` until when its silence afterwards means that nothing did. ``failed``
    names the canonical tables that ``problems`` kept out: what the lake has of them stays.
    """

    source: str
    tables: Mapping[str, FoldedTable] = field(default_factory=dict)
    raw_refused: tuple[Quarantined, ...] = ()
    raw_totals: tuple[TableTotal, ...] = ()
    notes: tuple[DataNote, ...] = ()
    watermark: datetime | None = None
    speaks_until: datetime | None = None
    problems: tuple[KeepwellError, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def quarantined(self) -> tuple[Quarantined, ...]:
        """Every refused row, those of raw files that only a SELECT reads included."""
        refused = (row for table in self.tables.values() for row in table.quarantined)
        return (*self.raw_refused, *refused)

    @property
    def parts(self) -> Mapping[str, pa.Table]:
        """What goes into the lake, by table: the loaded rows, and refused ones that are kept."""
        import pyarrow as pa  # noqa: PLC0415 - heavy

        parts = {name: table.rows for name, table in self.tables.items()}
        for name, table in self.tables.items():
            if table.kept is not None and table.kept.num_rows:
                beside = KEPT[name].table.name
                given = [parts[beside]] if beside in parts else []
                parts[beside] = pa.concat_tables([*given, table.kept])
        return parts

    @property
    def totals(self) -> tuple[TableTotal, ...]:
        """The control totals; raise ``BooksDoNotBalance`` should a row have got lost."""
        return (
            *self.raw_totals,
            *(_total(self.source, table) for table in self.tables.values()),
        )


def _total(source: str, table: FoldedTable) -> TableTotal:
    loaded, refused = table.rows.num_rows, len(table.quarantined)
    if table.read != loaded + refused:
        raise BooksDoNotBalance(
            f"{source}: of {table.read} rows of {table.table} read, {loaded} are loaded and "
            f"{refused} in quarantine.",
            todo="This is a mistake in Keepwell; please report it.",
        )
    return TableTotal(source, table.table, table.read, loaded, refused, table.duplicates)


def fold(extracted: Extracted, *, calendar: Calendar, now: datetime) -> Folded:
    """Return what ``extracted`` holds as canonical tables; references are checked by ``settle``."""
    tables = {}
    with duck(calendar.timezone) as connection:
        for name, parts in _by_table(extracted.tables).items():
            tables[name] = _folded(connection, extracted.source, name, parts)
    happened = events(tables, calendar=calendar, now=now)
    return Folded(
        source=extracted.source,
        tables=tables,
        raw_refused=extracted.refused,
        raw_totals=extracted.totals,
        notes=(*extracted.notes, *_empty_tables(extracted.source, tables.values())),
        watermark=watermark(happened),
        speaks_until=speaks_until(happened),
        problems=extracted.problems,
        failed=tuple(dict.fromkeys((*extracted.failed, *kept_tables(extracted.failed)))),
    )


def _by_table(parts: Sequence[RawTable]) -> dict[str, list[RawTable]]:
    tables: dict[str, list[RawTable]] = {}
    for part in parts:
        tables.setdefault(part.table, []).append(part)
    return {name: tables[name] for name in FACTS if name in tables}


def _folded(
    connection: duckdb.DuckDBPyConnection, source: str, name: str, parts: Sequence[RawTable]
) -> FoldedTable:
    raw = _numbered([part.rows for part in parts])
    unread = tuple(row for part in parts for row in part.refused)
    outcome = sort_out(connection, FACTS[name], raw, source)
    rows = outcome.sound.drop_columns([FILE, LINE]).cast(schema_of(FACTS[name]))
    return FoldedTable(
        table=name,
        rows=with_themes(rows) if name == feedback.name else rows,
        origin=outcome.sound.select([FILE, LINE]),
        read=raw.num_rows + len(unread),
        quarantined=(*unread, *outcome.refused),
        duplicates=outcome.duplicates,
        kept=_as_table(name, outcome.kept),
    )


def _as_table(name: str, kept: pa.Table | None) -> pa.Table | None:
    return None if kept is None else kept.cast(schema_of(KEPT[name].table))


def _numbered(parts: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of all files one after the other, with their position."""
    import numpy as np  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    rows = pa.concat_tables([_agreeing(part, parts) for part in parts], promote_options="default")
    return rows.append_column(ROW, pa.array(np.arange(rows.num_rows, dtype="int64")))


def _agreeing(part: pa.Table, parts: Sequence[pa.Table]) -> pa.Table:
    """Return ``part`` with the columns as text that have another type in another file."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    for position, column in enumerate(part.schema):
        types = {
            other.schema.field(column.name).type
            for other in parts
            if column.name in other.schema.names
        }
        if len(types) > 1:
            part = part.set_column(position, column.name, part[column.name].cast(pa.string()))
    return part


def _empty_tables(source: str, tables: Iterable[FoldedTable]) -> list[DataNote]:
    return [
        DataNote(EMPTY, source, f"{source}: {table.table} has no rows.", 0, table.table)
        for table in tables
        if table.read == 0
    ]
