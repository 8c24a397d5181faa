"""Which copy of the store, and which files of the lake, are of one moment?

The copy and the list of files are read from one snapshot: a load that comes in meanwhile is in
neither. On PostgreSQL the snapshot is lent to pg_dump; of SQLite the copy itself is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from tasks.store.safekeeping import copied
from tasks.store.tables import lake_files, landed_pages, metadata
from tasks.store.upgrade import VERSION_TABLE, stored_version

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tasks.store.database import Store

RAW = "raw"  # where the pages lie below the lake


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the store: its version and kind, and the files below the lake that it names."""

    version: str
    kind: str
    paths: tuple[str, ...]


def tables_of_the_store() -> tuple[str, ...]:
    """Return the names of all our tables, the one with the version among them."""
    return (*metadata.tables, VERSION_TABLE)


def copy_of(store: Store, target: Path) -> Copy:
    """Copy ``store`` to the file ``target``; raise StoreUnusable where that cannot be done."""
    url = store.engine.url
    if store.engine.dialect.name == "sqlite":
        copied(url, target, tables_of_the_store())
        engine = create_engine(URL.create("sqlite", database=str(target)), poolclass=NullPool)
        with engine.connect() as connection:
            return _described(connection)
    repeatable = store.engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.begin() as connection:
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        found = _described(connection)
        copied(url, target, tables_of_the_store(), snapshot)
    return found


def _described(connection: Connection) -> Copy:
    counts = select(lake_files.c.path).where(lake_files.c.retired_at.is_(None))
    facts = list(connection.scalars(counts))
    pages = [f"{RAW}/{path}" for path in connection.scalars(select(landed_pages.c.path))]
    version = stored_version(connection) or ""
    return Copy(version, connection.dialect.name, tuple(sorted({*facts, *pages})))
