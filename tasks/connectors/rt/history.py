"""What happened to a ticket, and who did it? Its transactions, without a word of what was said.

A ticket's history also has what happened to those that were merged into it: ``ObjectId`` tells
them apart, and so it tells of every merge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from tasks.connectors.api import Rejected
from tasks.connectors.streams import NoWayOn, Row
from tasks.connectors.values import inside, plain, whole

if TYPE_CHECKING:
    from tasks.connectors.http import Session

A_PAGE = 100  # as many as RT gives at most
NOT_THERE = 404
SYSTEM = "RT_System"
CREATED, REPLIED, STATUS, CUSTOM_FIELD = "Create", "Correspond", "Status", "CustomField"
KEPT = frozenset({CREATED, REPLIED, STATUS, CUSTOM_FIELD})
WITH_VALUES = frozenset({STATUS, CUSTOM_FIELD})
BY_SOMEBODY = frozenset({CREATED, REPLIED})
ASKED = {
    "fields": "Type,Field,OldValue,NewValue,Created,Creator,ObjectId",
    "fields[Creator]": "id,Name",
    "orderby": "id",
    "order": "ASC",
    "per_page": str(A_PAGE),
}


@dataclass(slots=True)
class Staff:
    """Who is privileged; everybody is asked about once."""

    session: Session
    known: dict[str, bool] = field(default_factory=dict)

    def has(self, user: str) -> bool:
        """Return whether a user is one of the staff."""
        if user not in self.known:
            self.known[user] = self._is_privileged(user)
        return self.known[user]

    def _is_privileged(self, user: str) -> bool:
        try:
            answer = self.session.get(f"/user/{quote(user, safe='')}", expects={"": dict})
        except Rejected as error:
            if error.status != NOT_THERE:
                raise
            return False
        return whole(answer.data.get("Privileged")) == 1


def requestors(ticket: Row) -> frozenset[str]:
    """Return the ids of who asked."""
    found = ticket.get("Requestor")
    people = found if isinstance(found, list) else []
    return frozenset(known for one in people if (known := plain(inside(one, "id"))))


def history(session: Session, ticket: Row, staff: Staff) -> list[Row]:
    """Return what is kept of a ticket's transactions, the oldest first."""
    asking = requestors(ticket)
    found = _transactions(session, plain(ticket["id"]) or "")
    return [_short(one, asking, staff) for one in found if one.get("Type") in KEPT]


def _transactions(session: Session, ticket: str) -> Iterator[Row]:
    """Yield them all; RT does not count a history, so an empty page is its end."""
    seen, page = 0, 1
    while True:
        asked = {**ASKED, "page": str(page)}
        answer = session.get(f"/ticket/{ticket}/history", asked, expects={"items": list})
        rows = answer.data["items"]
        last = max(map(_number, rows), default=None)
        if last is not None and last <= seen:
            raise NoWayOn("has a ticket whose history has pages without end")
        yield from rows
        if is_last(answer.data, page, most_empty=1):
            return
        seen, page = last or seen, page + 1


def is_last(data: Row, page: int, *, most_empty: int) -> bool:
    """Return whether no page follows.

    Where RT has to look at every row to see whether the user may see it, it counts no pages: then
    so many empty ones are the end.
    """
    pages = whole(data.get("pages"))
    if pages is not None:
        return page >= pages
    return not data["items"] and page >= most_empty


def _number(row: Row) -> int:
    return whole(row["id"]) or 0


def _short(one: Row, asking: frozenset[str], staff: Staff) -> Row:
    kept = {name: one.get(name) for name in ("id", "Type", "Created", "ObjectId")}
    if one["Type"] in WITH_VALUES:
        kept |= {name: one.get(name) for name in ("Field", "OldValue", "NewValue")}
    if one["Type"] in BY_SOMEBODY:
        kept["by"] = _who(one, asking, staff)
    return kept


def _who(one: Row, asking: frozenset[str], staff: Staff) -> str:
    """Return whether a customer, an agent or the system did it; who asked is no agent here."""
    user = plain(inside(one, "Creator", "id")) or ""
    if SYSTEM in {user, inside(one, "Creator", "Name")}:
        return "system"
    is_agent = user != "" and user not in asking and staff.has(user)
    return "agent" if is_agent else "customer"
