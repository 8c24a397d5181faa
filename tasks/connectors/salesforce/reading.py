"""How are the rows of an object read? By windows of change, page by page, or as one large order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tasks.connectors.api import Rejected
from tasks.connectors.jobs import by_job
from tasks.connectors.paging import Turn, by_cursor
from tasks.connectors.salesforce.access import TOO_MANY_IDS
from tasks.connectors.salesforce.asking import Asked, Place, described, soql
from tasks.connectors.salesforce.bulk import job
from tasks.connectors.salesforce.objects import CREATED, ID, Kind
from tasks.connectors.salesforce.positions import LAG, OVERLAP, Position, beginning
from tasks.connectors.streams import Body, NoWayOn, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.connectors.http import Answer, Session
    from tasks.connectors.salesforce.settings import SalesforceSettings

ROWS: dict[str, type] = {"records": list, "done": bool, "totalSize": int}
DELETED: dict[str, type] = {"deletedRecords": list, "latestDateCovered": str}
MONTH = timedelta(days=31)
REACH = timedelta(days=14)  # the log of deleted rows is kept for fifteen
SHORTEST = timedelta(minutes=4)  # half of it is more than the minute that must be asked for
LATELY = timedelta(days=1)  # a younger org than that has none
NO_LONGER = frozenset({400, 404, 410})  # what is said of a page whose time is over


@dataclass(frozen=True, slots=True)
class How:
    """How an org is read: where, what is never asked for, and when which way is taken."""

    place: Place
    leave_out: tuple[str, ...]
    bulk_rows: int
    refresh: timedelta


def how(settings: SalesforceSettings) -> How:
    """Return how the org of ``settings`` is read."""
    place, refresh = Place(settings.version), timedelta(days=settings.refresh_days)
    return How(place, settings.leave_out, settings.bulk_rows, refresh)


def changes(
    kind: Kind, how: How, session: Session, cursor: str | None, now: datetime
) -> Iterator[Page]:
    """Yield everything, or what was changed since ``cursor``, up to two minutes before ``now``."""
    asked = described(kind, how.place, how.leave_out, session, now)
    first = now - kind.months * MONTH if kind.months else None
    position = beginning(cursor, asked, now, first, how.refresh)
    if position is not None:
        yield from _Window(kind, how, session, asked).pages(position, cursor)


@dataclass(frozen=True, slots=True)
class _Window:
    """Reads one window of one object to its end."""

    kind: Kind
    how: How
    session: Session
    asked: Asked

    def pages(self, position: Position, cursor: str | None) -> Iterator[Page]:
        seen: set[str | None] = set()
        lost: set[str | None] = set()  # from where it was begun again, each once
        while not position.done:
            if position.bulk:
                yield from self._ordered(position, cursor)
                return
            if position.next is not None and position.next in seen:
                raise NoWayOn("names as its next page one that was read before")
            seen.add(position.next)
            try:
                answer = self._asked(position)
            except Rejected as error:
                if position.next is None or error.status not in NO_LONGER or position.at in lost:
                    raise
                lost.add(position.at)
                position = replace(position, low=position.at or position.low, next=None)
                continue
            position = self._behind(position, answer)
            rows, following = tuple(answer.data["records"]), position.written()
            yield Page(rows, cursor, following, answer.request_id, Body(answer.body, "records"))
            cursor = following

    def _asked(self, position: Position) -> Answer:
        if position.next is not None:
            return self.session.get(position.next, expects=ROWS)
        where = self.how.place.query_all
        return self.session.get(where, {"q": self._soql(position, sorted_=True)}, expects=ROWS)

    def _soql(self, position: Position, *, sorted_: bool) -> str:
        low = datetime.fromisoformat(position.low) if position.low else None
        high = datetime.fromisoformat(position.high)
        return soql(self.kind, self.asked.fields, low, high, sorted_=sorted_)

    def _behind(self, position: Position, answer: Answer) -> Position:
        if position.next is None and answer.data["totalSize"] > self.how.bulk_rows:
            return replace(position, bulk=True)
        rows, following = answer.data["records"], answer.data.get("nextRecordsUrl")
        if answer.data["done"] or following is None:
            return _end(position)
        at = str(rows[-1][self.kind.stamp]) if rows else position.at
        return replace(position, next=str(following), at=at)

    def _ordered(self, position: Position, cursor: str | None) -> Iterator[Page]:
        question = partial(self._soql, position, sorted_=False)  # sorting forbids it to be split
        order = job(self.session, self.how.place, question)
        for page in by_job(order, position.job, self.session.world):
            upto = replace(position, job=page.cursor_out) if page.cursor_out else _end(position)
            yield replace(page, cursor_in=cursor, cursor_out=upto.written())
            cursor = upto.written()


def _end(position: Position) -> Position:
    return Position(position.high, position.asked, position.anew, done=True)


def deleted(
    kind: Kind, place: Place, session: Session, cursor: str | None, now: datetime
) -> Iterator[Page]:
    """Yield what was deleted since ``cursor``; also what is no longer in the recycle bin.

    Of a time with more ids than one answer may have, its halves are asked for.
    """
    high = now - LAG
    low = max(datetime.fromisoformat(cursor) - OVERLAP, now - REACH) if cursor else now - LATELY
    if low >= high:
        return
    whole = high - low
    while low < high:
        end = min(high, low + whole)
        asked = {"start": _offset(low), "end": _offset(end)}
        try:
            answer = session.get(place.deleted(kind.sobject), asked, expects=DELETED)
        except Rejected as error:
            if TOO_MANY_IDS not in str(error) or end - low < SHORTEST:
                raise
            whole = (end - low) / 2
            continue
        covered = min(end, datetime.fromisoformat(answer.data["latestDateCovered"]))
        rows, body = tuple(answer.data["deletedRecords"]), Body(answer.body, "deletedRecords")
        following = covered.isoformat()
        yield Page(rows, cursor, following, answer.request_id, body)
        if covered < end:
            return  # it tells no more yet
        cursor, low = following, end


def _offset(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def identities(
    kind: Kind, how: How, session: Session, cursor: str | None, _now: datetime
) -> Iterator[Page]:
    """Yield the ids of all rows that are there, and when each was made; the end has no cursor."""
    question = f"SELECT {ID}, {CREATED} FROM {kind.sobject}"  # noqa: S608 - names of ours

    def ask(path: str | None) -> Turn:
        where, said = (path, {}) if path else (how.place.query, {"q": f"{question} ORDER BY {ID}"})
        answer = session.get(where, said, expects=ROWS)
        following = None if answer.data["done"] else str(answer.data["nextRecordsUrl"])
        body = Body(answer.body, "records")
        rows = tuple(answer.data["records"])
        return Turn(rows, following, following is not None, answer.request_id, body)

    return by_cursor(ask, cursor)


def count(kind: Kind, place: Place, session: Session) -> int:
    """Return how many rows of an object there are, without the deleted ones."""
    question = {"q": f"SELECT COUNT() FROM {kind.sobject}"}  # noqa: S608 - a name of ours
    answer: Any = session.get(place.query, question, expects={"totalSize": int})
    return int(answer.data["totalSize"])
