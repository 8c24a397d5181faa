"""Do we have what the vendor has? Its ids are listed once in a while, and held against ours.

What it no longer lists has gone without a word; what it lists and we never got is missing. Rows
that came after the listing are not judged by it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tasks.connectors.newest import Counts, in_words, newest_of, throw_away
from tasks.connectors.pagefiles import folder_of
from tasks.model import DataNote
from tasks.store import StreamState, pages_of, stream_state

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.connectors.base import Surroundings
    from tasks.connectors.streams import Stream, StreamReport
    from tasks.store import LandedPage

SETTLED = timedelta(days=1)  # what is younger may have been made while the ids were listed
WORTH_A_NOTE = 0.001  # of the rows
LISTED = " listed"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a listing of ids says of a stream: how many there are, which we lack, which it lacks."""

    listed: int = 0
    missing: int = 0
    unlisted: frozenset[str] = frozenset()


NEVER = Compared()


def listed_name(stream: str) -> str:
    """Return the name of the stream with the ids of another one."""
    return f"{stream}{LISTED}"


def compared(source: str, stream: Stream, listing: Stream, surroundings: Surroundings) -> Compared:
    """Return how the rows of ``stream`` compare with the ids of the last whole ``listing``.

    The version of a listed id is when it was made, as text that begins with ISO.
    """
    store = surroundings.store
    state = None if store is None else stream_state(store, source, listing.name)
    if state is None or state.complete_round is None or state.watermark is None:
        return NEVER
    there = {key: made for key, made, _ in _keys(source, listing, surroundings)}
    before = f"{state.watermark - SETTLED:%Y-%m-%dT%H:%M:%S}"
    ours = {key: came for key, _, came in _keys(source, stream, surroundings)}
    return Compared(
        listed=len(there),
        missing=sum(key not in ours and made < before for key, made in there.items()),
        unlisted=frozenset(
            key for key, came in ours.items() if came < state.watermark and key not in there
        ),
    )


def _keys(
    source: str, stream: Stream, surroundings: Surroundings
) -> list[tuple[str, str, datetime]]:
    """Return key, version and moment of coming of every row that is not gone."""
    store, root = surroundings.store, surroundings.raw
    state: StreamState | None = None if store is None else stream_state(store, source, stream.name)
    if store is None or state is None:
        return []
    pages = pages_of(store, state)
    folder = root / folder_of(source, stream.name)
    try:
        return _indexed(stream, root, folder, state, pages)
    except sqlite3.DatabaseError:
        throw_away(folder, state)
        with in_words(folder):
            return _indexed(stream, root, folder, state, pages)


def _indexed(
    stream: Stream, root: Path, folder: Path, state: StreamState, pages: Sequence[LandedPage]
) -> list[tuple[str, str, datetime]]:
    came = {page.seq: page.fetched_at for page in pages}
    with newest_of(stream, root, folder, state) as newest:
        newest.catch_up(state, pages, Counts())
        return [(key, version, came[seq]) for key, version, seq in newest.there()]


def drift(source: str, what: str, found: Compared, gone: int) -> Iterator[DataNote]:
    """Yield a note where more than one row in a thousand is missing here, or gone there."""
    if found.missing + gone <= WORTH_A_NOTE * found.listed:
        return
    text = (
        f"{source}: of {found.listed:,} {what} that the vendor lists, {found.missing:,} are "
        f"missing here; {gone:,} that we had are gone there, and no longer count."
    )
    yield DataNote("drift", source, text, found.missing + gone)


def counted(
    surroundings: Surroundings, source: str, reports: Sequence[StreamReport], stream: str, ours: int
) -> None:
    """Tell how many rows the vendor counts, where it was asked, beside how many we have."""
    for report in reports:
        if report.stream.name == stream and report.server_total is not None:
            surroundings.show(
                f"{source}: {stream}: the vendor counts {report.server_total:,}, we have {ours:,}"
            )
