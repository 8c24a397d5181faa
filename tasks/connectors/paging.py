"""Where does the next page begin? The ways APIs answer that, each a generator of pages.

Every one of them checks that it moves: a cursor that comes again ends in an error, not in a loop.
What is searched by windows of time is in windows.py, what is made to order first in jobs.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tasks.connectors.api import Rejected
from tasks.connectors.streams import Body, NoWayOn, Page, Row
from tasks.connectors.windows import Found, Slice, Window, by_search, by_slices

__all__ = [
    "Found",
    "Slice",
    "Turn",
    "Window",
    "by_cursor",
    "by_last_id",
    "by_number",
    "by_search",
    "by_slices",
    "by_time",
]

FLOOD = "*"  # in a cursor: inside one moment, which is read another way
MOST_FLOODS = 100  # moments in a row that each have more rows than a page
TIMES = "#"  # in a cursor: before it, how often a list was begun again
MOST_TIMES = 5
NEIGHBOURS = 3  # rows at the end of a page: it is enough if one of them is not deleted meanwhile


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer: its rows, where the next ones begin, and whether there are more right now."""

    rows: tuple[Row, ...]
    next: str | None
    more: bool
    request_id: str = ""
    body: Body | None = None


def by_cursor(ask: Callable[[str | None], Turn], cursor: str | None) -> Iterator[Page]:
    """Yield pages by an opaque cursor: each answer says where the next begins.

    At the end of what there is now ``next`` is where the next run goes on, None to begin again.
    """
    seen = {cursor}
    while True:
        turn = ask(cursor)
        if turn.more and (turn.next is None or turn.next in seen):
            raise NoWayOn("names as its next page one that was read before")
        yield Page(turn.rows, cursor, turn.next, turn.request_id, turn.body)
        if not turn.more:
            return
        cursor = turn.next
        seen.add(cursor)


def next_second(time: str) -> str:
    """Return the second after one in Unix time."""
    return str(int(time) + 1)


def by_time(
    ask: Callable[[str | None], Turn],
    cursor: str | None,
    key: Callable[[Row], str],
    flood: Callable[[str], Iterator[tuple[Row, ...]]] | None = None,
    step: Callable[[str], str] = next_second,
) -> Iterator[Page]:
    """Yield pages by a time that the next answer begins with, inclusive; a row as it is comes once.

    Where more rows than a page holds have one time, ``flood(time)`` yields them all some other
    way, and it goes on with the ``step`` after it; without it that is an error. So it is where
    every moment is such a one: then time stands still, whatever the rows are.
    """
    at = None if cursor is None else cursor.partition(FLOOD)[0]
    before: dict[str, Row] = {}
    seen: set[str | None] = set()
    stuck: tuple[Row, ...] = ()
    floods = 0
    while True:
        turn = ask(at)
        stays = turn.more and turn.next == at
        floods = floods + 1 if stays else 0
        if turn.more and not stays and turn.next in seen:
            raise NoWayOn("goes back in time from page to page")
        if stays and at is not None:
            if (turn.rows and turn.rows == stuck) or floods > MOST_FLOODS:
                raise NoWayOn("answers the same for whatever time it is asked")
            stuck = turn.rows
            yield from _flooded(at, cursor, flood, step)
            cursor = at = step(at)
            continue
        fresh = tuple(row for row in turn.rows if before.get(key(row)) != row)
        body = turn.body if len(fresh) == len(turn.rows) else None
        yield Page(fresh, cursor, turn.next, turn.request_id, body)
        if not turn.more:
            return
        seen.add(at)
        before = {key(row): row for row in turn.rows}
        cursor = at = turn.next


def _flooded(
    at: str,
    cursor: str | None,
    flood: Callable[[str], Iterator[tuple[Row, ...]]] | None,
    step: Callable[[str], str],
) -> Iterator[Page]:
    """Yield what has the time ``at``. Who dies meanwhile begins with that time again."""
    if flood is None:
        raise NoWayOn("has more rows of one moment than a page holds, and no way to the others")
    for number, rows in enumerate(flood(at)):
        following = f"{at}{FLOOD}{number}"
        yield Page(rows, cursor, following)
        cursor = following
    yield Page((), cursor, step(at))


def never(_error: Rejected) -> bool:
    """Return False: a row that the list begins behind is always there."""
    return False


def by_last_id(
    ask: Callable[[str | None], Turn],
    cursor: str | None,
    key: Callable[[Row], str],
    is_gone: Callable[[Rejected], bool] = never,
) -> Iterator[Page]:
    """Yield pages of a list that goes on behind an object's id; ``next`` of a turn is not used.

    ``is_gone`` says whether a refusal means that this object was deleted meanwhile: the list then
    goes on behind one before it; where none is left that is known, from its start once more. It
    ends with None: the next run begins anew.
    """
    again, after = _begun(cursor)
    behind = [after] if after else []
    seen = {cursor}
    while True:
        turn = _behind(ask, behind, is_gone)
        if turn is None:
            again += bool(after)
            if again > MOST_TIMES:
                raise NoWayOn("loses the row that it should go on behind again and again")
            turn = ask(None)
        behind = [key(row) for row in turn.rows[-NEIGHBOURS:]]
        after = behind[-1] if turn.more and behind else ""
        following = f"{again}{TIMES}{after}" if again and after else after or None
        if following is not None and following in seen:
            raise NoWayOn("ends its page with a row that it was asked to begin behind")
        yield Page(turn.rows, cursor, following, turn.request_id, turn.body)
        if following is None:
            return
        cursor = following
        seen.add(cursor)


def _begun(cursor: str | None) -> tuple[int, str]:
    """Return how often a list was begun again, and the id that it goes on behind."""
    again, _, after = (cursor or "").rpartition(TIMES)
    return int(again or 0), after


def _behind(
    ask: Callable[[str | None], Turn], behind: list[str], is_gone: Callable[[Rejected], bool]
) -> Turn | None:
    """Return the page behind the last of some rows that is still there; None where none is."""
    for one in reversed(behind):
        try:
            return ask(one)
        except Rejected as error:
            if not is_gone(error):
                raise
    return None


def by_number(
    ask: Callable[[str | None, int], Turn],
    cursor: str | None,
    mark: Callable[[Row], str],
    ceiling: int = 1,
) -> Iterator[Page]:
    """Yield numbered pages of what changed since a mark, inclusive, oldest change first.

    ``ask(since, number)``; past page ``ceiling``, which the vendor refuses, or past the first,
    where changed rows shift the pages, it begins again with page 1 since the last row's ``mark``.
    The next run begins with the last mark.
    """
    since, number = _numbered(cursor)
    while True:
        turn = ask(since, number)
        last = mark(turn.rows[-1]) if turn.rows else since
        more = turn.more and bool(turn.rows)
        if more and number < ceiling:
            following = f"{since or ''}#{number + 1}"
        else:
            if more and last == since:
                raise NoWayOn("has more rows of one moment than its pages reach")
            following = f"{last or ''}#1"
        yield Page(turn.rows, cursor, following, turn.request_id, turn.body)
        if not more:
            return
        cursor = following
        since, number = _numbered(cursor)


def _numbered(cursor: str | None) -> tuple[str | None, int]:
    since, _, number = (cursor or "#1").rpartition("#")
    return since or None, int(number)
