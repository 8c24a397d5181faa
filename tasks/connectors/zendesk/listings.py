"""How are Zendesk's plain lists paged? By a cursor inside one listing, which ends with it.

A list that can be asked from a time on is read again over the last days, because what is in it
may change; another one is read whole each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tasks.connectors.paging import Turn, by_cursor
from tasks.connectors.streams import NoWayOn, Page, Row, as_it_came
from tasks.connectors.values import inside, plain

if TYPE_CHECKING:
    from tasks.connectors.http import Answer, Session

SIZE = "100"  # rows a list gives at most
AND_THEN = ">"  # between the time a listing began with and the place in it


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is read whole each time."""

    path: str
    rows: str
    limit: str = ""
    also: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:  # noqa: ARG002 - the signature is Pages'
        """Return the pages from the place ``cursor`` in the list on."""
        return by_cursor(lambda place: self.turn(session, place, self.also), cursor)

    def turn(self, session: Session, place: str | None, also: Mapping[str, str]) -> Turn:
        """Return one page of the list and the next place in it, None at its end."""
        answer = session.get(
            self.path,
            {**also, "page[size]": SIZE, **({"page[after]": place} if place else {})},
            limit=self.limit,
            expects={self.rows: list},
        )
        following = _place_after(answer)
        rows = tuple(answer.data[self.rows])
        body = as_it_came(answer, self.rows, rows)
        return Turn(rows, following, following is not None, answer.request_id, body)


def _place_after(answer: Answer) -> str | None:
    meta = inside(answer.data, "meta")
    return plain(inside(meta, "after_cursor")) if inside(meta, "has_more") is True else None


@dataclass(frozen=True, slots=True)
class Ids:
    """A list of which only the ids are kept, and when each row was made."""

    listing: Listing

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from the place ``cursor`` in the list on."""
        for page in self.listing(session, cursor, now):
            rows = tuple(
                {name: row.get(name) for name in ("id", "created_at")} for row in page.rows
            )
            yield replace(page, rows=rows, body=None)


@dataclass(frozen=True, slots=True)
class Since:
    """A list that is read from a time on: from ``start``, later from the last run less ``again``.

    The time is when a run began, which is no cursor of Zendesk's: so a list is always read again
    over ``again``, by which clocks may differ and rows may change.
    """

    listing: Listing
    parameter: str
    start: Callable[[datetime], int]
    again: timedelta

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        first = cursor or str(self.start(now))
        ends = str(int((now - self.again).timestamp()))

        def ask(at: str | None) -> Turn:
            since, _, place = (at or first).partition(AND_THEN)
            turn = self.listing.turn(session, place or None, {self.parameter: since})
            following = f"{since}{AND_THEN}{turn.next}" if turn.more else ends
            return replace(turn, next=following)

        return by_cursor(ask, cursor)


def whole(listing: Listing) -> Callable[[Session, str], Iterator[tuple[Row, ...]]]:
    """Return a way to get every row of ``listing``, whatever time was asked for."""

    def rows(session: Session, _at: str) -> Iterator[tuple[Row, ...]]:
        place: str | None = None
        seen = {place}
        while True:
            turn = listing.turn(session, place, listing.also)
            yield turn.rows
            if turn.next is None:
                return
            if turn.next in seen:
                raise NoWayOn("names as its next page one that was read before")
            place = turn.next
            seen.add(place)

    return rows
