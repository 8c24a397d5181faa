"""The DuckDB executor: an in-memory connection per step, over the Parquet files of the lake.

DuckDB is a library here, never a shared database file: a worker that crashes leaves no lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, String, Table
from sqlalchemy.dialects import postgresql

from tasks.catalog import ENGINES
from tasks.engine.base import Engine, Rows
from tasks.facts import FACTS
from tasks.facts.lake import select
from tasks.facts.load import LakeFile

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "2GB"
THREADS = 2


class DuckDbSession:
    """Facts as views over Parquet, context as small tables, statements as rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Wrap an open connection."""
        self._connection = connection

    def rows(self, sql: str) -> Rows:
        """Return all rows of a SELECT."""
        return self._connection.execute(sql).fetchall()

    def fill(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make a context table with exactly these rows, whatever it held before."""
        import pyarrow as pa  # noqa: PLC0415 - only those who compute pay for it

        self._connection.execute(f'DROP TABLE IF EXISTS "{table.name}"')
        self._connection.execute(_ddl(table))
        names = [column.name for column in table.columns]
        given = pa.Table.from_pylist([dict(row) for row in rows], _schema(table, pa))
        self._connection.register("given", given)
        listed = ", ".join(f'"{name}"' for name in names)
        self._connection.execute(f'INSERT INTO "{table.name}" SELECT {listed} FROM given')  # noqa: S608 - our own names
        self._connection.unregister("given")


@contextmanager
def open_session(lake: Path, files: Sequence[LakeFile]) -> Iterator[DuckDbSession]:
    """Open a session over the files of the lake; a table that no file holds is empty."""
    import duckdb  # noqa: PLC0415 - only those who compute pay for it

    connection = duckdb.connect(":memory:", config={"threads": THREADS})
    try:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET TimeZone = 'UTC'")
        held = {file.table for file in files}
        for table in FACTS.values():
            connection.execute(_view(table, lake, files) if table.name in held else _ddl(table))
        yield DuckDbSession(connection)
    finally:
        connection.close()


def _view(table: Table, lake: Path, files: Sequence[LakeFile]) -> str:
    return f'CREATE VIEW "{table.name}" AS {select(lake, files, table.name)}'


def _ddl(table: Table) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    columns = (f'"{column.name}" {column.type.compile(dialect)}' for column in table.columns)
    return f'CREATE TABLE "{table.name}" ({", ".join(columns)})'


def _schema(table: Table, pa: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    kinds = {
        Boolean: pa.bool_(),
        Date: pa.date32(),
        DateTime: pa.timestamp("us"),
        Integer: pa.int64(),
        Numeric: pa.decimal128(18, 8),
        String: pa.string(),
    }
    return pa.schema([(column.name, kinds[type(column.type)]) for column in table.columns])


ENGINES.add(Engine("duckdb", open_session))
