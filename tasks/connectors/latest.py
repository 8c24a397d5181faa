"""What does a source say now? The newest row of every key, over all the pages that were landed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any

from tasks.connectors.keeping import rows_at
from tasks.connectors.newest import Counts, in_words, newest_of, throw_away
from tasks.connectors.pagefiles import folder_of
from tasks.connectors.streams import GONE
from tasks.store import pages_of, stream_state

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.connectors.base import Surroundings
    from tasks.connectors.streams import Stream
    from tasks.store import LandedPage, StreamState


def latest(source: str, stream: Stream, surroundings: Surroundings) -> Iterator[dict[str, Any]]:
    """Yield the newest row of every key; one that is gone also has ``_gone_at``, ISO text.

    Raises SourceRejected for a page that was landed and can no longer be read, and
    SourceUnavailable where no index can be made of them.
    """
    store = surroundings.store
    if store is None or (state := stream_state(store, source, stream.name)) is None:
        return
    pages = pages_of(store, state)
    folder = surroundings.raw / folder_of(source, stream.name)
    given = 0
    try:
        for row in _rows(stream, surroundings.raw, folder, state, pages):
            yield row
            given += 1
    except sqlite3.DatabaseError:  # damaged in the middle: the rows of a new one stand as before
        throw_away(folder, state)
        with in_words(folder):
            yield from islice(_rows(stream, surroundings.raw, folder, state, pages), given, None)


def _rows(
    stream: Stream, root: Path, folder: Path, state: StreamState, pages: Sequence[LandedPage]
) -> Iterator[dict[str, Any]]:
    with newest_of(stream, root, folder, state) as newest:
        newest.catch_up(state, pages, Counts())
        with closing(rows_at(newest, pages, root)) as rows:
            for row, _, gone_at in rows:
                yield row if gone_at is None else {**row, GONE: gone_at}


def survivors(merged: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the id that each merged id lives on under, from pairs of (gone, surviving).

    A chain of merges leads to its end; ids that claim to be merged into each other stay apart.
    """
    into = dict(merged)
    return {old: end for old in into if (end := _end(old, into)) != old}


def _end(old: str, into: Mapping[str, str]) -> str:
    seen = {old}
    at = old
    while at in into:
        at = into[at]
        if at in seen:
            return old
        seen.add(at)
    return at
