"""What is read of a database? A stream for each table, and its keys once in a while.

A table that is read by what changed never says what was deleted; its keys do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import DateTime

from tasks.connectors.reconciling import listed_name
from tasks.connectors.sql.asking import Database
from tasks.connectors.sql.reading import Reading
from tasks.connectors.sql.settings import SqlSettings, SqlTable
from tasks.connectors.streams import Row, Stream
from tasks.facts import FACTS
from tasks.facts.columns import about

OVERLAP = timedelta(minutes=15)
NEVER_MISSING = "9"  # sorts behind every time


def streams(
    settings: SqlSettings,
    statements: Mapping[str, str] | None = None,
    root: Path = Path(),
) -> tuple[Stream, ...]:
    """Return the streams of the tables in ``statements``, the SELECTs as they were found.

    Without them, all tables as the configuration has them.
    """
    found = statements if statements is not None else {n: t.sql for n, t in settings.tables.items()}
    database = Database(settings, root)
    return tuple(
        stream
        for name, sql in found.items()
        for stream in _of(database, name, settings.tables[name], sql)
    )


def _of(database: Database, name: str, table: SqlTable, sql: str) -> Iterator[Stream]:
    settings = database.settings
    key = about(FACTS[name]).key
    reading = Reading(
        database,
        name,
        sql,
        key,
        frozenset(column.name for column in FACTS[name].columns) - {"source"},
        _moments(name),
        by=table.incremental_by,
        overlap=OVERLAP if table.overlap is None else table.overlap,
        zone=None if settings.timezone is None else ZoneInfo(settings.timezone),
        size=settings.page_rows,
    )
    rests_on = [sql, table.incremental_by, settings.timezone, *key]
    config = sha256(orjson.dumps(rests_on)).hexdigest()
    by_key = _Key(key, frozenset(one for one in key if not FACTS[name].c[one].nullable))
    yield Stream(
        name,
        by_key,
        _unordered,
        reading.pages,
        full=table.incremental_by is None,
        tables=(name,),
        config=config,
    )
    if table.incremental_by is not None and settings.reconcile_days:
        yield Stream(
            listed_name(name),
            by_key,
            _never_missing,
            _keys_only(reading).pages,
            full=True,
            config=config,
            every=timedelta(days=settings.reconcile_days),
        )


def _moments(name: str) -> frozenset[str]:
    columns = FACTS[name].columns
    return frozenset(column.name for column in columns if isinstance(column.type, DateTime))


def _keys_only(reading: Reading) -> Reading:
    return Reading(
        reading.database,
        reading.table,
        reading.sql,
        reading.key,
        frozenset(reading.key),
        reading.moments,
        zone=reading.zone,
        only_keys=True,
        size=reading.size,
    )


class _Key:
    """What makes a row the same row; one without a key is a row of its own, to be refused."""

    def __init__(self, names: tuple[str, ...], filled: frozenset[str]) -> None:
        self.names, self.filled = names, filled

    def __call__(self, row: Row) -> str:
        values = [row.get(name) for name in self.names]
        if any(row.get(name) is None for name in self.filled):
            return f"without: {sha256(orjson.dumps(dict(row))).hexdigest()}"
        return str(values[0]) if len(values) == 1 else orjson.dumps(values).decode()


def _unordered(_row: Row) -> str:
    """Return the same for all: of two states of a row, what was read later is the newer."""
    return ""


def _never_missing(_row: Row) -> str:
    return NEVER_MISSING
