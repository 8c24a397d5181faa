"""Where does the next page begin? The ways APIs answer that, each a generator of pages.

Every one of them checks that it moves: a cursor that comes again ends in an error, not in a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.connectors.streams import Page, Row

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer: its rows, where the next ones begin, and whether there are more right now."""

    rows: tuple[Row, ...]
    next: str | None
    more: bool
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Ask a search for ``lo <= modified < hi`` (milliseconds) and ``id > last``, sorted by id."""

    lo: int
    hi: int
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the first rows of a window, and how many it has in all."""

    rows: tuple[Row, ...]
    total: int
    request_id: str = ""


def by_cursor(ask: Callable[[str | None], Turn], cursor: str | None) -> Iterator[Page]:
    """Yield pages by an opaque cursor: each answer says where the next begins."""
    raise NotImplementedError


def by_time(
    ask: Callable[[str | None], Turn],
    cursor: str | None,
    key: Callable[[Row], str],
    flood: Callable[[str], Iterator[tuple[Row, ...]]] | None = None,
) -> Iterator[Page]:
    """Yield pages by a time that the next answer begins with, inclusive; rows come once.

    Where more rows than a page holds have one time, ``flood(time)`` yields them all some other
    way; without it that is an error.
    """
    raise NotImplementedError


def by_search(
    ask: Callable[[Window], Found],
    cursor: str | None,
    key: Callable[[Row], str],
    *,
    start: datetime,
    end: datetime,
    overlap: timedelta,
    ceiling: int = 10_000,
) -> Iterator[Page]:
    """Yield everything modified from ``start`` (later: the last end less ``overlap``) to ``end``.

    A window with more than ``ceiling`` rows is cut in two, down to a millisecond; inside a window
    the next page is what has a higher id, so that rows which leave it meanwhile shift nothing.
    """
    raise NotImplementedError
