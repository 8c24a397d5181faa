"""Copy the lake's files into PostgreSQL: each file once, and out again when it is gone.

One table per canonical table in the schema ``keepwell_lake``; ``_part`` is the file a row is from,
and ``_parts`` says whose file that is: several lakes may share a server.
"""

# ruff: noqa: S608 - the names are those of our own tables, everything else is an argument

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Table

from tasks.engine.written import columns_of
from tasks.errors import Fix
from tasks.facts import FACTS
from tasks.facts.load import LakeFile

if TYPE_CHECKING:
    import pyarrow as pa

    Connection = psycopg.Connection[tuple[Any, ...]]

SCHEMA = "keepwell_lake"
PART = "_part"
PARTS = "_parts"
_LOCK = 0x6B656570  # one at a time copies; the others wait, and then find everything there
_ROWS = 50_000


def mirror(connection: Connection, lake: Path, files: Sequence[LakeFile]) -> None:
    """Make the server hold every one of ``files``, and none that their lake no longer has."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        _make_tables(connection)
        there = _parts(connection)
        for file in files:
            if part_of(lake, file) not in there:
                _copy(connection, lake, file)
        for part, (table, path) in there.items():
            if not Path(path).exists():
                _drop(connection, table, part)


def part_of(lake: Path, file: LakeFile) -> str:
    """Return what a file is called on the server: by its machine and where it lies there."""
    return f"{gethostname()}:{(lake / file.path).absolute()}"


def _make_tables(connection: Connection) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {SCHEMA}.{PARTS} (part text PRIMARY KEY, "
        f"table_name text NOT NULL, host text NOT NULL, path text NOT NULL)"
    )
    made = _columns(connection)
    for table in FACTS.values():
        if made.get(table.name) != [*table.columns.keys(), PART]:
            _make(connection, table)


def _make(connection: Connection, table: Table) -> None:
    """Make a table anew; one that an older version left behind is copied again."""
    name = f'{SCHEMA}."{table.name}"'
    connection.execute(_sql(f"DROP TABLE IF EXISTS {name} CASCADE"))
    connection.execute(f"DELETE FROM {SCHEMA}.{PARTS} WHERE table_name = %s", (table.name,))
    connection.execute(_sql(f"CREATE TABLE {name} ({columns_of(table)}, {PART} text NOT NULL)"))
    connection.execute(_sql(f"CREATE INDEX ON {name} ({PART})"))


def _columns(connection: Connection) -> dict[str, list[str]]:
    found = connection.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) "
        "FROM information_schema.columns WHERE table_schema = %s GROUP BY 1",
        (SCHEMA,),
    )
    return dict(found.fetchall())


def _parts(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return the parts of this machine, with the table and the file of each."""
    found = connection.execute(
        f"SELECT part, table_name, path FROM {SCHEMA}.{PARTS} WHERE host = %s", (gethostname(),)
    )
    return {part: (table, path) for part, table, path in found}


def _copy(connection: Connection, lake: Path, file: LakeFile) -> None:
    names = [column.name for column in FACTS[file.table].columns]
    listed = ", ".join(f'"{name}"' for name in names)
    target = f'COPY {SCHEMA}."{file.table}" ({listed}, {PART}) FROM STDIN (FORMAT csv)'
    with connection.cursor() as cursor, cursor.copy(_sql(target)) as copy:
        for block in _blocks(lake, file, names):
            copy.write(block)
    path = str((lake / file.path).absolute())
    connection.execute(
        f"INSERT INTO {SCHEMA}.{PARTS} VALUES (%s, %s, %s, %s)",
        (part_of(lake, file), file.table, gethostname(), path),
    )


def _blocks(lake: Path, file: LakeFile, names: Sequence[str]) -> Iterator[bytes]:
    """Yield the rows of a file as CSV, in blocks; raise ``Fix`` where it is lost or damaged."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    try:
        with pq.ParquetFile(lake / file.path) as parquet:
            for batch in parquet.iter_batches(_ROWS, columns=list(names)):
                yield _csv(pa.Table.from_batches([batch]).select(list(names)), part_of(lake, file))
    except (OSError, pa.ArrowInvalid) as error:
        raise Fix(
            f"the lake has lost files of {file.table}, or they are damaged.",
            where=f"Looked at {file.path} below {lake}.",
            todo="Run 'keepwell sync' to load them again.",
        ) from error


def _csv(rows: pa.Table, part: str) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.csv as pc  # noqa: PLC0415 - heavy

    exact = [
        column.cast(pa.string()) if pa.types.is_decimal(column.type) else column
        for column in rows.columns
    ]
    marked = pa.table([*exact, pa.array([part] * rows.num_rows)], names=[*rows.column_names, PART])
    out = BytesIO()
    pc.write_csv(marked, out, pc.WriteOptions(include_header=False))
    return out.getvalue()


def _drop(connection: Connection, table: str, part: str) -> None:
    connection.execute(_sql(f'DELETE FROM {SCHEMA}."{table}" WHERE {PART} = %s'), (part,))
    connection.execute(f"DELETE FROM {SCHEMA}.{PARTS} WHERE part = %s", (part,))


def _sql(text: str) -> sql.SQL:
    return sql.SQL(cast("Any", text))  # our own names, no words from outside
