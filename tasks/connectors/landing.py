"""How does a page get from a vendor into our hands for good? Bytes first, then the cursor.

A page is a file before the store knows of it; then one transaction enters it and moves the stream
on. Who dies in between reads that one page again and writes over the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from tasks.connectors.api import Rejected
from tasks.connectors.forgetting import without_forgotten
from tasks.connectors.keeping import Keeper, entry_of
from tasks.connectors.leaving import without
from tasks.connectors.newest import told_apart
from tasks.connectors.pagefiles import folder_of, page_name, write_page
from tasks.connectors.streams import ALREADY_RUNNING, NoWayOn, Page, Stream, StreamReport
from tasks.errors import KeepwellError, LeaseLost, SourceRejected, SourceUnavailable
from tasks.store import (
    LandedPage,
    Reading,
    Store,
    begin_reading,
    end_listing,
    land_page,
    move_cursor,
    pages_of,
    start_listing_over,
    start_over,
    stop_reading,
)
from tasks.store.streams import ALL_OF_IT, LEASE_S, go_on_reading, rest

if TYPE_CHECKING:
    from tasks.connectors.base import Surroundings
    from tasks.connectors.http import Session

AT_ONCE = 4  # streams; the vendor's budget is what really holds them back
NOT_IN_THE_PLAN = frozenset({403, 404})
CURSOR_IS_OF_NO_USE = frozenset({400, 410, 422})
NEWS_EVERY = 10  # pages
RENEWED_S = LEASE_S / 3


def land(
    source: str, streams: Sequence[Stream], session: Session, surroundings: Surroundings
) -> tuple[StreamReport, ...]:
    """Read every stream on to its end, several at once; return one report each, in their order.

    A stream that breaks off has its problem in its report, and the others go on. Where another
    process reads the source, all of it is left to that one. Raises
    StoreUnavailable or StoreUnusable where the store cannot be written.
    """
    if surroundings.store is None:
        raise ValueError("an API source needs a store, to know how far it was read")
    holding = begin_reading(surroundings.store, source, ALL_OF_IT, "")
    if holding is None:
        return tuple(StreamReport(stream, skipped=ALREADY_RUNNING) for stream in streams)
    try:
        return _all_of(source, streams, session, surroundings, _Held(holding))
    finally:
        stop_reading(holding)


def _all_of(
    source: str,
    streams: Sequence[Stream],
    session: Session,
    surroundings: Surroundings,
    held: _Held,
) -> tuple[StreamReport, ...]:
    stopping = Event()
    runs = [
        _Run(source, stream, session.of(stream.name), surroundings, held, stopping)
        for stream in streams
    ]
    with ThreadPoolExecutor(max(1, min(AT_ONCE, len(runs)))) as threads:
        try:
            return tuple(threads.map(_Run.report, runs))
        finally:
            stopping.set()  # after Ctrl-C the others end with their page; otherwise all have ended


@dataclass(slots=True)
class _Held:
    """The right to read a source, which all its streams keep up."""

    reading: Reading
    renewed: float = field(default_factory=monotonic)

    def renew(self) -> None:
        """Go on having it; LeaseLost where somebody took it over."""
        if monotonic() - self.renewed > RENEWED_S:
            self.renewed = monotonic()
            go_on_reading(self.reading)


@dataclass(slots=True)
class _Run:
    """One run of one stream, and what it has done so far."""

    source: str
    stream: Stream
    session: Session
    surroundings: Surroundings
    held: _Held
    stopping: Event
    done: StreamReport = field(init=False)
    keeper: Keeper = field(init=False)
    seen: set[str | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.done = StreamReport(self.stream)
        self.keeper = Keeper(self.source, self.stream, self.surroundings)

    @property
    def store(self) -> Store:
        """Where it is kept how far the stream has been read."""
        return self.held.reading.store

    def report(self) -> StreamReport:
        settings = self.stream.settings(self.session.api.base_url)
        reading = begin_reading(self.store, self.source, self.stream.name, settings)
        if reading is None:
            return StreamReport(self.stream, skipped=ALREADY_RUNNING)
        if self._rests(reading):
            stop_reading(reading)
            return replace(self.done, complete=True, watermark=reading.state.watermark)
        began = datetime.now(UTC)
        try:
            self._run(reading)
            self._keep(reading)
        except LeaseLost:
            self._now(skipped=ALREADY_RUNNING)
        finally:
            self.keeper.close()
            stop_reading(reading, entry_of(self.source, reading.state, self.done, began))
        return self.done

    def _rests(self, reading: Reading) -> bool:
        """Return whether it is not yet time to read the stream again, or for the first time."""
        every, state, now = self.stream.every, reading.state, self.surroundings.now
        if every is None or state.cursor is not None:
            return False
        if state.watermark is None:
            rest(reading, now)
            return True
        return now < state.watermark + every

    def _run(self, reading: Reading) -> None:
        try:
            self._begin_where_it_ended(reading)
            self._to_the_end(reading)
        except LeaseLost:
            raise
        except KeepwellError as error:
            left_out = self.stream.optional and isinstance(error, Rejected)
            if left_out and getattr(error, "status", None) in NOT_IN_THE_PLAN:
                self._now(skipped=str(error))
            else:
                self._now(problem=error)
        else:
            self._now(complete=True, watermark=self.surroundings.now)
            self._ask_total()

    def _ask_total(self) -> None:
        if self.stream.total is None or not self.done.rows:
            return
        with suppress(KeepwellError), self._well_formed():
            self._now(server_total=self.stream.total(self.session))

    def _keep(self, reading: Reading) -> None:
        try:
            self.keeper.finish(reading)
        except (SourceRejected, SourceUnavailable) as error:
            self._now(problem=self.done.problem or error)
        counts = self.keeper.counts
        self._now(
            new=counts.new,
            changed=counts.changed,
            deleted=counts.deleted,
            duplicates=counts.duplicates,
            cursor_out=reading.state.cursor,
        )

    def _begin_where_it_ended(self, reading: Reading) -> None:
        root = self.surroundings.raw
        if not all((root / page.path).exists() for page in pages_of(self.store, reading.state)):
            self._say("some of its pages are gone, so it is read anew")
            start_over(reading)
        self._now(cursor_in=reading.state.cursor)

    def _to_the_end(self, reading: Reading) -> None:
        try:
            self._land_all(reading)
        except Rejected as error:
            stale = self.done.pages == 0 and reading.state.cursor is not None
            if not stale or error.status not in CURSOR_IS_OF_NO_USE:
                raise
            self._say("its vendor no longer knows where we were, so it is read anew")
            (start_listing_over if self.stream.full else start_over)(reading)
            self._land_all(reading)
        end_listing(reading, self.surroundings.now)

    def _land_all(self, reading: Reading) -> None:
        self.seen.clear()
        for page in self._pages(reading.state.cursor):
            self.held.renew()
            self._must_go_on(page)
            self._land(reading, page)
            self._now(pages=self.done.pages + 1, rows=self.done.rows + len(page.rows))
            if self.done.pages % NEWS_EVERY == 0:
                self._say(f"{self.done.rows:,} rows so far")

    def _pages(self, cursor: str | None) -> Iterator[Page]:
        with self._well_formed():
            pages = self.stream.pages(self.session, cursor, self.surroundings.now)
        while True:
            try:
                with self._well_formed():
                    page = next(pages, None)
            except NoWayOn as error:
                raise self._astray(str(error)) from error
            if page is None:
                return
            page = without(page, self.stream.leave_out)
            yield without_forgotten(page, self.surroundings.stands_for)

    def _must_go_on(self, page: Page) -> None:
        if self.stopping.is_set() or self.surroundings.stopping.is_set():
            raise SourceUnavailable(f"{self.source}: reading was stopped.")
        if page.cursor_in in self.seen:
            raise self._astray("came back to a page that was read before")
        self.seen.add(page.cursor_in)

    def _land(self, reading: Reading, page: Page) -> None:
        state = reading.state
        if not page.rows and not self.stream.full:
            if page.cursor_out != state.cursor:
                move_cursor(reading, page.cursor_out)
            return
        with self._well_formed():
            for row in page.rows:
                told_apart(self.stream, row)
        path = f"{folder_of(self.source, self.stream.name)}/{page_name(state, page)}"
        written = write_page(self.surroundings.raw / path, page.rows, page.body)
        landed = LandedPage(
            seq=state.version,
            round=state.round,
            path=path,
            rows=written.rows,
            bytes=written.bytes,
            sha256=written.sha256,
            cursor_in=page.cursor_in,
            cursor_out=page.cursor_out,
            fetched_at=self.surroundings.now,
            request_id=page.request_id,
        )
        land_page(reading, landed)
        self.keeper.landed(reading, landed, page.rows)

    @contextmanager
    def _well_formed(self) -> Iterator[None]:
        try:
            yield
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # Not the error's own words: they may quote a row, and so a person.
            missing = f" (no {error})" if isinstance(error, KeyError) else ""
            raise SourceRejected(
                f"{self.source}: {self.stream.name} has rows of another shape than expected"
                f"{missing}.",
                todo="Please report it: the vendor may have changed its API.",
            ) from error

    def _astray(self, what: str) -> SourceRejected:
        return SourceRejected(
            f"{self.source}: {self.stream.name} {what}: reading on would never end, or lose rows.",
            where=f"(after {self.done.pages:,} pages and {self.done.rows:,} rows)",
            todo="What was read is kept. Please report it.",
        )

    def _now(self, **known: object) -> None:
        self.done = replace(self.done, **known)  # type: ignore[arg-type]

    def _say(self, what: str) -> None:
        self.surroundings.show(f"{self.source}: {self.stream.name}: {what}")
