"""The DuckDB executor: an in-memory connection per step, over the Parquet files of the lake.

DuckDB is a library here, never a shared database file: a worker that crashes leaves no lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Table

from tasks.engine.base import USUAL, Limits, Rows
from tasks.engine.written import NOTHING, columns_of, written
from tasks.errors import Fix
from tasks.facts import FACTS
from tasks.facts.lake import select
from tasks.facts.load import LakeFile

if TYPE_CHECKING:
    import duckdb


class DuckDbSession:
    """Facts as views over Parquet, context as small tables, statements as rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Wrap an open connection."""
        self._connection = connection

    def rows(self, statement: str | Select[Any], given: Mapping[str, Any] = NOTHING) -> Rows:
        """Return all rows of a SELECT."""
        return self._connection.execute(written(statement, given=given)).fetchall()

    def fill(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make a context table with exactly these rows, whatever it held before."""
        self._connection.execute(f'DROP TABLE IF EXISTS "{table.name}"')
        self._connection.execute(_ddl(table))
        if rows:
            columns = ", ".join("unnest(?)" for _ in table.columns)
            given = [[row.get(column.name) for row in rows] for column in table.columns]
            self._connection.execute(f'INSERT INTO "{table.name}" SELECT {columns}', given)

    def make(
        self, table: Table, statement: Select[Any], given: Mapping[str, Any] = NOTHING
    ) -> None:
        """Make a table out of what a SELECT returns, whatever it held before."""
        select = written(statement, given=given)
        self._connection.execute(f'CREATE OR REPLACE TABLE "{table.name}" AS {select}')


@contextmanager
def open_session(
    lake: Path, files: Sequence[LakeFile], limits: Limits = USUAL
) -> Iterator[DuckDbSession]:
    """Open a session over the files of the lake; a table that no file holds is empty.

    Raises ``Fix`` where DuckDB does not take a limit, such as a memory of "lots".
    """
    connection = _connected(limits)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        held = {file.table for file in files}
        for table in FACTS.values():
            if table.name in held:
                _show(connection, table, lake, files)
            else:
                connection.execute(_ddl(table))
        yield DuckDbSession(connection)
    finally:
        connection.close()


def _connected(limits: Limits) -> duckdb.DuckDBPyConnection:
    import duckdb  # noqa: PLC0415 - only those who compute pay for it

    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory,
        "threads": limits.threads,
    }
    if limits.spill_to:
        options["temp_directory"] = limits.spill_to
    try:
        return duckdb.connect(":memory:", config=options)
    except duckdb.Error as error:
        raise Fix(
            "DuckDB does not take the limits of engine in the configuration:",
            where=f"{error}".splitlines()[0],
            todo='Write memory_limit like "4GB" and threads like 2.',
        ) from error


def _show(
    connection: duckdb.DuckDBPyConnection, table: Table, lake: Path, files: Sequence[LakeFile]
) -> None:
    import duckdb  # noqa: PLC0415 - only those who compute pay for it

    try:
        connection.execute(f'CREATE VIEW "{table.name}" AS {select(lake, files, table.name)}')
    except duckdb.Error as error:
        raise Fix(
            f"the lake has lost files of {table.name}, or they are damaged.",
            where=f"Looked below {lake}.",
            todo="Run 'keepwell sync' to load them again.",
        ) from error


def _ddl(table: Table) -> str:
    return f'CREATE TABLE "{table.name}" ({columns_of(table)})'
