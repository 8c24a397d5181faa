"""What is a stream? One kind of row that an API gives page by page, and how to read it on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from operator import is_
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.connectors.answers import Answer
    from tasks.connectors.http import Session
    from tasks.errors import KeepwellError

Row = Mapping[str, Any]
GONE = "_gone_at"  # in a row of `latest`: since when a complete listing no longer has it

ALREADY_RUNNING = "already running"


class NoWayOn(Exception):
    """The pages of a stream lead nowhere: ``names as its next page one that was read before``."""


@dataclass(frozen=True, slots=True)
class Body:
    """An answer as it came: its bytes, and the key its rows stand under; "" is the whole of it."""

    content: bytes = field(repr=False)
    key: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as the vendor sent them, in its order, with the cursors on both sides of them.

    ``cursor_out`` is what the next page, or the next run, begins with. Landing a page is what
    moves a stream: whoever dies after it goes on from its ``cursor_out``. None at the end of a
    ``full`` listing: the next run begins from the start. ``body`` is the answer that the rows are
    all of, just as they stand in it; None where they are of several answers, or not all of one.
    """

    rows: tuple[Row, ...]
    cursor_in: str | None
    cursor_out: str | None
    request_id: str = ""
    body: Body | None = None


def as_it_came(answer: Answer, key: str, rows: Sequence[Row]) -> Body | None:
    """Return the answer that holds exactly ``rows`` under ``key``; None where they differ."""
    there = answer.data[key] if key else [answer.data]
    same = len(rows) == len(there) and all(map(is_, rows, there))
    return Body(answer.body, key) if same else None


Pages = Callable[["Session", str | None, datetime], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of row, read by ``pages(session, cursor, now)`` from where the last run ended.

    ``cursor`` is the ``cursor_out`` of the last landed page, None the first time; ``now`` is when
    the run began. What ``pages`` ends with is the end: the stream is then complete up to ``now``.
    """

    name: str
    key: Callable[[Row], str]  # what makes a row the same row
    version: Callable[[Row], str]  # orders two states of it, as text; of equals the later counts
    pages: Pages
    full: bool = False  # each listing is everything: what it no longer has is gone
    optional: bool = False  # not in every plan: 403 and 404 are a note, not a problem
    tables: tuple[str, ...] = ()  # the canonical tables that need it
    config: str = ""  # start date, properties asked for: another one begins from the start
    leave_out: tuple[str, ...] = ()  # fields that are dropped before anything is kept
    every: timedelta | None = None  # so seldom; the first time when so much time has passed
    total: Callable[[Session], int] | None = None  # how many rows the vendor counts, now

    def settings(self, base_url: str) -> str:
        """Return a digest of all that an old cursor rests on."""
        rests_on = [base_url, self.config, self.full, *self.leave_out]
        return sha256(json.dumps(rests_on).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What one run did to one stream.

    ``complete``: it was read to its end, and ``watermark`` is up to when. ``skipped`` says why it
    was left alone; ``problem`` is what ended it early. Everything landed before that stays.
    ``server_total`` is how many rows the vendor counts, where it was asked: after news.
    """

    stream: Stream
    pages: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    duplicates: int = 0
    server_total: int | None = None
    cursor_in: str | None = None
    cursor_out: str | None = None
    complete: bool = False
    watermark: datetime | None = None
    skipped: str = ""
    problem: KeepwellError | None = None

    @property
    def failed(self) -> bool:
        """Whether its tables must stay as they are: it broke off, or another process reads it."""
        return self.problem is not None or self.skipped == ALREADY_RUNNING
