"""The PostgreSQL executor: the lake's files folded into tables of that server, each file once.

A file of the lake never changes, so it is copied once, marked with its path; a session sees
exactly the files it was given through temporary views, whatever others load meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Select, Table

from tasks.engine.base import USUAL, Limits, Live, Rows
from tasks.engine.live import found_as_usual, live_rows
from tasks.engine.mirror import PART, SCHEMA, mirror, part_of
from tasks.engine.written import NOTHING, columns_of, written
from tasks.errors import Fix, SourceUnavailable
from tasks.facts import FACTS
from tasks.facts.columns import about
from tasks.facts.load import LakeFile

_CONNECT_SECONDS = 15
_SETTINGS = {
    "TimeZone": "UTC",
    "search_path": "pg_temp",
    "client_min_messages": "warning",
    "jit": "off",  # compiling machine code costs more than our statements take
}


class PostgresSession:
    """Facts as temporary views, context as temporary tables, statements as rows."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Wrap an open connection, which is in a transaction of its own."""
        self._connection = connection

    def rows(self, statement: str | Select[Any], given: Mapping[str, Any] = NOTHING) -> Rows:
        """Return all rows of a SELECT; nothing for what returns none."""
        cursor = self._connection.execute(_text(written(statement, given=given)))
        return cursor.fetchall() if cursor.description else []

    def fill(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make a context table with exactly these rows, whatever it held before."""
        self._empty(table)
        names = [column.name for column in table.columns]
        target = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier("pg_temp", table.name))
        with self._connection.cursor() as cursor, cursor.copy(target) as copy:
            for row in rows:
                copy.write_row([row.get(name) for name in names])
        if table.primary_key:
            key = ", ".join(f'"{column.name}"' for column in table.primary_key)
            self._connection.execute(_text(f'CREATE INDEX ON pg_temp."{table.name}" ({key})'))
        self._know(table)

    def make(
        self, table: Table, statement: Select[Any], given: Mapping[str, Any] = NOTHING
    ) -> None:
        """Make a table out of what a SELECT returns, whatever it held before."""
        self._drop(table)
        rows = written(statement, given=given)
        self._connection.execute(_text(f'CREATE TEMP TABLE "{table.name}" AS {rows}'))
        self._know(table)

    def _empty(self, table: Table) -> None:
        self._drop(table)
        self._connection.execute(_text(f'CREATE TEMP TABLE "{table.name}" ({columns_of(table)})'))

    def _drop(self, table: Table) -> None:
        self._connection.execute(_text(f'DROP TABLE IF EXISTS pg_temp."{table.name}"'))

    def _know(self, table: Table) -> None:
        """Let the planner look at the table: it guesses badly about one it has never seen."""
        self._connection.execute(_text(f'ANALYZE pg_temp."{table.name}"'))


@contextmanager
def open_session(
    lake: Path, files: Sequence[LakeFile], limits: Limits = USUAL
) -> Iterator[PostgresSession]:
    """Open a session over the files of the lake, on the server of ``limits.url``.

    Raises ``SourceUnavailable`` where nobody answers there, ``Fix`` where it lets us make no
    tables.
    """
    with _connected(limits) as connection:
        try:
            mirror(connection, lake, files)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Fix(
                "the PostgreSQL server of engine.url lets us make no tables.",
                where=str(error).splitlines()[0],
                todo=f"Let its user create the schema {SCHEMA}, or give another user.",
            ) from error
        connection.autocommit = True
        if limits.live:
            found_as_usual(connection)
        for table in FACTS.values():
            mine = [file for file in files if file.table == table.name]
            live = [one for one in limits.live if one.table == table.name]
            given = (*_copied(table, lake, mine), *_in_place(connection, live))
            sources = {file.source for file in mine} | {one.source for one in live}
            _show(connection, table, given, is_one=len(sources) == 1)
        connection.execute("SET search_path = pg_temp")
        yield PostgresSession(connection)


@contextmanager
def _connected(limits: Limits) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    address = limits.url.replace("postgresql+psycopg:", "postgresql:", 1)
    try:
        connection = psycopg.connect(address, connect_timeout=_CONNECT_SECONDS)
    except psycopg.OperationalError as error:
        raise SourceUnavailable(
            "nobody answers at the PostgreSQL server of engine.url.",
            where=str(error).splitlines()[0],
            todo="See whether it runs, and whether engine.url names its host, user and password.",
        ) from error
    with connection:
        for name, value in _SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.commit()
        yield connection


def _copied(table: Table, lake: Path, files: Sequence[LakeFile]) -> tuple[str, ...]:
    """Return the SELECT of a table's rows in these files, if there are any."""
    if not files:
        return ()
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    parts = ", ".join(_quoted(part_of(lake, file)) for file in files)
    return (f'SELECT {columns} FROM {SCHEMA}."{table.name}" WHERE {PART} IN ({parts})',)  # noqa: S608


def _in_place(connection: psycopg.Connection[Any], live: Sequence[Live]) -> tuple[str, ...]:
    """Return the SELECTs of tables of the server's own; names in them are found as usual there."""
    return live_rows(connection, live) if live else ()


def _show(
    connection: psycopg.Connection[Any], table: Table, given: Sequence[str], *, is_one: bool
) -> None:
    """Show one table over what is given; of a row that several sources give the latest."""
    if not given:
        connection.execute(_text(f'CREATE TEMP TABLE "{table.name}" ({columns_of(table)})'))
        return
    rows = " UNION ALL ".join(f"({one})" for one in given)
    if not is_one:
        key = ", ".join(f'"{name}"' for name in about(table).key)
        rows = (
            f"SELECT DISTINCT ON ({key}) * FROM ({rows}) AS given "  # noqa: S608
            f"ORDER BY {key}, updated_at DESC NULLS LAST, source"
        )
    connection.execute(_text(f'CREATE TEMP VIEW "{table.name}" AS {rows}'))


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _text(statement: str) -> sql.SQL:
    return sql.SQL(cast("Any", statement))
