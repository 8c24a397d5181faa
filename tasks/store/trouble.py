"""What went wrong with the database, in our words, and whether trying again helps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from tasks.errors import KeepwellError, StoreUnavailable, StoreUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL

TRY_AGAIN = "Try again in a minute; if it stays so, check that the database is up."

_SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_SQLITE_BROKEN = {
    "SQLITE_CANTOPEN": "Check that the folder exists and that you may write to it.",
    "SQLITE_READONLY": "Check that you may write to the file and its folder.",
    "SQLITE_PERM": "Check that you may write to the file and its folder.",
    "SQLITE_NOTADB": "The file is not a SQLite database: name another one in `store`.",
    "SQLITE_CORRUPT": "The file is damaged: restore it from a backup.",
    "SQLITE_FULL": "The disk is full: make room.",
    "SQLITE_IOERR": "The disk cannot be read or written: check it.",
}
_POSTGRES_BUSY = ("08", "40", "53", "55", "57")  # connection, deadlock, resources, lock, shutdown
_POSTGRES_REFUSED = {
    "28": "Check user and password in `store`.",
    "3D": "Create the database, or name another one in `store`.",
    "3F": "Create the schema of `options`, or name another one in `store`.",
    "42501": "Give the user of `store` the right to create and write tables.",
}
# psycopg gives no code for a connection that never came to be, only the server's sentence.
_POSTGRES_REFUSED_IN_WORDS = {
    "authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    "role ": "28",
    "database ": "3D",
}


@contextmanager
def in_our_words(url: URL) -> Iterator[None]:
    """Turn trouble with the database at ``url`` into StoreUnusable or StoreUnavailable.

    What is neither, a broken constraint for one, is our mistake and passes through as it is.
    """
    try:
        yield
    except DBAPIError as error:
        if (ours := _translated(url, error)) is None:
            raise
        raise ours from error


def place(url: URL) -> str:
    """Return where the store is, without its password."""
    return f"({url.render_as_string(hide_password=True)})"


def _translated(url: URL, error: DBAPIError) -> KeepwellError | None:
    if url.get_backend_name() == "sqlite":
        return _from_sqlite(url, error)
    return _from_postgres(url, error)


def _from_sqlite(url: URL, error: DBAPIError) -> KeepwellError | None:
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    if name.startswith(_SQLITE_BUSY):
        return _unavailable(url, "another process kept the store for itself too long")
    for prefix, todo in _SQLITE_BROKEN.items():
        if name.startswith(prefix):
            return _unusable(url, str(error.orig), todo)
    return None


def _from_postgres(url: URL, error: DBAPIError) -> KeepwellError | None:
    reason = _first_line(error)
    code = getattr(error.orig, "sqlstate", None) or _code_in_words(error, reason)
    for prefix, todo in _POSTGRES_REFUSED.items():
        if code.startswith(prefix):
            return _unusable(url, reason, todo)
    return _unavailable(url, reason) if code.startswith(_POSTGRES_BUSY) else None


def _code_in_words(error: DBAPIError, reason: str) -> str:
    if type(error).__name__ != "OperationalError":
        return ""
    refused = (code for words, code in _POSTGRES_REFUSED_IN_WORDS.items() if words in reason)
    return next(refused, "08")


def _first_line(error: DBAPIError) -> str:
    text = str(error.orig).strip()
    fatal = [line for line in text.splitlines() if "FATAL:" in line]
    return (fatal or text.splitlines() or ["it gave no reason"])[0].strip()


def _unusable(url: URL, reason: str, todo: str) -> StoreUnusable:
    return StoreUnusable(f"The store cannot be used: {reason}", where=place(url), todo=todo)


def _unavailable(url: URL, reason: str) -> StoreUnavailable:
    return StoreUnavailable(f"The store did not answer: {reason}", where=place(url), todo=TRY_AGAIN)
