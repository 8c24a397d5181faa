"""How is RT's search read? Behind the last id, so that a ticket that changes shifts no other away.

RT takes a time in a search for one of the asking user's own time zone, and tells every time in
UTC: so it is asked for what changed from most of a day before on, and what is older is left aside.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tasks.connectors.api import Rejected
from tasks.connectors.paging import Turn, by_cursor
from tasks.connectors.rt.history import NOT_THERE, Staff, history, is_last
from tasks.connectors.rt.kept import ASKED, kept
from tasks.connectors.streams import NoWayOn, Page, Row
from tasks.connectors.values import instant, plain, whole

if TYPE_CHECKING:
    from tasks.connectors.http import Answer, Session

TICKETS_A_PAGE = 25  # each comes with its history, and a page is what may be lost
IDS_A_PAGE = 100  # as many as RT gives at most
MOST_EMPTY = 20  # pages in a row of which the user may see nothing, where RT does not count them
AGAIN = timedelta(hours=1)
ANY_ZONE = timedelta(hours=15)  # no time zone is further from UTC
Place = dict[str, Any]


def text(moment: datetime) -> str:
    """Return an instant as RT writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def within(queues: tuple[str, ...]) -> str:
    """Return the search for every ticket of some queues; naming EffectiveId, with merged ones."""
    escaped = (name.replace("\\", "\\\\").replace("'", "\\'") for name in queues)
    named = " OR ".join(f"Queue = '{name}'" for name in escaped)
    return "EffectiveId > 0" + (f" AND ({named})" if named else "")


def _searched(
    session: Session, query: str, place: Place, fields: Mapping[str, str], size: int
) -> Answer:
    asked = {
        "query": f"{query} AND id > {place['behind']}",
        "orderby": "id",
        "order": "ASC",
        "per_page": str(size),
        "page": str(place["page"]),
        **fields,
    }
    return session.get("/tickets", asked, expects={"items": list})


def _following(answer: Answer, place: Place) -> Place | None:
    """Return where the next page is, None where there is none.

    A page may be empty though others follow: RT counts what the user may not see.
    """
    last = max((whole(row["id"]) or 0 for row in answer.data["items"]), default=None)
    if last is not None and last <= place["behind"]:
        raise NoWayOn("names the same tickets on every page")
    if is_last(answer.data, place["page"], most_empty=MOST_EMPTY):
        return None
    if last is None:
        return {**place, "page": place["page"] + 1}
    return {**place, "behind": last, "page": 1}


@dataclass(frozen=True, slots=True)
class Changed:
    """Every ticket that changed since the last run, with its history."""

    query: str
    reach: timedelta
    customer: str  # how a ticket names it
    fields: frozenset[str]  # the custom fields that are kept

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        staff = Staff(session)
        first: Place = {"since": text(now - self.reach), "behind": 0, "page": 1}

        def ask(at: str | None) -> Turn:
            place = {**first, **json.loads(at or "{}")}
            since = instant(place["since"]) or now
            query = f"{self.query} AND LastUpdated >= '{since - ANY_ZONE:%Y-%m-%d %H:%M:%S}'"
            answer = _searched(session, query, place, ASKED, TICKETS_A_PAGE)
            following = _following(answer, place)
            began = place.get("began") or text(_told(answer, now) - AGAIN)
            changed = (row for row in answer.data["items"] if _is_since(row, since))
            rows = tuple(row for one in changed if (row := self._whole(one, staff)))
            ends = {"since": max(began, place["since"])}
            goes_on = ends if following is None else {**following, "began": began}
            return Turn(rows, json.dumps(goes_on), following is not None, answer.request_id)

        return by_cursor(ask, cursor)

    def _whole(self, ticket: Row, staff: Staff) -> Row | None:
        """Return what is kept of a ticket; None if it was deleted meanwhile."""
        try:
            happened = history(staff.session, ticket, staff)
        except Rejected as error:
            if error.status != NOT_THERE:
                raise
            return None
        return kept(ticket, self.customer, self.fields, happened)


def _is_since(ticket: Row, since: datetime) -> bool:
    changed = instant(ticket["LastUpdated"])
    return changed is None or changed >= since


def _told(answer: Answer, now: datetime) -> datetime:
    """Return what the server's clock says, ours where it does not tell."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return now


@dataclass(frozen=True, slots=True)
class Ids:
    """Every ticket there is: its id, when it was made, and whether it should be ours."""

    query: str
    reach: timedelta

    def __call__(self, session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Return the pages from where ``cursor`` says on."""
        first: Place = {"behind": 0, "page": 1}

        def ask(at: str | None) -> Turn:
            place = {**first, **json.loads(at or "{}")}
            fields = {"fields": "Created,LastUpdated"}
            answer = _searched(session, self.query, place, fields, IDS_A_PAGE)
            following = _following(answer, place)
            rows = tuple(self._short(row, now) for row in answer.data["items"])
            goes_on = None if following is None else json.dumps(following)
            return Turn(rows, goes_on, following is not None, answer.request_id)

        return by_cursor(ask, cursor)

    def _short(self, row: Row, now: datetime) -> Row:
        ours = _is_since(row, now - self.reach)
        return {"id": plain(row["id"]), "Created": row.get("Created"), "in_reach": ours}


def count_of(query: str) -> Callable[[Session], int]:
    """Return a way to ask how many tickets there are."""

    def total(session: Session) -> int:
        asked = {"query": query, "per_page": "1"}
        return int(session.get("/tickets", asked, expects={"total": int}).data["total"])

    return total
