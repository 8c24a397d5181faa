"""How far has each stream of a source been read, and which pages of it do we have?

One process at a time reads a stream: it holds a lease, and every write names its fence. A page
and the cursor behind it are written at once, so a reader that dies leaves no gap and no doubt.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, insert, select, update

from tasks.errors import LeaseLost
from tasks.store.clock import store_time
from tasks.store.owners import is_dead, this_process
from tasks.store.tables import landed_pages, stream_runs, streams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from tasks.store.database import Store

SUBJECT = "streams"
ALL_OF_IT = "*"  # the name of no stream: who has it reads the source
FREE = {"lease_owner": None, "lease_until": None}
LEASE_S = 900.0  # longer than a vendor may have us wait between two pages


@dataclass(frozen=True, slots=True)
class StreamState:
    """How far a stream has been read, under the settings that ``config_hash`` stands for.

    ``version`` is how many pages were landed in all; ``watermark`` until when it is complete.
    """

    source: str
    name: str
    generation: int = 0
    config_hash: str = ""
    cursor: str | None = None
    version: int = 0
    round: int = 0
    complete_round: int | None = None
    watermark: datetime | None = None
    fence: int = 0


@dataclass(frozen=True, slots=True)
class LandedPage:
    """A file of rows, one a line, below the folder of raw pages."""

    seq: int
    round: int
    path: str
    rows: int
    bytes: int
    sha256: str
    cursor_in: str | None
    cursor_out: str | None
    fetched_at: datetime
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class StreamRun:
    """What one run did to one stream."""

    source: str
    stream: str
    generation: int
    started_at: datetime
    finished_at: datetime
    pages: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    duplicates: int = 0
    cursor_in: str | None = None
    cursor_out: str | None = None
    complete: bool = False
    watermark: datetime | None = None
    skipped: str = ""
    problem: str = ""


@dataclass(slots=True)
class Reading:
    """The right to read a stream on, until the lease ends or somebody else takes it over."""

    store: Store = field(repr=False)
    state: StreamState
    lease_s: float = LEASE_S


def begin_reading(
    store: Store, source: str, name: str, config_hash: str, *, lease_s: float = LEASE_S
) -> Reading | None:
    """Return the right to read a stream; None where another process, which lives, has it.

    Under other settings than before it begins anew: an old cursor would mean something else.
    """
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        row = _row(connection, source, name)
        if row is None:
            values = asdict(StreamState(source, name, config_hash=config_hash))
            connection.execute(insert(streams).values(values))
            row = _row(connection, source, name)
        if row is None or _is_held(row, now):
            return None
        state = replace(_state(row), fence=row.fence + 1)
        if state.config_hash != config_hash:
            state = replace(_anew(state), config_hash=config_hash)
        lease = {"lease_owner": this_process(), "lease_until": now + timedelta(seconds=lease_s)}
        connection.execute(update(streams).where(*_is(state)).values({**_values(state), **lease}))
        return Reading(store, state, lease_s)


def go_on_reading(reading: Reading) -> None:
    """Keep the right up, without having read; LeaseLost where somebody took it over."""
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, reading.state)


def start_over(reading: Reading) -> None:
    """Begin a new generation: nothing that was landed counts for it."""
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, _anew(reading.state))


def start_listing_over(reading: Reading) -> None:
    """Begin a new listing; what was landed stays."""
    state = reading.state
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, replace(state, cursor=None, round=state.round + 1))


def land_page(reading: Reading, page: LandedPage) -> None:
    """Enter a page and move the cursor behind it: both or neither; LeaseLost where it is not ours.

    ``page.seq`` must be the version of the state.
    """
    state = reading.state
    after = replace(state, cursor=page.cursor_out, version=state.version + 1)
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, after)
        connection.execute(insert(landed_pages).values(_page_row(state, page)))


def move_cursor(reading: Reading, cursor: str | None) -> None:
    """Move on behind a page without rows: there is nothing to enter."""
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, replace(reading.state, cursor=cursor))


def end_listing(reading: Reading, watermark: datetime) -> None:
    """Note that everything there was up to ``watermark`` is landed."""
    state = reading.state
    whole = replace(
        state,
        round=state.round + 1,
        complete_round=state.round,
        watermark=watermark,
    )
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, whole)


def rest(reading: Reading, since: datetime) -> None:
    """Note that a stream which is read seldom waits ``since`` then for its first time."""
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, replace(reading.state, watermark=since))


def swap_pages(reading: Reading, page: LandedPage) -> None:
    """Let ``page`` take the place of all pages of its generation up to its own number."""
    state = reading.state
    mine = _pages_of(state)
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, state)
        older = (*mine, landed_pages.c.seq <= page.seq)
        connection.execute(delete(landed_pages).where(*older))
        connection.execute(insert(landed_pages).values(_page_row(state, page)))


def forget_generations(reading: Reading) -> None:
    """Forget the pages of earlier generations, once this one has been read whole."""
    state = reading.state
    if state.complete_round is None or not state.generation:
        return
    mine = (landed_pages.c.source == state.source, landed_pages.c.stream == state.name)
    earlier = landed_pages.c.generation < state.generation
    with reading.store.writing(SUBJECT) as connection:
        _move(reading, connection, state)
        connection.execute(delete(landed_pages).where(*mine, earlier))


def stop_reading(reading: Reading, run: StreamRun | None = None) -> None:
    """Give the right back and enter what was done with it; quietly where it was lost."""
    with reading.store.writing(SUBJECT) as connection:
        connection.execute(update(streams).where(*_is_ours(reading.state)).values(FREE))
        if run is not None:
            connection.execute(insert(stream_runs).values(asdict(run)))


def stream_state(store: Store, source: str, name: str) -> StreamState | None:
    """Return how far a stream has been read; None where nobody ever tried."""
    with store.reading() as connection:
        row = _row(connection, source, name)
        return None if row is None else _state(row)


def pages_of(store: Store, state: StreamState) -> tuple[LandedPage, ...]:
    """Return the pages of the state's generation, oldest first."""
    columns = [landed_pages.c[each.name] for each in fields(LandedPage)]
    asked = select(*columns).where(*_pages_of(state)).order_by(landed_pages.c.seq)
    with store.reading() as connection:
        return tuple(LandedPage(*row) for row in connection.execute(asked))


def runs_of(store: Store, source: str, *, stream: str | None = None) -> tuple[StreamRun, ...]:
    """Return what the runs did to the streams of a source, newest first."""
    columns = [stream_runs.c[each.name] for each in fields(StreamRun)]
    asked = select(*columns).where(stream_runs.c.source == source)
    if stream is not None:
        asked = asked.where(stream_runs.c.stream == stream)
    with store.reading() as connection:
        found = connection.execute(asked.order_by(stream_runs.c.id.desc()))
        return tuple(StreamRun(*row) for row in found)


def _row(connection: Connection, source: str, name: str) -> Row[Any] | None:
    asked = select(streams).where(streams.c.source == source, streams.c.name == name)
    return connection.execute(asked).one_or_none()


def _state(row: Row[Any]) -> StreamState:
    return StreamState(*(getattr(row, each.name) for each in fields(StreamState)))


def _values(state: StreamState) -> Mapping[str, Any]:
    return asdict(state)


def _is_held(row: Row[Any], now: datetime) -> bool:
    if row.lease_owner is None or row.lease_until is None or row.lease_until <= now:
        return False
    return not is_dead(row.lease_owner)


def _anew(state: StreamState) -> StreamState:
    return replace(
        state,
        generation=state.generation + 1,
        cursor=None,
        round=0,
        complete_round=None,
        watermark=None,
    )


def _is(state: StreamState) -> tuple[Any, ...]:
    return (streams.c.source == state.source, streams.c.name == state.name)


def _is_ours(state: StreamState) -> tuple[Any, ...]:
    return (*_is(state), streams.c.fence == state.fence, streams.c.version == state.version)


def _pages_of(state: StreamState) -> tuple[Any, ...]:
    page = landed_pages.c
    return (
        page.source == state.source,
        page.stream == state.name,
        page.generation == state.generation,
    )


def _page_row(state: StreamState, page: LandedPage) -> dict[str, Any]:
    of = {"source": state.source, "stream": state.name, "generation": state.generation}
    return {**of, **asdict(page)}


def _move(reading: Reading, connection: Connection, after: StreamState) -> None:
    """Write the state and renew the lease, if both are still as this reader left them."""
    until = {"lease_until": store_time(connection) + timedelta(seconds=reading.lease_s)}
    moved = update(streams).where(*_is_ours(reading.state)).values({**_values(after), **until})
    if not connection.execute(moved).rowcount:
        raise LeaseLost(
            f"{after.source}: {after.name} is being read by another process now.",
            todo="Nothing needs to be done.",
        )
    reading.state = after
