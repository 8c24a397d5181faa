"""How are Intercom's searches and lists read? Behind a place that each answer names.

A search goes on behind the place in it. The next one begins when the last one began, by Intercom's
own clock, less an hour; less two days more where Intercom knows days only. A list of ids shows
what changed last first: what changed while it was read has left for a page that was read before,
and is searched for in the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tasks.connectors.api import Rejected
from tasks.connectors.paging import Turn, by_cursor
from tasks.connectors.streams import Page, Row
from tasks.connectors.values import inside, plain

if TYPE_CHECKING:
    from tasks.connectors.http import Answer, Session

SIZE = 150  # rows a page gives at most
AGAIN = timedelta(hours=1)  # a search may show a change some minutes late
DAY = 86_400
GONE = 404
NO_SUCH_PLACE = frozenset({400, 404, 422})
Each = Callable[["Session", Row], Row]  # what is kept of a row that was found
Place = dict[str, Any]
Floor = Callable[[int], int]  # the second to ask behind, for one to begin with


def as_found(_session: Session, row: Row) -> Row:
    """Return the row itself."""
    return row


def second(since: int) -> int:
    """Return the second before: a search takes what is later than what it is given."""
    return max(0, since - 1)


def day(since: int) -> int:
    """Return the day before yesterday's start.

    What is later than a second is, for contacts, what is of a later day of the workspace's own
    time zone: so a day earlier may be one too late.
    """
    return max(0, since // DAY * DAY - 2 * DAY)


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that was changed since the last search."""

    path: str
    rows: str
    floor: Floor
    reach: timedelta | None  # how far back the first search goes; None for all of it
    each: Each = as_found

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        back = 0 if self.reach is None else int((now - self.reach).timestamp())
        first = _from(back)

        def ask(at: str | None) -> Turn:
            return self.turn(session, {**first, **json.loads(at or "{}")}, now)

        return by_cursor(ask, cursor)

    def turn(self, session: Session, place: Place, now: datetime) -> Turn:
        """Return one page; where its place is no longer known, the first one."""
        try:
            answer = session.post(self.path, self._asked(place), expects={self.rows: list})
        except Rejected as error:
            if place["after"] is None or place["anew"] or error.status not in NO_SUCH_PLACE:
                raise
            return self.turn(session, {**place, "after": None, "anew": True}, now)
        began = place["began"] or _told(answer, now)
        rows = tuple(self.each(session, row) for row in answer.data[self.rows])
        after = _after(answer)
        ends: Place = {"since": max(place["since"], began - int(AGAIN.total_seconds()))}
        following = {**place, "began": began, "after": after} if after else ends
        return Turn(rows, json.dumps(following, sort_keys=True), bool(after), answer.request_id)

    def _asked(self, place: Place) -> Place:
        later = {"field": "updated_at", "operator": ">", "value": self.floor(place["since"])}
        behind = {"starting_after": place["after"]} if place["after"] else {}
        query = {"operator": "AND", "value": [later]}
        return {"query": query, "pagination": {"per_page": SIZE, **behind}}


def _told(answer: Answer, now: datetime) -> int:
    """Return the second that the vendor's clock shows, ours where it does not tell."""
    try:
        return int(parsedate_to_datetime(answer.headers.get("date", "")).timestamp())
    except (TypeError, ValueError):
        return int(now.timestamp())


def _after(answer: Answer) -> str | None:
    """Return the place behind the rows of an answer; None where they are the last."""
    return plain(inside(answer.data, "pages", "next", "starting_after"))


def with_parts(session: Session, found: Row) -> Row:
    """Return a conversation with what happened in it: who did what when, without what was said.

    One that was deleted since it was found is as it was found.
    """
    try:
        answer = session.get(f"/conversations/{plain(found['id'])}", expects={"id": str})
    except Rejected as error:
        if error.status != GONE:
            raise
        return found
    parts = inside(answer.data, "conversation_parts", "conversation_parts")
    short = [_part(one) for one in parts if isinstance(one, dict)] if parts else []
    return {**answer.data, "conversation_parts": {"conversation_parts": short}}


def _part(part: Row) -> Row:
    return {
        "part_type": part.get("part_type"),
        "created_at": part.get("created_at"),
        "state": part.get("state"),
        "author": {"type": inside(part, "author", "type")},
        "is_said": bool(part.get("body")),
    }


@dataclass(frozen=True, slots=True)
class Ids:
    """All that there is, of which only the ids are kept, and when each was made.

    ``path`` lists it all, and ``changed`` finds what was changed while the list was read.
    """

    path: str
    changed: Search

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from the place ``cursor`` on."""

        def ask(at: str | None) -> Turn:
            place: Place = json.loads(at or "{}")
            turn = self._found if "since" in place else self._listed
            return turn(session, place, now)

        return by_cursor(ask, cursor)

    def _listed(self, session: Session, place: Place, now: datetime) -> Turn:
        behind = {"starting_after": place["after"]} if "after" in place else {}
        rows = self.changed.rows
        answer = session.get(self.path, {"per_page": str(SIZE), **behind}, expects={rows: list})
        began, after = place.get("began") or _told(answer, now), _after(answer)
        following = {"began": began, "after": after} if after else _from(began)
        ids = _only_ids(answer.data[rows])
        return Turn(ids, json.dumps(following), more=True, request_id=answer.request_id)

    def _found(self, session: Session, place: Place, now: datetime) -> Turn:
        turn = self.changed.turn(session, place, now)
        return replace(turn, rows=_only_ids(turn.rows), next=turn.next if turn.more else None)


def _from(since: int) -> Place:
    """Return where a search for what changed since then begins."""
    return {"since": since, "began": None, "after": None, "anew": False}


def _only_ids(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple({name: row.get(name) for name in ("id", "created_at")} for row in rows)


def count_of(path: str) -> Callable[[Session], int]:
    """Return a way to ask how many there are."""

    def total(session: Session) -> int:
        answer = session.get(path, {"per_page": "1"}, expects={"total_count": int})
        return int(answer.data["total_count"])

    return total
