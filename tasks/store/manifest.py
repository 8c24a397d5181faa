"""Which files of the lake count, and how a new load takes the place of an old one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, insert, select, update

from tasks.facts.load import LakeFile, Quarantined, TableTotal
from tasks.model import DataNote
from tasks.store.changes import Change, enter_change, state_in
from tasks.store.tables import data_notes, lake_files, loads, quarantine, table_totals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from tasks.store.database import Store


@dataclass(frozen=True, slots=True)
class Load:
    """Everything one load of one source has to say.

    ``id`` is the load in the names of its files; ``watermark`` the newest moment its data speak
    of. ``keeps`` are the tables it could not read: of those the earlier files, totals, notes and
    quarantine stay. Every other table of the source is replaced, also by nothing. ``change`` is
    what that makes of the facts, where they were compared.
    """

    id: str
    source: str
    loaded_at: datetime
    files: Collection[LakeFile] = ()
    quarantined: Collection[Quarantined] = ()
    notes: Collection[DataNote] = ()
    totals: Collection[TableTotal] = ()
    watermark: datetime | None = None
    speaks_until: datetime | None = None
    keeps: Collection[str] = ()
    change: Change | None = None


def swap(store: Store, load: Load) -> None:
    """Let ``load`` take the place of what its source had: all of it at once, or nothing.

    The files it replaces are listed by ``superseded``. The same load twice is the same as once.
    """
    change = load.change
    with store.writing("manifest") as connection:
        before = state_in(connection, change.sources) if change else ""
        _retire(connection, load)
        _enter_load(connection, load)
        _enter_files(connection, load)
        _enter_what_it_says(connection, load)
        if change and change.before == before:  # else somebody else's load came in between
            enter_change(connection, load.source, load.id, change)


def still_so(
    store: Store,
    source: str,
    load_id: str,
    at: datetime,
    watermark: datetime | None,
    speaks_until: datetime | None,
) -> None:
    """Note that what a load brought was found to be the same ``at`` a later moment."""
    same = (loads.c.source == source) & (loads.c.id == load_id) & loads.c.retired_at.is_(None)
    values = {"loaded_at": at, "watermark": watermark, "speaks_until": speaks_until}
    with store.writing("manifest") as connection:
        connection.execute(update(loads).where(same).values(values))


def files(store: Store, *, sources: Collection[str] | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return the paths of the files that make up each table now; see ``current_files``."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in current_files(store, sources=sources):
        found[file.table].append(file.path)
    return {table: tuple(paths) for table, paths in found.items()}


def current_files(store: Store, *, sources: Collection[str] | None = None) -> tuple[LakeFile, ...]:
    """Return the files that count now, sorted by table and path.

    A source that was taken out of the configuration keeps its files: name in ``sources`` the
    ones that are in.
    """
    row = lake_files.c
    conditions = [row.retired_at.is_(None)]
    if sources is not None:
        conditions.append(row.source.in_(sources))
    return _lake_files(store, *conditions)


def superseded(store: Store, *, before: datetime | None = None) -> tuple[LakeFile, ...]:
    """Return the files that no longer count, or only those replaced ``before`` some moment.

    A reader that asked earlier may still have one open, so maintenance leaves it some time.
    """
    row = lake_files.c
    return _lake_files(
        store, row.retired_at.is_not(None) if before is None else row.retired_at < before
    )


def forget_files(store: Store, paths: Collection[str]) -> None:
    """Take superseded files off the list after they were deleted; files that count stay on it."""
    row = lake_files.c
    gone = row.path.in_(paths) & row.retired_at.is_not(None)
    with store.writing("manifest") as connection:
        connection.execute(delete(lake_files).where(gone))


def _retire(connection: Connection, load: Load) -> None:
    """Retire or remove what the source had, the tables ``load`` keeps excepted."""
    row = lake_files.c
    replaced = (row.source == load.source) & row.table_name.not_in(load.keeps)
    connection.execute(
        update(lake_files)
        .where(replaced, row.retired_at.is_(None))
        .values(retired_at=load.loaded_at)
    )
    for table in (quarantine, table_totals, data_notes):
        kept = table.c.table_name.is_not(None) & table.c.table_name.in_(load.keeps)
        connection.execute(delete(table).where(table.c.source == load.source, ~kept))
    connection.execute(
        update(loads)
        .where(loads.c.source == load.source, loads.c.retired_at.is_(None))
        .values(retired_at=load.loaded_at)
    )


def _enter_load(connection: Connection, load: Load) -> None:
    same = (loads.c.source == load.source) & (loads.c.id == load.id)
    values = {
        "loaded_at": load.loaded_at,
        "watermark": load.watermark,
        "speaks_until": load.speaks_until,
        "retired_at": None,
    }
    if not connection.execute(update(loads).where(same).values(values)).rowcount:
        connection.execute(insert(loads).values(source=load.source, id=load.id, **values))


def _enter_files(connection: Connection, load: Load) -> None:
    paths = [file.path for file in load.files]
    connection.execute(delete(lake_files).where(lake_files.c.path.in_(paths)))
    _insert(connection, lake_files, load, (_file_row(file) for file in load.files))


def _enter_what_it_says(connection: Connection, load: Load) -> None:
    refused = (_quarantine_row(row) for row in load.quarantined)
    _insert(connection, quarantine, load, refused)
    _insert(connection, table_totals, load, (_total_row(total) for total in load.totals))
    _insert(connection, data_notes, load, (_note_row(note) for note in load.notes))


def _insert(
    connection: Connection, table: Table, load: Load, rows: Iterable[Mapping[str, Any]]
) -> None:
    written = {"source": load.source, "load_id": load.id}
    if lines := [{**row, **written} for row in rows]:
        connection.execute(insert(table), lines)


def _file_row(file: LakeFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "table_name": file.table,
        "ym": file.ym,
        "rows": file.rows,
        "bytes": file.bytes,
    }


def _quarantine_row(refused: Quarantined) -> dict[str, Any]:
    return {
        "table_name": refused.table,
        "file": refused.file,
        "line": refused.line,
        "key": refused.key,
        "column_name": refused.column,
        "value": refused.value,
        "reason": refused.reason,
    }


def _total_row(total: TableTotal) -> dict[str, Any]:
    return {
        "table_name": total.table,
        "read": total.read,
        "loaded": total.loaded,
        "quarantined": total.quarantined,
        "duplicates": total.duplicates,
    }


def _note_row(note: DataNote) -> dict[str, Any]:
    return {"kind": note.kind, "text": note.text, "count": note.count, "table_name": note.table}


def _lake_files(store: Store, *conditions: ColumnElement[bool]) -> tuple[LakeFile, ...]:
    statement = select(lake_files).where(*conditions)
    with store.reading() as connection:
        found = [_lake_file(line) for line in connection.execute(statement)]
    return tuple(sorted(found, key=lambda file: (file.table, file.path)))


def _lake_file(line: Row[Any]) -> LakeFile:
    return LakeFile(
        source=line.source,
        table=line.table_name,
        path=line.path,
        ym=line.ym,
        rows=line.rows,
        bytes=line.bytes,
        load_id=line.load_id,
    )
