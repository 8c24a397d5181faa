"""Where is kept what is read before it is needed? On the disk, by whose it is.

Invoices and events tell of a subscription here and there, over years; all of it is needed when its
turn comes. In memory are only a few thousand that came last, and what one asks for.
"""

from __future__ import annotations

import pickle
import sqlite3
from typing import Any, Generic, TypeVar
from weakref import finalize

T = TypeVar("T")
FEW = 2_000
MADE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE aside (key TEXT, what BLOB);
"""


class Aside(Generic[T]):
    """Things by the key of what they are about, in a file that goes when this does."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._file = sqlite3.connect("")  # without a name it is SQLite's own, and temporary
        self._file.executescript(MADE)
        finalize(self, self._file.close)
        self._waiting: list[tuple[str, bytes]] = []
        self._is_sorted = False

    def add(self, key: str, what: T) -> None:
        """Put something aside."""
        self._waiting.append((key, pickle.dumps(what, pickle.HIGHEST_PROTOCOL)))
        if len(self._waiting) >= FEW:
            self._write()

    def of(self, key: str) -> list[T]:
        """Return what was put aside for a key, in the order it came."""
        if self._waiting or not self._is_sorted:
            self._write()
            self._file.execute("CREATE INDEX IF NOT EXISTS by_key ON aside (key)")
            self._is_sorted = True
        asked = "SELECT what FROM aside WHERE key = ? ORDER BY rowid"
        return [_read(what) for (what,) in self._file.execute(asked, (key,))]

    def _write(self) -> None:
        self._file.executemany("INSERT INTO aside VALUES (?, ?)", self._waiting)
        self._waiting.clear()


def _read(what: bytes) -> Any:  # noqa: ANN401 - whatever was put there
    return pickle.loads(what)  # noqa: S301 - of this very run
