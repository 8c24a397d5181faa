"""What the loads that count say about their data: how fresh, how complete, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tasks.facts.load import Quarantined, TableTotal
from tasks.model import DataNote
from tasks.store.tables import data_notes, loads, quarantine, table_totals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table

    from tasks.store.database import Store


@dataclass(frozen=True, slots=True)
class Loaded:
    """That a source was loaded: when, with which newest event, and until when its data speak.

    After ``watermark`` nothing happened until ``speaks_until``; of what came then it knows nothing.
    """

    source: str
    id: str
    loaded_at: datetime
    watermark: datetime | None
    speaks_until: datetime | None = None


def current_loads(store: Store) -> tuple[Loaded, ...]:
    """Return the load of each source that counts now, by source name."""
    statement = select(loads).where(loads.c.retired_at.is_(None))
    with store.reading() as connection:
        found = [
            Loaded(line.source, line.id, line.loaded_at, line.watermark, line.speaks_until)
            for line in connection.execute(statement)
        ]
    return tuple(sorted(found, key=lambda load: load.source))


def watermarks(store: Store) -> Mapping[str, datetime | None]:
    """Return for each source the newest moment its data speak of; None where none is dated."""
    return {load.source: load.watermark for load in current_loads(store)}


def quarantined(
    store: Store, *, source: str | None = None, table: str | None = None
) -> tuple[Quarantined, ...]:
    """Return the rows that were refused, by source, in the order in which they were read."""
    statement = select(quarantine).where(*_of(quarantine, source, table)).order_by(quarantine.c.id)
    with store.reading() as connection:
        found = [
            Quarantined(
                source=line.source,
                table=line.table_name,
                file=line.file,
                line=line.line,
                key=line.key,
                column=line.column_name,
                value=line.value,
                reason=line.reason,
            )
            for line in connection.execute(statement)
        ]
    return tuple(sorted(found, key=lambda refused: refused.source))


def totals(store: Store, *, source: str | None = None) -> tuple[TableTotal, ...]:
    """Return the control totals, by source, in the order in which its tables were read."""
    statement = select(table_totals).where(*_of(table_totals, source)).order_by(table_totals.c.id)
    with store.reading() as connection:
        found = [
            TableTotal(
                source=line.source,
                table=line.table_name,
                read=line.read,
                loaded=line.loaded,
                quarantined=line.quarantined,
                duplicates=line.duplicates,
            )
            for line in connection.execute(statement)
        ]
    return tuple(sorted(found, key=lambda total: total.source))


def notes(store: Store, *, source: str | None = None) -> tuple[DataNote, ...]:
    """Return the data notes, by source, in the order in which they were made."""
    row = data_notes.c
    columns = (row.kind, row.source, row.text, row.count, row.table_name)
    statement = select(*columns).where(*_of(data_notes, source)).order_by(row.id)
    with store.reading() as connection:
        found = [
            DataNote(kind, said_by, text, count, table)
            for kind, said_by, text, count, table in connection.execute(statement)
        ]
    return tuple(sorted(found, key=lambda note: note.source))


def _of(
    written: Table, source: str | None, table: str | None = None
) -> Collection[ColumnElement[bool]]:
    wanted = {written.c.source: source, written.c.table_name: table}
    return [column == value for column, value in wanted.items() if value is not None]
