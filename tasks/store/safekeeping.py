"""How is the store copied while others use it, and how does a copy become the store again?

SQLite is copied by its own online backup, PostgreSQL by pg_dump: both see one moment, and nobody
waits for them. A copy is written whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from tasks.errors import StoreUnusable
from tasks.store.trouble import in_our_words, place

if TYPE_CHECKING:
    from collections.abc import Sequence


ROOM = "Make room, or name another folder."
INSTALL = "Install PostgreSQL's client programs (Debian: postgresql-client)."
MOST_SAID = 300  # letters of what another program says went wrong
PASSWORD = "PGPASSWORD"  # noqa: S105 - the name of a variable


def can_be_copied(url: URL) -> bool:
    """Return whether this machine has what it takes to copy the store at ``url``."""
    if url.get_backend_name() == "sqlite":
        return url.database not in {None, "", ":memory:"}
    return shutil.which("pg_dump") is not None


def copied(url: URL, target: Path, tables: Sequence[str], snapshot: str = "") -> Path:
    """Copy the store at ``url`` to the file ``target`` and return it.

    Raises StoreUnusable where that cannot be done; then there is no such file. ``tables`` are
    those of the store: others may live in the same PostgreSQL database. ``snapshot`` is the moment
    there that is copied; without it, now.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(Path(str(url.database)), unfinished)
        else:
            _dump(url, unfinished, tables, snapshot)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        what = f"The store cannot be copied: {error}."
        raise StoreUnusable(what, where=f"({target})", todo=ROOM) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return target


def put_back(url: URL, source: Path, tables: Sequence[str]) -> None:
    """Make ``source``, a copy, the store at ``url``; what was there is gone.

    So are those of ``tables`` that the copy does not have: it may be of an older version. Raises
    StoreUnusable where that cannot be done.
    """
    if url.get_backend_name() == "sqlite":
        _put_back_sqlite(Path(str(url.database)), source)
    else:
        _drop(url, tables)
        options = [
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
        ]
        _run(url, "pg_restore", [*options, str(source)])


def _drop(url: URL, tables: Sequence[str]) -> None:
    engine = create_engine(url, poolclass=NullPool)
    named = engine.dialect.identifier_preparer.quote
    with in_our_words(url), engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"DROP TABLE IF EXISTS {named(table)} CASCADE"))


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise FileNotFoundError(f"there is no {source}")
    with closing(sqlite3.connect(source)) as store, closing(sqlite3.connect(target)) as copy:
        store.backup(copy)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _put_back_sqlite(target: Path, source: Path) -> None:
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy_sqlite(source, unfinished)
        for part in ("-wal", "-shm"):  # they belong to the store that was there
            target.with_name(target.name + part).unlink(missing_ok=True)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        what = f"The store cannot be put back: {error}."
        raise StoreUnusable(what, where=f"({target})", todo=ROOM) from error


def _dump(url: URL, target: Path, tables: Sequence[str], snapshot: str) -> None:
    chosen = [part for table in tables for part in ("--table", f'"{table}"')]
    of_then = ["--snapshot", snapshot] if snapshot else []
    _run(url, "pg_dump", ["--format=custom", "--file", str(target), *of_then, *chosen])


def without_password(url: URL) -> URL:
    """Return ``url`` as PostgreSQL's programs read it; ``set`` would keep a password."""
    return URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, dict(url.query)
    )


def _run(url: URL, program: str, options: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs against ``url``; its password is never on a command line."""
    found = shutil.which(program)
    if found is None:
        what = f"The store cannot be copied: {program} is not there."
        raise StoreUnusable(what, where=place(url), todo=INSTALL)
    address = without_password(url).render_as_string()
    environ = {**os.environ, **({PASSWORD: str(url.password)} if url.password else {})}
    command = [found, f"--dbname={address}", *options]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, our own arguments
        command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:MOST_SAID] or f"it ended with {done.returncode}"
        what = f"{program} could not do its work: {said}"
        raise StoreUnusable(what, where=place(url), todo="Mend what it says, and try again.")
