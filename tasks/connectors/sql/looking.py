"""Can a database be read? Each SELECT is prepared, none of its rows is asked for or kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select, text

from tasks.connectors.reaching import Looked, Reached, looked_before
from tasks.connectors.sql.asking import Database, columns_of, given
from tasks.connectors.sql.extraction import notes_on
from tasks.connectors.sql.reading import column_in
from tasks.connectors.sql.statements import statement_of
from tasks.connectors.sql.streams import streams
from tasks.connectors.sql.values import as_text
from tasks.errors import KeepwellError, SourceUnavailable
from tasks.store import current_files

if TYPE_CHECKING:
    from tasks.connectors.base import Surroundings
    from tasks.connectors.sql.settings import SqlSettings

HASTE_S = 20  # somebody is waiting for the answer
# How many tables may the user write to? Those of the server itself are left aside.
WRITABLE = text("""
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema'
      AND left(n.nspname, 3) <> 'pg_'
      AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
""")
LEAST = (
    "it needs no more than CONNECT on the database, USAGE on the schema"
    " and GRANT SELECT ON the tables that are read TO it."
)


def looked_at(settings: SqlSettings, around: Surroundings) -> Reached:
    """Return what the database says of itself and of every table that is read from it."""
    hasty = settings.model_copy(update={"timeout_s": min(settings.timeout_s, HASTE_S)})
    database = Database(hasty, around.root)
    try:
        with database.connected(f"{settings.name} is not reached") as connection:
            whose, notes = _server(connection, settings), tuple(_notes(connection))
    except KeepwellError as problem:
        return Reached(settings.name, (Looked("tables", str(problem)),))
    tables = [stream.name for stream in streams(hasty) if stream.tables]
    looked = tuple(_looked(database, name, around) for name in tables)
    return Reached(settings.name, looked, about=whose, notes=notes)


def _server(connection: Connection, settings: SqlSettings) -> str:
    """Return which server it is, and as whom it is asked."""
    version = ".".join(map(str, connection.dialect.server_version_info or ()))
    on_postgres = connection.dialect.name == "postgresql"
    whom = (
        connection.scalar(text("SELECT current_user")) if on_postgres else settings.address.username
    )
    return f"{connection.dialect.name} {version}".strip() + (f" as {whom}" if whom else "")


def _notes(connection: Connection) -> Iterator[str]:
    """Yield that the user may write, where the server can be asked; Keepwell never does."""
    if connection.dialect.name == "postgresql" and (may := connection.scalar(WRITABLE)):
        yield f"its user may write to {may} {'table' if may == 1 else 'tables'}; {LEAST}"


def _looked(database: Database, name: str, around: Surroundings) -> Looked:
    settings = database.settings
    found = looked_before(settings.name, name, around)
    held = _held(settings.name, name, around)
    try:
        told = _newest(database, name, around)
    except KeepwellError as problem:
        return Looked(name, str(problem), upto=found.upto, last=found.last, told=held)
    return Looked(
        name, upto=found.upto, last=found.last, told="; ".join(filter(None, (told, held)))
    )


def _held(source: str, table: str, around: Surroundings) -> str:
    """Return how many rows of a table are loaded; nothing where none is."""
    if around.store is None:
        return ""
    files = current_files(around.store)
    rows = sum(one.rows for one in files if (one.source, one.table) == (source, table))
    return f"{rows:,} rows loaded" if rows else ""


def _newest(database: Database, name: str, around: Surroundings) -> str:
    """Return the newest value by which a table is read on; raise why it cannot be read."""
    table = database.settings.tables[name]
    sql = statement_of(table.sql, around.root, f"tables.{name}.sql")
    notes_on(database, name, sql, table.lacks)
    if table.incremental_by is None:
        return ""
    with database.connected(f"{database.settings.name}: {name} is not read") as connection:
        names = columns_of(connection, sql)
        by = column_in(given(sql, names), names, table.incremental_by, name)
        try:
            with database.in_words(name):
                newest = as_text(connection.scalar(select(func.max(by))), None)
        except SourceUnavailable:  # it takes longer than somebody waits
            return f"the newest {table.incremental_by} was not found in {HASTE_S} s"
    return f"newest {table.incremental_by} {newest or 'none'}"
