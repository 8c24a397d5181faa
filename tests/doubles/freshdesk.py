"""A Freshdesk of our own over real HTTP: lists that end at page 300, and what they leave out.

    with Freshdesk() as freshdesk:
        acme = freshdesk.add_company("Acme")
        ada = freshdesk.add_contact("Ada", acme)
        freshdesk.add_ticket(ada)
        ... point a client at freshdesk.base_url with freshdesk.key ...

Routes: tickets, search, contacts, companies, ratings. Everything happens at ``now``.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.doubles.faults import Reply
from tests.doubles.limits import Limit
from tests.doubles.web import Asked, Web, route

Row = dict[str, Any]
START = datetime(2026, 2, 2, 9, tzinfo=UTC)
KEY = "fd-S3cretKey0123"
LAST_PAGE, MOST = 300, 100
RECENT = timedelta(days=30)
OPEN, RESOLVED, CLOSED = 2, 4, 5
ON_DEMAND = {"stats": "stats", "description_text": "description"}  # what has to be asked for


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def invalid(field: str, message: str) -> Reply:
    said = {"field": field, "message": message, "code": "invalid_value"}
    return Reply({"description": "Validation failed", "errors": [said]}, 400)


class Freshdesk(Web):
    """The account with its door. ``page`` is how many rows it gives at most."""

    def __init__(self, page: int = MOST) -> None:
        super().__init__()
        self.page, self.last_page = page, LAST_PAGE
        self.now = START
        self.key = KEY
        self.tickets_there: dict[int, Row] = {}
        self.contacts_there: dict[int, Row] = {}
        self.companies_there: dict[int, Row] = {}
        self.ratings_there: dict[int, Row] = {}
        self.not_in_plan: set[str] = set()
        self._ids = count(1)

    def limit(self, calls: int, seconds: float = 60) -> None:
        def headers(left: int, _resets: float) -> dict[str, str]:
            return {"X-RateLimit-Total": str(calls), "X-RateLimit-Remaining": str(left)}

        def refusal(resets: float) -> Reply:
            said = {"message": "You have exceeded the limit of requests per minute"}
            return Reply(said, 429, {"Retry-After": str(math.ceil(resets))})

        self.limits.append(Limit(calls, seconds, headers=headers, refusal=refusal))

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    # --- what happens there ----------------------------------------------------------------------
    def _new(self, more: Row) -> Row:
        known_as = int(more.get("id") or next(self._ids))
        return {"id": known_as, "created_at": iso(self.now), "updated_at": iso(self.now)}

    def add_company(self, name: str, **more: Any) -> int:
        row = {**self._new(more), "name": name, "domains": [], "custom_fields": {}, **more}
        self.companies_there[row["id"]] = row
        return int(row["id"])

    def add_contact(self, name: str, company: int | None = None, **more: Any) -> int:
        own = {"name": name, "company_id": company, "state": "verified", "job_title": None}
        row = {**self._new(more), **own, "email": f"{name.lower()}@example.com", **more}
        self.contacts_there[row["id"]] = row
        return int(row["id"])

    def change_contact(self, known_as: int, **values: Any) -> None:
        self.contacts_there[known_as] |= {**values, "updated_at": iso(self.now)}

    def add_ticket(self, requester: int, **more: Any) -> int:
        stats = dict.fromkeys(("first_responded_at", "resolved_at", "closed_at", "reopened_at"))
        own = {
            "subject": "Help",
            "description_text": "It breaks.",
            "status": OPEN,
            "priority": 1,
            "source": 2,
            "requester_id": requester,
            "responder_id": None,
            "company_id": self.contacts_there[requester]["company_id"],
            "tags": [],
            "spam": False,
            "deleted": False,
            "custom_fields": {},
            "stats": stats,
        }
        row = {**self._new(more), **own, **more}
        self.tickets_there[row["id"]] = row
        return int(row["id"])

    def change(self, known_as: int, **values: Any) -> None:
        self.tickets_there[known_as] |= {**values, "updated_at": iso(self.now)}

    def _stat(self, known_as: int, **values: Any) -> None:
        self.change(known_as, stats={**self.tickets_there[known_as]["stats"], **values})

    def reply(self, known_as: int) -> None:
        first = self.tickets_there[known_as]["stats"]["first_responded_at"]
        self._stat(known_as, first_responded_at=first or iso(self.now))

    def resolve(self, known_as: int, status: int = RESOLVED) -> None:
        self.change(known_as, status=status)
        self._stat(known_as, resolved_at=iso(self.now))

    def reopen(self, known_as: int) -> None:
        self.change(known_as, status=OPEN)
        self._stat(known_as, reopened_at=iso(self.now), resolved_at=None)

    def purge(self, known_as: int) -> None:
        """What was in the bin for a month is in no list any more."""
        del self.tickets_there[known_as]

    def rate(self, ticket: int, code: int, feedback: str | None = None, **more: Any) -> int:
        row = {
            **self._new(more),
            "ticket_id": ticket,
            "user_id": self.tickets_there[ticket]["requester_id"],
            "survey_id": 1,
            "feedback": feedback,
            "ratings": {"default_question": code},
            **more,
        }
        self.ratings_there[row["id"]] = row
        return int(row["id"])

    # --- the door --------------------------------------------------------------------------------
    def refuses(self, asked: Asked) -> Reply | None:
        proper = b64encode(f"{self.key}:X".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {proper}":
            said = {"code": "invalid_credentials", "message": "You have to be logged in."}
            return Reply(said, 401)
        if asked.route in self.not_in_plan:
            return Reply({"code": "require_feature", "message": "Not in your plan."}, 403)
        return None

    @route("GET", "/tickets")
    def tickets(self, asked: Asked) -> Any:
        query = asked.query
        since = query.get("updated_since", iso(self.now - RECENT))
        kind = query.get("filter")
        told = query.get("include", "").split(",")
        hidden = {name for name, asked_as in ON_DEMAND.items() if asked_as not in told}
        found = [
            {name: value for name, value in row.items() if name not in hidden}
            for row in self.tickets_there.values()
            if row["updated_at"] > since and _kind(row) == kind  # nobody says that it is inclusive
        ]
        falls = query.get("order_type", "desc") == "desc"
        order = query.get("order_by", "created_at")
        return self._page(asked, sorted(found, key=lambda row: row[order], reverse=falls))

    @route("GET", "/search/tickets")
    def search(self, _asked: Asked) -> Any:
        found = [row for row in self.tickets_there.values() if _kind(row) is None]
        return {"total": len(found), "results": found[:30]}

    @route("GET", "/contacts")
    def contacts(self, asked: Asked) -> Any:
        since, state = asked.query.get("_updated_since", ""), asked.query.get("state", "verified")
        found = self.contacts_there.values()
        kept = (row for row in found if row["state"] == state and row["updated_at"] >= since)
        return self._page(asked, kept)

    @route("GET", "/companies")
    def companies(self, asked: Asked) -> Any:
        return self._page(asked, self.companies_there.values())

    @route("GET", "/surveys/satisfaction_ratings")
    def ratings(self, asked: Asked) -> Any:
        since = asked.query.get("created_since", "")
        return self._page(
            asked, (row for row in self.ratings_there.values() if row["created_at"] >= since)
        )

    def _page(self, asked: Asked, rows: Iterable[Row]) -> Any:
        number, size = int(asked.query.get("page", "1")), int(asked.query.get("per_page", "30"))
        if size > MOST:
            return invalid("per_page", "It should be less than or equal to 100")
        if number > self.last_page:
            return invalid("page", f"You cannot access tickets beyond the {self.last_page}th page")
        size, there = min(size, self.page), list(rows)
        shown = there[(number - 1) * size : number * size]
        more = {"Link": f'<{self.base_url}{asked.path}?page={number + 1}>; rel="next"'}
        return Reply(shown, headers=more if len(there) > number * size else {})


def _kind(row: Row) -> str | None:
    """Return in which of the lists of tickets one is: deleted, spam, or the usual one."""
    return "deleted" if row["deleted"] else "spam" if row["spam"] else None
