"""What is kept of a store before its tables are changed by an upgrade? A copy, the newest few.

A SQLite file's copy lies beside it, a PostgreSQL store's in the folder for backups. Where none can
be made the upgrade goes on all the same (it is one transaction), and the log says that there is no
copy: nobody shall count on one that is not there.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import StoreUnusable
from tasks.store.safekeeping import INSTALL, can_be_copied, copied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import URL

KEPT = 3
TOO_OLD = "version mismatch"  # what pg_dump says of a server that is newer than it
LOG = logging.getLogger("keepwell.store")


def keep_copy(
    url: URL, folder: Path | None, version: str, tables: Sequence[str], keep: int = KEPT
) -> Path | None:
    """Copy the store as it is at ``version``; return the copy, or None where none can be made.

    Raises StoreUnusable where a copy could be made, and then could not: a full disk, for one.
    """
    place = _place(url, folder)
    if place is None or not can_be_copied(url):
        _warn(version, "no folder for backups is known here." if place is None else INSTALL)
        return None
    name = f"{_name(url)}.{version}.{datetime.now(UTC):%Y%m%dT%H%M%S}.bak"
    try:
        copy = copied(url, place / name, tables)
    except StoreUnusable as error:
        if TOO_OLD not in str(error):
            raise
        _warn(version, f"pg_dump is older than the server. {INSTALL}")
        return None
    LOG.warning("The store is upgraded from %s; a copy of it as it was: %s", version, copy)
    for old in sorted(place.glob(f"{_name(url)}.v*.bak"))[:-keep]:
        old.unlink(missing_ok=True)
    return copy


def _warn(version: str, why: str) -> None:
    LOG.warning(
        "The store is upgraded from %s, and there is NO copy of it as it was: %s", version, why
    )


def _place(url: URL, folder: Path | None) -> Path | None:
    if url.get_backend_name() != "sqlite":
        return folder
    return None if url.database in {None, "", ":memory:"} else Path(str(url.database)).parent


def _name(url: URL) -> str:
    return Path(str(url.database)).name
