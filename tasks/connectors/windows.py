"""How is a search read that shows only its first rows? By windows of time that are small enough."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.connectors.api import Rejected
from tasks.connectors.streams import NoWayOn, Page, Row

MILLISECOND = timedelta(milliseconds=1)


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


@dataclass(frozen=True, slots=True)
class Slice:
    """What came for some days: rows, the token of the next page, and the time it really covers."""

    rows: tuple[Row, ...]
    token: str | None
    covers: tuple[datetime, datetime] | None = None
    request_id: str = ""


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
    until = _ms(end)
    window = _first_window(cursor, _ms(start), until, overlap // MILLISECOND)
    while window.lo < until:
        found = ask(window)
        if window.last is None and found.total > ceiling and window.hi - window.lo > 1:
            window = Window(window.lo, (window.lo + window.hi) // 2)
            continue
        following = _behind(window, found, key, until)
        text = _cursor(upto=until) if following is None else _cursor(**_parts(following))
        yield Page(found.rows, cursor, text, found.request_id)
        if following is None:
            return
        cursor, window = text, following


def _first_window(cursor: str | None, start: int, until: int, overlap: int) -> Window:
    if cursor is None:
        return Window(start, until)
    known = json.loads(cursor)
    if "upto" in known:
        return Window(known["upto"] - overlap, until)
    return Window(known["lo"], min(known["hi"], until), known["last"])


def _behind(window: Window, found: Found, key: Callable[[Row], str], until: int) -> Window | None:
    """Return where the next page is: further in the window, or in the next one; None at the end."""
    if found.rows and found.total > len(found.rows):
        last = key(found.rows[-1])
        if last == window.last:
            raise NoWayOn("ends its page with the row that it should begin behind")
        return Window(window.lo, window.hi, last)
    if window.hi >= until:
        return None
    wider = 2 * (window.hi - window.lo)  # most windows are emptier than the one that was cut
    return Window(window.hi, min(until, window.hi + wider))


def _parts(window: Window) -> dict[str, Any]:
    return {"lo": window.lo, "hi": window.hi, "last": window.last}


def _cursor(**parts: object) -> str:
    return json.dumps(parts, sort_keys=True)


def by_slices(
    ask: Callable[[datetime, datetime, str | None], Slice],
    cursor: str | None,
    *,
    start: datetime,
    end: datetime,
    longest: timedelta,
    again: timedelta,
) -> Iterator[Page]:
    """Yield ``ask(lo, hi, token)`` from ``start`` (later: the last end less ``again``) to ``end``.

    No slice is longer than ``longest``. One whose token is refused is read again from its own
    start, once; one for which less time came than was asked for is an error, not a silence.
    """
    lo, hi, token = _first_slice(cursor, start, end, longest, again)
    redone: datetime | None = None
    while lo < end:
        try:
            came = ask(lo, hi, token)
        except Rejected:
            if token is None or redone == lo:
                raise
            token, redone = None, lo
            continue
        _covers(came, lo, hi)
        if came.token is not None and came.token == token:
            raise NoWayOn("names as its next page one that was read before")
        if came.token is not None:
            following = _cursor(lo=lo.isoformat(), hi=hi.isoformat(), token=came.token)
        else:
            lo, hi = hi, min(end, hi + longest)
            following = _cursor(lo=lo.isoformat()) if lo < end else _cursor(upto=end.isoformat())
        token = came.token
        yield Page(came.rows, cursor, following, came.request_id)
        cursor = following


def _first_slice(
    cursor: str | None, start: datetime, end: datetime, longest: timedelta, again: timedelta
) -> tuple[datetime, datetime, str | None]:
    known = json.loads(cursor) if cursor else {"lo": start.isoformat()}
    if "upto" in known:
        lo = datetime.fromisoformat(known["upto"]) - again
    else:
        lo = datetime.fromisoformat(known["lo"])
    hi = datetime.fromisoformat(known["hi"]) if "hi" in known else min(end, lo + longest)
    return lo, hi, known.get("token")


def _covers(came: Slice, lo: datetime, hi: datetime) -> None:
    if came.covers is not None and (came.covers[0] > lo or came.covers[1] < hi):
        raise NoWayOn(f"gave less than the time from {lo:%Y-%m-%d} to {hi:%Y-%m-%d} asked for")


def _ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND
