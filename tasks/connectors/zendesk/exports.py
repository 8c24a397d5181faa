"""How are Zendesk's incremental exports paged? By a cursor, or by the time of the last row.

A start is sent once, and from then on only what Zendesk answered, also over the end of the stream;
our own clock is never a cursor. Addresses are built here: those in the answers may be templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tasks.connectors.paging import Turn, by_cursor, by_time
from tasks.connectors.streams import Page, Row, as_it_came
from tasks.connectors.values import plain, whole
from tasks.connectors.zendesk.access import EXPORTS

if TYPE_CHECKING:
    from tasks.connectors.http import Session

PAGE = 1000  # rows an export gives at most
Start = Callable[[datetime], int]  # the epoch an export begins with the first time
Keep = Callable[[Row], bool]


def everything(_now: datetime) -> int:
    """Return the beginning of time."""
    return 0


def all_of_them(_row: Row) -> bool:
    """Return True: every row is kept."""
    return True


@dataclass(frozen=True, slots=True)
class CursorExport:
    """Tickets or users."""

    resource: str
    start: Start = everything
    also: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from ``cursor`` on, from the start the first time."""

        def ask(at: str | None) -> Turn:
            return self._asked(session, {"cursor": at} if at else self._begin(now), at)

        return by_cursor(ask, cursor)

    def _begin(self, now: datetime) -> dict[str, str]:
        return {"start_time": str(self.start(now))}

    def _asked(self, session: Session, where: Mapping[str, str], at: str | None) -> Turn:
        answer = session.get(
            f"/api/v2/incremental/{self.resource}/cursor",
            {**where, "per_page": str(PAGE), **self.also},
            limit=EXPORTS,
            expects={self.resource: list, "end_of_stream": bool},
        )
        said = answer.data
        rows = tuple(_with_metrics(said, self.resource))
        body = as_it_came(answer, self.resource, rows)
        following = said.get("after_cursor") or at
        return Turn(rows, following, not said["end_of_stream"], answer.request_id, body)


def _with_metrics(said: Mapping[str, Any], resource: str) -> list[Row]:
    """Return the rows, each with its metric set, also where those are in a list of their own."""
    rows: list[Row] = said[resource]
    beside = said.get("metric_sets")
    if not isinstance(beside, list):
        return rows
    by_ticket = {plain(one.get("ticket_id")): one for one in beside}
    return [{"metric_set": by_ticket.get(plain(row.get("id"))), **row} for row in rows]


@dataclass(frozen=True, slots=True)
class TimeExport:
    """Rows by the time they changed, the last second again each time.

    Some of these exports say when they end; the others always name a next page, and end when it
    would be the same one, or is not full: ``full`` is how many rows a page may hold. ``flood``
    gives the rows of a second with more of them; ``keep`` says which rows are worth keeping.
    """

    path: str
    rows: str
    key: Callable[[Row], str]
    start: Start = everything
    limit: str = EXPORTS
    keep: Keep = all_of_them
    full: int = PAGE
    flood: Callable[[Session, str], Iterator[tuple[Row, ...]]] | None = None

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from the time ``cursor`` on, from the start the first time."""
        first = cursor or str(self.start(now))
        flood = self.flood
        drained = None if flood is None else lambda at: flood(session, at)
        return by_time(lambda at: self._asked(session, at or first), cursor, self.key, drained)

    def _asked(self, session: Session, at: str) -> Turn:
        answer = session.get(
            self.path, {"start_time": at}, limit=self.limit, expects={self.rows: list}
        )
        said = answer.data
        rows, end = said[self.rows], whole(said.get("end_time"))
        advanced = end is not None and end > int(at)
        kept = tuple(row for row in rows if self.keep(row))
        body = as_it_came(answer, self.rows, kept)
        following = str(end) if advanced else at
        more = self._more(said, len(rows), advanced)
        return Turn(kept, following, more, answer.request_id, body)

    def _more(self, said: Mapping[str, Any], rows: int, advanced: bool) -> bool:
        """Return whether there is more right now; a next page that is always named says nothing."""
        ended = said.get("end_of_stream")
        if isinstance(ended, bool):
            return not ended and (rows > 0 or advanced)
        return rows >= self.full or (rows > 0 and advanced)
