"""Where does the newest row of each key stand? An index over the pages, made again when lost.

It is a file of SQLite beside the pages: memory stays small however many keys there are. Pages are
entered in their order, each in one transaction, and entering one twice changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.connectors.pagefiles import KEPT, read_page
from tasks.errors import SourceUnavailable

if TYPE_CHECKING:
    from tasks.connectors.streams import Row, Stream
    from tasks.store import LandedPage, StreamState

TABLES = """
CREATE TABLE IF NOT EXISTS newest (
  key TEXT PRIMARY KEY, version TEXT, seq INTEGER, line INTEGER, round INTEGER, gone_at TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upto (seq INTEGER, chain TEXT, whole INTEGER, fetched_at TEXT);
CREATE TEMP TABLE incoming (
  key TEXT, version TEXT, seq INTEGER, line INTEGER, round INTEGER, gone_at TEXT
);
"""
ENTER = """
INSERT INTO newest SELECT * FROM incoming WHERE true ORDER BY line
ON CONFLICT (key) DO UPDATE SET
  seq = CASE WHEN excluded.version >= version THEN excluded.seq ELSE seq END,
  line = CASE WHEN excluded.version >= version THEN excluded.line ELSE line END,
  version = max(version, excluded.version),
  round = max(round, excluded.round),
  gone_at = excluded.gone_at
"""
COUNT = """
SELECT count(DISTINCT i.key) FILTER (WHERE n.key IS NULL),
       count(DISTINCT i.key) FILTER (WHERE n.key IS NOT NULL AND i.version > n.version),
       count(*)
FROM incoming i LEFT JOIN newest n USING (key)
"""
Place = tuple[int, int, int, str | None]
LEFT = "UPDATE newest SET gone_at = ? WHERE gone_at IS NULL AND round < ?"


@dataclass(slots=True)
class Counts:
    """What the pages that were entered brought."""

    new: int = 0
    changed: int = 0
    deleted: int = 0
    duplicates: int = 0


@dataclass(slots=True)
class Newest:
    """The open index of one generation of one stream."""

    connection: sqlite3.Connection
    root: Path
    stream: Stream

    def catch_up(self, state: StreamState, pages: Sequence[LandedPage], counts: Counts) -> None:
        """Enter the pages it does not have yet, and add to ``counts`` what they brought."""
        self.forget_other_pages(pages)
        for page in pages:
            if page.seq > self.upto:
                self.enter(page, counts, None)
        if self.stream.full and state.complete_round is not None and pages:
            with self._alone():
                self._mark(state.complete_round, pages[-1].fetched_at.isoformat(), counts)

    @property
    def upto(self) -> int:
        """The number of the last page it has; -1 for none."""
        row = self._upto()
        return -1 if row is None else row[0]

    def enter(self, page: LandedPage, counts: Counts, rows: Sequence[Row] | None) -> None:
        """Enter one page, with the rows that are at hand, or those of its file."""
        lines = enumerate(rows) if rows is not None else read_page(self.root / page.path)
        run = self.connection.execute
        with self._alone():
            before = self._upto()
            if before is not None and before[0] >= page.seq:
                return
            if before is not None and before[2] is not None:
                self._mark(before[2], before[3], counts)
            run("DELETE FROM incoming")
            self.connection.executemany(
                "INSERT INTO incoming VALUES (?, ?, ?, ?, ?, ?)", self._incoming(page, lines)
            )
            self._count(counts)
            run(ENTER)
            chain = _link("" if before is None else before[1], page)
            run("DELETE FROM upto")
            whole = page.round if self.stream.full and page.cursor_out is None else None
            values = (page.seq, chain, whole, page.fetched_at.isoformat())
            run("INSERT INTO upto VALUES (?, ?, ?, ?)", values)

    def places(self, upto: int | None = None) -> Generator[Place]:
        """Yield page, line, listing and gone_at of every key's newest row, as they stand."""
        asked = "SELECT seq, line, round, gone_at FROM newest WHERE seq <= ? ORDER BY seq, line"
        limit = 2**62 if upto is None else upto
        yield from self.connection.execute(asked, (limit,))

    def there(self) -> Generator[tuple[str, str, int]]:
        """Yield key, version and page of every row that is not gone."""
        asked = "SELECT key, version, seq FROM newest WHERE gone_at IS NULL"
        yield from self.connection.execute(asked)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.connection.execute("BEGIN IMMEDIATE")
        with self.connection:
            yield

    def forget_other_pages(self, pages: Sequence[LandedPage]) -> None:
        """Begin again where these are not the pages it knows: compacted, or of another store."""
        with self._alone():
            row = self._upto()
            if row is not None and row[1] != _chain(pages, row[0]):
                self.connection.execute("DELETE FROM newest")
                self.connection.execute("DELETE FROM upto")

    def _upto(self) -> tuple[int, str, int | None, str] | None:
        """Return the last page it has, a digest of all, the listing that ended there, and when."""
        row: tuple[int, str, int | None, str] | None = self.connection.execute(
            "SELECT seq, chain, whole, fetched_at FROM upto"
        ).fetchone()
        return row

    def _incoming(
        self, page: LandedPage, lines: Iterable[tuple[int, Row]]
    ) -> Iterator[tuple[str, str, int, int, int, str | None]]:
        for line, row in lines:
            listing, gone_at = row.get(KEPT, (page.round, None))
            yield (*told_apart(self.stream, row), page.seq, line, listing, gone_at)

    def _count(self, counts: Counts) -> None:
        new, changed, all_of_them = self.connection.execute(COUNT).fetchone()
        counts.new += new
        counts.changed += changed
        counts.duplicates += all_of_them - new - changed

    def _mark(self, listing: int, when: str, counts: Counts) -> None:
        counts.deleted += self.connection.execute(LEFT, (when, listing)).rowcount


def _chain(pages: Sequence[LandedPage], upto: int) -> str:
    chain = ""
    for page in pages:
        chain = _link(chain, page) if page.seq <= upto else chain
    return chain if any(page.seq == upto for page in pages) else ""


def _link(chain: str, page: LandedPage) -> str:
    return sha256(f"{chain} {page.seq} {page.round} {page.sha256}".encode()).hexdigest()


def told_apart(stream: Stream, row: Row) -> tuple[str, str]:
    """Return the key and the version of a row."""
    return str(stream.key(row)), str(stream.version(row))


@contextmanager
def newest_of(stream: Stream, root: Path, folder: Path, state: StreamState) -> Iterator[Newest]:
    """Give the index of the state's generation; a damaged one is thrown away and made again."""
    path = folder / _name(state)
    folder.mkdir(parents=True, exist_ok=True)
    with closing(_opened(path)) as connection:
        yield Newest(connection, root, stream)


def throw_away(folder: Path, state: StreamState) -> None:
    """Throw a damaged index away; the next reader makes it again."""
    forget(folder, _name(state))


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Say what it means that an index cannot even be made again."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise SourceUnavailable(
            f"An index beside the raw pages cannot be used: {error}.",
            where=f"({folder})",
            todo="See whether the disk is full or read-only; the index is made again.",
        ) from error


def _name(state: StreamState) -> str:
    return f"newest-{state.generation:03d}.sqlite"


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(path)
    except sqlite3.DatabaseError:
        forget(path.parent, path.name)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(TABLES)
        connection.execute("SELECT * FROM upto").fetchall()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def forget(folder: Path, pattern: str = "newest-*.sqlite") -> None:
    """Throw indexes away; the next reader makes them again."""
    files: Iterable[Path] = folder.glob(f"{pattern}*")
    for file in files:
        file.unlink(missing_ok=True)
