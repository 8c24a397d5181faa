"""What is kept of the pages, and for how long? All of them for a while, then the newest rows.

A vendor's own feeds of what was deleted reach back thirty days, so older pages are not needed to
tell what happened, only what is so: they become one page with the newest rows in them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.connectors.newest import Counts, Newest, forget, in_words, newest_of, throw_away
from tasks.connectors.pagefiles import KEPT, folder_of, read_page, sweep, write_page
from tasks.store import (
    LandedPage,
    Reading,
    StreamRun,
    StreamState,
    forget_generations,
    pages_of,
    swap_pages,
)

if TYPE_CHECKING:
    from tasks.connectors.base import Surroundings
    from tasks.connectors.streams import Row, Stream, StreamReport

MOST = 1_000  # pages of one stream, however young


@dataclass(slots=True)
class Keeper:
    """Keeps the index of newest rows beside the pages of one run, and compacts what is old."""

    source: str
    stream: Stream
    surroundings: Surroundings
    counts: Counts = field(default_factory=Counts)
    _newest: Newest | None = None
    _generation: int = -1
    _open: ExitStack = field(default_factory=ExitStack)

    def landed(self, reading: Reading, page: LandedPage, rows: Sequence[Row]) -> None:
        """Enter a page that was just landed, while its rows are at hand."""
        with self._mended(reading):
            newest = self._of(reading)
            if newest.upto != page.seq - 1:  # lost, or left behind: those pages bring no news
                pages = pages_of(reading.store, reading.state)
                earlier = [one for one in pages if one.seq < page.seq]
                newest.catch_up(reading.state, earlier, Counts())
            newest.enter(page, self.counts, rows)

    def finish(self, reading: Reading) -> None:
        """Enter whatever is not entered yet, and compact what is old."""
        with self._mended(reading):
            self._catch_up(reading, self.counts)
        pages, newest = pages_of(reading.store, reading.state), self._of(reading)
        old = _old(pages, self.surroundings.now - self.surroundings.keep_raw)
        if old:
            _swap(reading, newest, old, self.surroundings.raw)
        if old or reading.state.generation:
            self.close()
            _tidy(reading, self._folder)

    def close(self) -> None:
        """Close the index."""
        self._open.close()
        self._newest = None

    def _catch_up(self, reading: Reading, counts: Counts) -> None:
        pages = pages_of(reading.store, reading.state)
        self._of(reading).catch_up(reading.state, pages, counts)

    @contextmanager
    def _mended(self, reading: Reading) -> Iterator[None]:
        """Make an index again that turns out to be damaged; what it counted stays counted."""
        try:
            yield
        except sqlite3.DatabaseError:
            self.close()
            throw_away(self._folder, reading.state)
            with in_words(self._folder):
                self._catch_up(reading, Counts())

    @property
    def _folder(self) -> Path:
        return self.surroundings.raw / folder_of(self.source, self.stream.name)

    def _of(self, reading: Reading) -> Newest:
        state = reading.state
        if self._newest is None or self._generation != state.generation:
            self.close()
            opened = newest_of(self.stream, self.surroundings.raw, self._folder, state)
            self._newest = self._open.enter_context(opened)
            self._newest.forget_other_pages(pages_of(reading.store, state))
            self._generation = state.generation
        return self._newest


def _old(pages: Sequence[LandedPage], before: datetime) -> Sequence[LandedPage]:
    """Return the pages to compact, oldest first; none where it would change nothing."""
    if len(pages) > MOST:
        return pages[: -MOST // 2]
    old = [page for page in pages if page.fetched_at < before]
    return old if len(old) > 1 else ()


def _swap(reading: Reading, newest: Newest, old: Sequence[LandedPage], root: Path) -> None:
    last = old[-1]
    path = f"{last.path.rpartition('/')[0]}/{_name(reading.state, old)}"
    written = write_page(root / path, _newest_of(newest, old, root))
    page = LandedPage(
        seq=last.seq,
        round=last.round,
        path=path,
        rows=written.rows,
        bytes=written.bytes,
        sha256=written.sha256,
        cursor_in=old[0].cursor_in,
        cursor_out=last.cursor_out,
        fetched_at=last.fetched_at,
    )
    swap_pages(reading, page)


def _name(state: StreamState, old: Sequence[LandedPage]) -> str:
    return f"{state.generation:03d}-{old[-1].seq:08d}-from-{old[0].seq:08d}.jsonl.gz"


def _newest_of(newest: Newest, old: Sequence[LandedPage], root: Path) -> Iterator[Row]:
    """Yield the rows of ``old`` pages that are still the newest of their key."""
    for row, listing, gone_at in rows_at(newest, old, root, upto=old[-1].seq):
        yield {**row, KEPT: (listing, gone_at)}


def rows_at(
    newest: Newest, pages: Sequence[LandedPage], root: Path, upto: int | None = None
) -> Generator[tuple[dict[str, Any], int, str | None]]:
    """Yield the newest row of every key, the listing it was last in and since when it is gone."""
    paths: Mapping[int, Path] = {page.seq: root / page.path for page in pages}
    with closing(newest.places(upto)) as everything:
        for seq, places in groupby(everything, key=lambda place: place[0]):
            rows = read_page(paths[seq])
            for _, wanted, listing, gone_at in places:
                row = next(row for line, row in rows if line == wanted)
                row.pop(KEPT, None)
                yield row, listing, gone_at


def _tidy(reading: Reading, folder: Path) -> None:
    forget_generations(reading)
    state = reading.state
    if state.generation and state.complete_round is None:
        return  # the earlier generation is what there is until this one is whole
    sweep(folder, [Path(page.path).name for page in pages_of(reading.store, state)])
    current = f"newest-{state.generation:03d}"
    for path in folder.glob("newest-*.sqlite"):
        if path.stem != current:
            forget(folder, path.name)


def entry_of(source: str, state: StreamState, report: StreamReport, began: datetime) -> StreamRun:
    """Return what the store keeps of a report."""
    return StreamRun(
        source=source,
        stream=state.name,
        generation=state.generation,
        started_at=began,
        finished_at=datetime.now(UTC),
        pages=report.pages,
        rows=report.rows,
        new=report.new,
        changed=report.changed,
        deleted=report.deleted,
        duplicates=report.duplicates,
        cursor_in=report.cursor_in,
        cursor_out=report.cursor_out,
        complete=report.complete,
        watermark=report.watermark,
        skipped=report.skipped,
        problem=str(report.problem or ""),
    )
