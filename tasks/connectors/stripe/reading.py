"""How is a list of objects that change read, when it can only be asked for what was created?

All of it once, newest first, behind the last id. Then the events since: each object that has one
is fetched again, as an event shows what was, not what is. Events reach back thirty days; whoever
comes later reads everything again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tasks.connectors.api import Rejected
from tasks.connectors.paging import Turn, by_last_id
from tasks.connectors.streams import Page, Row, as_it_came
from tasks.connectors.values import inside, plain, whole
from tasks.errors import SourceUnavailable

if TYPE_CHECKING:
    from tasks.connectors.http import Session

LIMIT = 100  # objects of a page at most
EVENTS, DISCOUNT = "/v1/events", "discount"
AGAIN = 600  # seconds before the newest event that are read again
REACH = timedelta(days=25)  # events are kept for thirty
DAY = timedelta(days=1)
NOT_THERE, BAD = 404, 400
EXACT = 10_000  # a search counts no further
LIST: Mapping[str, type] = {"data": list, "has_more": bool}
Params = Mapping[str, str]
Whole = Callable[["Session", Row], Row]


def as_it_is(_session: Session, row: Row) -> Row:
    """Return the row: nothing of it stands elsewhere."""
    return row


def key(row: Row) -> str:
    """Return the id of an object."""
    return str(row["id"])


def is_gone(error: Rejected) -> bool:
    """Return whether the object that a list should begin behind is no longer there."""
    return error.status == BAD


def asked(session: Session, path: str, params: Params, after: str | None = None) -> Turn:
    """Return one page of a list, behind the object ``after``."""
    behind = {"starting_after": after} if after else {}
    answer = session.get(path, {"limit": str(LIMIT), **params, **behind}, expects=LIST)
    rows = tuple(answer.data["data"])
    body = as_it_came(answer, "data", rows)
    return Turn(rows, None, answer.data["has_more"], answer.request_id, body)


def at_once(path: str, params: Params) -> Callable[[Session, str | None, datetime], Iterator[Page]]:
    """Return how a list is read that is read wholly each time."""

    def pages(session: Session, cursor: str | None, _now: datetime) -> Iterator[Page]:
        def ask(after: str | None) -> Turn:
            return asked(session, path, params, after)

        return by_last_id(ask, cursor, key, is_gone)

    return pages


def all_of(session: Session, path: str, params: Params) -> list[Row]:
    """Return every object of a short list, each once."""
    pages = by_last_id(lambda after: asked(session, path, params, after), None, key, is_gone)
    return list({key(row): row for page in pages for row in page.rows}.values())


def events_since(session: Session, about: Params, since: int) -> Iterator[Turn]:
    """Yield the events from a second on, newest first."""
    params = {**about, "created[gte]": str(since)}
    for page in by_last_id(lambda at: asked(session, EVENTS, params, at), None, key, is_gone):
        yield Turn(page.rows, None, page.cursor_out is not None, page.request_id, page.body)


@dataclass(slots=True)
class Told:
    """What events tell: of each object when it changed last, and what was left of a deleted one."""

    thing: str
    at: dict[str, int] = field(default_factory=dict)
    gone: dict[str, Row] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)

    def take(self, event: Row) -> None:
        """Take an event that is about one of our objects."""
        row = inside(event, "data", "object")
        kind = inside(row, "object")
        known_as = inside(row, "id") if kind == self.thing else None
        if kind == DISCOUNT:  # what it is taken from may have no event of its own
            known_as = id_of(inside(row, self.thing))
        if not known_as:
            return
        moment = whole(event["created"]) or 0
        self.events[key(event)] = moment
        self.at[known_as] = max(moment, self.at.get(known_as, 0))
        if kind == self.thing and str(event.get("type")).endswith(".deleted"):
            self.gone[known_as] = row

    def upto(self, moment: int) -> str:
        """Return a digest of the events up to a second: the same as long as none came late."""
        there = sorted(one for one, at in self.events.items() if at <= moment)
        return sha256(" ".join(there).encode()).hexdigest()[:16]

    def since(self, moment: int) -> list[str]:
        """Return the objects that changed after a second, in the order of their last change."""
        found = (one for one, at in self.at.items() if at > moment)
        return sorted(found, key=lambda one: (self.at[one], one))


@dataclass(frozen=True, slots=True)
class Objects:
    """One kind of object: its list, what is asked along with it, and the events about it."""

    thing: str  # what its objects call themselves
    path: str
    about: Params  # the events about it
    params: Params = field(default_factory=dict)  # of the list alone
    expand: tuple[str, ...] = ()  # of an object
    whole: Whole = as_it_is

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Yield the list, or what has changed since."""
        known = json.loads(cursor) if cursor else {}
        if "seen" in known and now.date() - date.fromisoformat(known["on"]) <= REACH:
            return self._news(session, cursor, now)
        return self._list(session, cursor, now)

    def _list(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        known = json.loads(cursor) if cursor else {}
        begun = cursor if "mark" in known else None
        mark, had = (known["mark"], known["had"]) if begun else self._newest(session, now)
        expand = _expanded(tuple(f"data.{one}" for one in self.expand))
        params = {**self.params, **expand}

        def ask(after: str | None) -> Turn:
            turn = asked(session, self.path, params, after)
            rows = tuple(self.whole(session, row) for row in turn.rows)
            same = all(new is old for new, old in zip(rows, turn.rows, strict=True))
            return Turn(rows, None, turn.more, turn.request_id, turn.body if same else None)

        at = cursor
        for page in by_last_id(ask, known.get("after") if begun else None, key, is_gone):
            following = _text(mark=mark, had=had, after=page.cursor_out)
            ends = _text(seen=mark, on=f"{now:%Y-%m-%d}", had=had)
            out = following if page.cursor_out else ends
            yield Page(page.rows, at, out, page.request_id, page.body)
            at = out

    def _newest(self, session: Session, now: datetime) -> tuple[int, str]:
        """Return when the newest event was, by the vendor's clock, and what was told up to then.

        A day ago where there is no event.
        """
        answer = session.get(EVENTS, {"limit": "1"}, expects=LIST)
        if not answer.data["data"]:
            return int((now - DAY).timestamp()), ""
        mark = whole(answer.data["data"][0]["created"]) or 0
        return mark, self._told(session, mark).upto(mark)

    def _told(self, session: Session, seen: int) -> Told:
        """Return what events tell since a little before a second."""
        told = Told(self.thing)
        for turn in events_since(session, self.about, seen - AGAIN):
            for event in turn.rows:
                told.take(event)
        return told

    def _news(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        known = json.loads(cursor or "{}")
        seen, today = int(known["seen"]), f"{now:%Y-%m-%d}"
        told = self._told(session, seen)
        nothing_late = known.get("had") and told.upto(seen) == known["had"]
        ids = told.since(seen if nothing_late else seen - AGAIN - 1)
        newest = max([seen, *told.at.values()])
        last = _text(seen=newest, on=today, had=told.upto(newest))
        at, part = cursor, int(known.get("part", 0))
        for start in range(0, len(ids), LIMIT):
            some, part = ids[start : start + LIMIT], part + 1
            rows = tuple(self._again(session, one, told) for one in some)
            upto = max(seen, told.at[some[-1]])
            is_last = start + LIMIT >= len(ids)
            out = last if is_last else _text(seen=upto, on=known["on"], part=part)
            yield Page(tuple(row for row in rows if row), at, out)
            at = out
        if not ids:
            yield Page((), cursor, last)

    def _again(self, session: Session, known_as: str, told: Told) -> Row | None:
        """Return an object as it is now; what was left of it where it was deleted."""
        path = f"{self.path}/{quote(known_as, safe='')}"
        row: Row = {}
        try:
            params = _expanded(self.expand)
            row = session.get(path, params, expects={"id": str}).data
        except Rejected as error:
            if error.status != NOT_THERE:
                raise
        if row and row.get("deleted") is not True:
            return self.whole(session, row)
        left = told.gone.get(known_as) or row
        return {**left, "id": known_as, "deleted": True} if left else None


def _expanded(what: tuple[str, ...]) -> Params:
    return {f"expand[{number}]": one for number, one in enumerate(what)}


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events that are kept as they are, each once: they are the history of thirty days."""

    about: Params

    def __call__(self, session: Session, cursor: str | None, _now: datetime) -> Iterator[Page]:
        """Yield what has happened since, newest first; who dies meanwhile begins again."""
        seen, _, begun = map(str, (cursor or "0").partition("#"))
        newest, at, part = int(seen), cursor, int(begun or 0)
        for turn in events_since(session, self.about, max(0, int(seen) - AGAIN)):
            newest = max([newest, *(whole(one["created"]) or 0 for one in turn.rows)])
            part += 1
            out = f"{seen}#{part}" if turn.more else str(newest)
            yield Page(turn.rows, at, out, turn.request_id, turn.body)
            at = out


def count(path: str) -> Callable[[Session], int]:
    """Return a way to ask how many objects there are; Stripe counts only as far as 10,000."""

    def total(session: Session) -> int:
        params = {"query": "created>0", "limit": "1", "expand[0]": "total_count"}
        answer = session.get(f"{path}/search", params, expects={"total_count": int})
        found: int = answer.data["total_count"]
        if found >= EXACT:
            raise SourceUnavailable("Stripe counts no further than 10,000.")
        return found

    return total


def created(row: Row) -> str:
    """Return when an object was made, as ISO text."""
    moment = whole(row.get("created"))
    return "" if moment is None else f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%S}"


def _text(**parts: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(parts, sort_keys=True)


def id_of(value: object) -> str | None:
    """Return the id of what is an id, or a whole object."""
    return plain(value.get("id") if isinstance(value, Mapping) else value)
