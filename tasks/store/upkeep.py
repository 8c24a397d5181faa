"""What keeps the store small and quick: old entries of the ledger go, SQLite gives its room back.

Anything here may be killed at any moment: SQLite's journal puts an unfinished VACUUM right.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tasks.store.tables import runs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tasks.store.database import Store

WORTH_IT = 0.2  # of the file is empty: below that it is only filled again
NEWEST = 1_000  # of each kind, whatever their age: as far as anybody looks back


def forget_runs(store: Store, kinds: Iterable[str], before: datetime) -> int:
    """Forget runs of these kinds that began before a moment, but the newest thousand of each.

    The first of a kind stays: it tells since when something is done.
    """
    count = 0
    for kind in kinds:
        mine = runs.c.kind == kind
        newest = select(runs.c.id).where(mine).order_by(runs.c.started_at.desc()).limit(NEWEST)
        first = select(func.min(runs.c.id)).where(mine).scalar_subquery()
        old = (mine, runs.c.started_at < before, runs.c.id.not_in(newest), runs.c.id != first)
        with store.writing("runs") as connection:
            count += connection.execute(delete(runs).where(*old)).rowcount
    return count


def tighten(store: Store) -> int:
    """Give empty room of a SQLite file back, and count its tables anew; return the bytes freed.

    Where somebody else is busy with it nothing happens: the next day's turn does it. PostgreSQL
    looks after itself.
    """
    url = store.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return 0
    file = Path(url.database)
    before = file.stat().st_size
    connection = sqlite3.connect(file, timeout=store.patience_s, isolation_level=None)
    try:
        connection.execute("PRAGMA optimize")
        if _share_empty(connection) > WORTH_IT:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:  # somebody writes all the time, or the disk has no room
        return 0
    finally:
        connection.close()
    return max(before - file.stat().st_size, 0)


def _share_empty(connection: sqlite3.Connection) -> float:
    empty: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    return empty / pages if pages else 0.0
