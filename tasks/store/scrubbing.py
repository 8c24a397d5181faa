"""How does a forgotten customer leave the store? Every text of every table is looked through.

Only what names the customer changes; numbers, moments and receipts stay as they were. One table is
one transaction, and a second time finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from tasks.store.contents import packed, unpacked
from tasks.store.forgotten import forgettings, forgotten
from tasks.store.tables import (
    cells,
    landed_pages,
    metadata,
    observations,
    outbox_messages,
    stream_runs,
    streams,
)

if TYPE_CHECKING:
    from tasks.model import Message
    from tasks.store.database import Store

LEFT_ALONE = {observations, forgettings, forgotten, streams, stream_runs, landed_pages}
Change = Callable[[Any], Any]  # of a text, or of anything JSON can say


def scrub(store: Store, change: Change, of_message: Callable[[Message], Message]) -> dict[str, int]:
    """Apply ``change`` to every text in the store; return how many rows it changed, by table."""
    counts = {}
    for table in metadata.sorted_tables:
        if table in LEFT_ALONE or not _texts(table):
            continue
        with store.writing("outbox") as connection:
            number = sum(
                _rewrite(connection, table, row, change, of_message)
                for row in connection.execute(select(table)).mappings().all()
            )
        if number:
            counts[table.name] = number
    return counts


def correct_pages(store: Store, digests: Mapping[str, tuple[int, str]]) -> None:
    """Write what pages are now, by their path: bytes and digest."""
    table = landed_pages.c
    with store.writing("streams") as connection:
        known = connection.execute(select(table.path, table.bytes, table.sha256)).all()
        for path, size, digest in known:
            now = digests.get(path, (size, digest))
            if now != (size, digest):
                values = {"bytes": now[0], "sha256": now[1]}
                asked = update(landed_pages).where(table.path == path).values(values)
                connection.execute(asked)


def settle_down(store: Store) -> None:
    """Leave no trace of what was overwritten in the files of the store, where they are SQLite's."""
    if store.engine.dialect.name != "sqlite":
        return
    outside = store.engine.execution_options(keepwell_begin="")
    with outside.connect() as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _texts(table: Table) -> list[Column[Any]]:
    return [one for one in table.columns if isinstance(one.type, String | JSON | LargeBinary)]


def _rewrite(
    connection: Connection,
    table: Table,
    row: Any,  # noqa: ANN401 - a row as a mapping
    change: Change,
    of_message: Callable[[Message], Message],
) -> bool:
    values = {}
    for column in _texts(table):
        before = row[column.name]
        if before is None:
            continue
        after = _changed(column, before, change, of_message)
        if after != before:
            values[column.name] = after
    if not values:
        return False
    if table is cells and (there := _same_cell(connection, {**row, **values})) is not None:
        _merge(connection, int(row["id"]), there)
        return True
    same = [one == row[one.name] for one in table.primary_key.columns]
    connection.execute(update(table).where(*same).values(values))
    return True


def _changed(
    column: Column[Any],
    before: Any,  # noqa: ANN401 - what the column holds
    change: Change,
    of_message: Callable[[Message], Message],
) -> Any:  # noqa: ANN401 - as above
    if column is outbox_messages.c.content:
        message = unpacked(cast("bytes", before))
        after = of_message(message)
        return before if after == message else packed(after)
    return before if isinstance(column.type, LargeBinary) else change(before)


def _same_cell(connection: Connection, wanted: dict[str, Any]) -> int | None:
    same = [one == wanted[one.name] for one in cells.columns if one.name != "id"]
    return connection.scalar(select(cells.c.id).where(*same))


def _merge(connection: Connection, old: int, into: int) -> None:
    """Let the values of one cell be those of another, which was measured meanwhile."""
    key = [column for column in observations.primary_key.columns if column.name != "cell_id"]
    mine, theirs = observations.c.cell_id == old, observations.c.cell_id == into
    there = {tuple(row) for row in connection.execute(select(*key).where(theirs))}
    rows = connection.execute(select(observations).where(mine)).mappings().all()
    new = [
        {**row, "cell_id": into}
        for row in rows
        if tuple(row[column.name] for column in key) not in there
    ]
    _enter(connection, new)
    connection.execute(delete(observations).where(mine))
    connection.execute(delete(cells).where(cells.c.id == old))


def _enter(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    if values := list(rows):
        connection.execute(insert(observations), values)
