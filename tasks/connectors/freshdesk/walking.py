"""How are Freshdesk's lists read? Tickets by when they changed, the others page by page.

Past its 300th page a list is refused, and pages shift when a row changes: so what is sorted by its
changes begins anew with every page, a second before the last row of the one before. What is sorted
by anything else is read to its end and back again: a row that leaves shifts the one behind the
page onto it, where it was not yet when the page was read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tasks.connectors.paging import Turn, by_cursor
from tasks.connectors.streams import NoWayOn, Page, Row
from tasks.connectors.values import instant, plain

if TYPE_CHECKING:
    from tasks.connectors.http import Answer, Session

SIZE = 100  # rows a page gives at most
LAST_PAGE = 300  # that is given
AGAIN = timedelta(hours=1)
SECOND = timedelta(seconds=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NEXT = 'rel="next"'
Since = Callable[[datetime], datetime]


def text(moment: datetime) -> str:
    """Return an instant as Freshdesk writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def long_ago(_now: datetime) -> datetime:
    """Return a moment before everything; without one, a list has the last 30 days only."""
    return LONG_AGO


def back(reach: timedelta) -> Since:
    """Return a way to begin so long ago."""
    return lambda now: now - reach


def told(answer: Answer, now: datetime) -> datetime:
    """Return what the vendor's clock says, ours where it does not tell."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return now


def _goes_on(answer: Answer, rows: tuple[Row, ...]) -> bool:
    return NEXT in answer.headers.get("link", "") or len(rows) >= SIZE


def _asked(session: Session, path: str, asked: Mapping[str, str], number: int) -> Answer:
    paged = {**asked, "per_page": str(SIZE), "page": str(number)}
    return session.get(path, paged, expects={"": list})


@dataclass(frozen=True, slots=True)
class Walk:
    """Tickets since the last run, the oldest change first; ``only`` these fields of each."""

    since: Since
    also: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    anew: bool = False  # each run begins with the first

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Yield the pages from where ``cursor`` says on."""
        place: dict[str, Any] = json.loads(cursor) if cursor else {"at": text(self.since(now))}
        at, number, began = place["at"], place.get("page", 1), place.get("began")
        before: dict[str, Row] = {}
        while True:
            answer = _asked(session, "/tickets", self._words(at), number)
            rows = tuple(answer.data)
            began = began or text(told(answer, now) - AGAIN)
            fresh = tuple(row for row in rows if before.get(_key(row)) != row)
            more = _goes_on(answer, rows)
            if more and not fresh and number > 1:
                raise NoWayOn("answers the same for whatever time it is asked")
            if not more:
                ends = None if self.anew else json.dumps({"at": max(began, place["at"])})
                yield Page(self._kept(fresh), cursor, ends, answer.request_id)
                return
            at, number, before = _on(rows, at, number, before)
            following = json.dumps({"at": at, "page": number, "began": began})
            yield Page(self._kept(fresh), cursor, following, answer.request_id)
            cursor = following

    def _words(self, at: str) -> dict[str, str]:
        sorted_by = {"order_by": "updated_at", "order_type": "asc"}
        moment = instant(at) or LONG_AGO
        return {**self.also, **sorted_by, "updated_since": text(moment - SECOND)}

    def _kept(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        if not self.only:
            return rows
        return tuple({name: row.get(name) for name in self.only} for row in rows)


def _key(row: Row) -> str:
    return plain(row["id"]) or ""


def _on(
    rows: tuple[Row, ...], at: str, number: int, before: dict[str, Row]
) -> tuple[str, int, dict[str, Row]]:
    """Return where the next page is: from the last change on, or behind all that are of one."""
    last = max(str(row["updated_at"]) for row in rows)
    seen = {_key(row): row for row in rows}
    if last > at:
        return last, 1, seen
    if number >= LAST_PAGE:
        raise NoWayOn("has more rows of one moment than its pages reach")
    return at, number + 1, {**before, **seen}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in pages; with ``parameter`` what is new since the last run, less ``again``."""

    path: str
    also: Mapping[str, str] = field(default_factory=dict)
    parameter: str = ""
    since: Since = long_ago
    again: timedelta = AGAIN

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        seen: set[str] = set()

        def ask(at: str | None) -> Turn:
            place = {"at": text(self.since(now)), "page": 1, **json.loads(at or "{}")}
            since = {self.parameter: place["at"]} if self.parameter else {}
            answer = _asked(session, self.path, {**self.also, **since}, place["page"])
            rows = tuple(answer.data)
            began = place.get("began") or text(told(answer, now) - self.again)
            is_back = place.get("is_back") or not _goes_on(answer, rows)
            if is_back and place["page"] == 1:
                ends = json.dumps({"at": max(began, place["at"])}) if self.parameter else None
                return Turn(rows, ends, more=False, request_id=answer.request_id)
            if not is_back and not {_key(row) for row in rows} - seen:
                raise NoWayOn("names the same rows on every page")
            seen.update(_key(row) for row in rows)
            number = place["page"] + (-1 if is_back else 1)
            following = {**place, "page": number, "began": began, "is_back": is_back}
            return Turn(rows, json.dumps(following), more=True, request_id=answer.request_id)

        return by_cursor(ask, cursor)


def count_tickets(session: Session) -> int:
    """Return how many tickets there are."""
    asked = {"query": f"\"created_at:>'{LONG_AGO:%Y-%m-%d}'\""}
    return int(session.get("/search/tickets", asked, expects={"total": int}).data["total"])
