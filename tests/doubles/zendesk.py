"""A Zendesk of our own over real HTTP: exports, lists, limits, tokens, and plans without features.

    with Zendesk() as zendesk:
        zendesk.account.add_ticket(...)
        zendesk.order("tickets", instead(503), times=2)
        ... point a client at zendesk.base_url with zendesk.token ...

Routes: tickets, users, organizations, metric_events, calls, ratings, responses, surveys,
deleted_tickets, deleted_users, schedules, organization_list, ticket_list, ticket, oauth.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from tests.doubles.faults import Reply
from tests.doubles.limits import Limit
from tests.doubles.web import Asked, Web, route
from tests.doubles.zendesk_account import Account, Row, iso

EMAIL = "abe@vendor.example"
TEMPLATE = "https://{subdomain}.zendesk.com"  # the vendor leaves it so in some answers
MINUTE = 60
LIST_PAGE = 100
EXPORTS = frozenset({"tickets", "users", "organizations", "metric_events"})
ON_PLAN = frozenset({"ratings", "responses", "surveys", "calls", "schedules", "deleted_users"})


class Zendesk(Web):
    """The account with its door. ``page`` is how many rows an export gives at most."""

    def __init__(self, account: Account | None = None, page: int = 1000) -> None:
        super().__init__()
        self.account = account or Account()
        self.page = page
        self.token = "zd-secret-token"
        self.client = ("keepwell", "zd-client-secret")
        self.access: list[str] = []  # OAuth tokens that are good
        self.asked_for_access = 0
        self.not_in_plan: set[str] = set()  # routes that answer 403
        self.missing: set[str] = set()  # routes that answer 404
        self.stuck: set[str] = set()  # exports whose cursor never moves
        self.metrics_beside = False  # metric sets in a list of their own
        self.says_end_of_events = False
        self._sorted: dict[str, tuple[int, list[tuple[int, int, Row]]]] = {}

    def limit(self, exports: int = 10, requests: int = 200, seconds: float = MINUTE) -> None:
        """Refuse what comes too fast, as the vendor does."""

        def said(left: int, _resets: float) -> dict[str, str]:
            return {"X-Rate-Limit": str(requests), "X-Rate-Limit-Remaining": str(left)}

        self.limits.append(Limit(requests, seconds, headers=said))
        self.limits.append(Limit(exports, seconds, EXPORTS))
        self.limits.append(Limit(exports, seconds, frozenset({"calls"})))

    def refuses(self, asked: Asked) -> Reply | None:
        if asked.route == "oauth":
            return None
        if not self._is_known(asked.headers.get("Authorization", "")):
            return Reply({"error": "Couldn't authenticate you"}, 401)
        if asked.route in self.not_in_plan:
            return Reply({"error": {"title": "Forbidden", "message": "Not in your plan"}}, 403)
        if asked.route in self.missing:
            return Reply({"error": "RecordNotFound", "description": "Not found"}, 404)
        return None

    def _is_known(self, said: str) -> bool:
        how, _, secret = said.partition(" ")
        if how == "Bearer":
            return secret in self.access
        return how == "Basic" and b64decode(secret).decode() == f"{EMAIL}/token:{self.token}"

    def expire(self) -> None:
        """Every OAuth token is no good any more."""
        self.access.clear()

    @route("POST", "/oauth/tokens")
    def oauth(self, asked: Asked) -> Any:
        said = asked.json()
        if (said.get("client_id"), said.get("client_secret")) != self.client:
            return Reply({"error": "invalid_client"}, 401)
        self.asked_for_access += 1
        self.access.append(f"access-{self.asked_for_access}")
        return {"access_token": self.access[-1], "token_type": "bearer", "scope": "read"}

    # --- exports by cursor -----------------------------------------------------------------------
    @route("GET", "/api/v2/incremental/tickets/cursor")
    def tickets(self, asked: Asked) -> Any:
        told = self._by_cursor(asked, "tickets", self.account.tickets.values())
        if isinstance(told, Reply) or asked.query.get("include") != "metric_sets":
            return told
        sets = [dict(self.account.metrics[one["id"]]) for one in told["tickets"]]
        if self.metrics_beside:
            return {**told, "metric_sets": sets}
        with_sets = zip(told["tickets"], sets, strict=True)
        return {**told, "tickets": [{**one, "metric_set": each} for one, each in with_sets]}

    @route("GET", "/api/v2/incremental/users/cursor")
    def users(self, asked: Asked) -> Any:
        return self._by_cursor(asked, "users", self.account.users.values())

    def _by_cursor(self, asked: Asked, name: str, rows: Iterable[Row]) -> Any:
        query, size = asked.query, min(self.page, int(asked.query.get("per_page", 1000)))
        if ("cursor" in query) == ("start_time" in query):
            return _bad("start_time or cursor")
        if "start_time" in query and int(query["start_time"]) > self._until:
            return _bad("start_time is too recent")
        place = _opened(query["cursor"]) if "cursor" in query else (int(query["start_time"]), -1)
        found = self._after(name, rows, place, size + 1)
        shown = found[:size]
        last = (shown[-1]["generated_timestamp"], shown[-1]["id"]) if shown else place
        cursor = _closed(place if name in self.stuck else last)
        return {
            name: shown,
            "after_cursor": cursor,
            "after_url": f"{TEMPLATE}/api/v2/incremental/{name}/cursor.json?cursor={cursor}",
            "before_cursor": None,
            "before_url": None,
            "end_of_stream": len(found) <= size and name not in self.stuck,
        }

    @property
    def _until(self) -> int:
        """The last minute is not given out."""
        return int(self.account.now.timestamp()) - MINUTE

    def _after(
        self, name: str, rows: Iterable[Row], place: tuple[int, int], size: int
    ) -> list[Row]:
        there = self._ordered(name, rows, _stamp)
        begins = bisect_right(there, place, key=lambda one: one[:2])
        return [row for stamp, _, row in there[begins : begins + size] if stamp <= self._until]

    def _ordered(
        self, name: str, rows: Iterable[Row], moment: Callable[[Row], int]
    ) -> list[tuple[int, int, Row]]:
        """Return the rows by moment and id; sorted again only after something has changed."""
        changes, ordered = self._sorted.get(name, (-1, []))
        if changes != self.account.changes:
            ordered = sorted(
                ((moment(one), one["id"], one) for one in rows), key=lambda one: one[:2]
            )
            self._sorted[name] = (self.account.changes, ordered)
        return ordered

    # --- exports by time -------------------------------------------------------------------------
    @route("GET", "/api/v2/incremental/organizations")
    def organizations(self, asked: Asked) -> Any:
        return self._by_time(asked, "organizations", self.account.organizations.values(), _stamp)

    @route("GET", "/api/v2/incremental/ticket_metric_events")
    def metric_events(self, asked: Asked) -> Any:
        rows = self.account.events
        if "page[size]" in asked.query:
            start = int(asked.query["start_time"])
            return self._listed(
                asked, "ticket_metric_events", [one for one in rows if _at(one) >= start]
            )
        told = self._by_time(asked, "ticket_metric_events", rows, _at)
        if not isinstance(told, Reply) and not self.says_end_of_events:
            del told["end_of_stream"]
        return told

    @route("GET", "/api/v2/channels/voice/stats/incremental/calls")
    def calls(self, asked: Asked) -> Any:
        told = self._by_time(asked, "calls", self.account.calls.values(), _stamp)
        if not isinstance(told, Reply):
            del told["end_of_stream"]
        return told

    def _by_time(
        self, asked: Asked, name: str, rows: Iterable[Row], moment: Callable[[Row], int]
    ) -> Any:
        if not asked.query.get("start_time", "").isdecimal():
            return _bad("start_time is required")
        start = int(asked.query["start_time"])
        there = self._ordered(name, rows, moment)
        begins = bisect_left(there, start, key=lambda one: one[0])
        following = there[begins : begins + self.page + 1]
        inside = [row for stamp, _, row in following if stamp <= self._until]
        shown = inside[: self.page]
        end = moment(shown[-1]) if shown else start
        return {
            name: shown,
            "count": len(shown),
            "end_time": end,
            "end_of_stream": len(inside) <= self.page,
            "next_page": f"{TEMPLATE}{asked.path}.json?start_time={end}",  # never null
        }

    # --- lists -----------------------------------------------------------------------------------
    @route("GET", "/api/v2/satisfaction_ratings")
    def ratings(self, asked: Asked) -> Any:
        start = int(asked.query.get("start_time", 0))
        rows = [one for one in self.account.ratings.values() if _updated(one) >= start]
        return self._listed(asked, "satisfaction_ratings", rows)

    @route("GET", "/api/v2/guide/survey_responses")
    def responses(self, asked: Asked) -> Any:
        start = int(asked.query.get("filter[created_at_start]", 0))
        made = lambda one: _when(one["answers"][0]["created_at"])  # noqa: E731 - one line
        rows = [one for one in self.account.responses.values() if made(one) >= start]
        return self._listed(asked, "survey_responses", rows)

    @route("GET", "/api/v2/guide/en-us/surveys")
    def surveys(self, asked: Asked) -> Any:
        return self._listed(asked, "surveys", self.account.surveys)

    @route("GET", "/api/v2/deleted_tickets")
    def deleted_tickets(self, asked: Asked) -> Any:
        return self._listed(asked, "deleted_tickets", self.account.deleted_tickets.values())

    @route("GET", "/api/v2/deleted_users")
    def deleted_users(self, asked: Asked) -> Any:
        return self._listed(asked, "deleted_users", self.account.deleted_users.values())

    @route("GET", "/api/v2/business_hours/schedules")
    def schedules(self, asked: Asked) -> Any:
        return self._listed(asked, "schedules", self.account.schedules)

    @route("GET", "/api/v2/organizations")
    def organization_list(self, asked: Asked) -> Any:
        return self._listed(asked, "organizations", self.account.organizations.values())

    @route("GET", "/api/v2/tickets/count")
    def ticket_count(self, _asked: Asked) -> Any:
        there = [one for one in self.account.tickets.values() if one["status"] != "deleted"]
        return {"count": {"value": len(there), "refreshed_at": iso(self.account.now)}}

    @route("GET", "/api/v2/tickets")
    def ticket_list(self, asked: Asked) -> Any:
        """Archived tickets are not in it."""
        away = self.account.archived
        there = [one for one in self.account.tickets.values() if one["id"] not in away]
        return self._listed(asked, "tickets", [one for one in there if one["status"] != "deleted"])

    def _listed(self, asked: Asked, name: str, rows: Iterable[Row]) -> Any:
        size = min(int(asked.query.get("page[size]", LIST_PAGE)), LIST_PAGE)
        begins = int(asked.query.get("page[after]", "at0").removeprefix("at"))
        there = list(rows)
        ends = begins + size
        more = ends < len(there)
        meta = {"has_more": more, "after_cursor": f"at{ends}" if there else None}
        url = f"{TEMPLATE}{asked.path}.json?page[after]=at{ends}"
        return {name: there[begins:ends], "meta": meta, "links": {"next": url if more else None}}


def _bad(what: str) -> Reply:
    return Reply({"error": "InvalidValue", "description": what}, 400)


def _closed(place: tuple[int, int]) -> str:
    return b64encode(f"{place[0]}.0||{place[1]}|".encode()).decode()


def _opened(cursor: str) -> tuple[int, int]:
    stamp, _, rest = b64decode(cursor).decode().partition(".0||")
    return int(stamp), int(rest.rstrip("|"))


@cache
def _when(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _stamp(row: Row) -> int:
    return int(row["generated_timestamp"])


def _at(event: Row) -> int:
    return _when(event["time"])


def _updated(row: Row) -> int:
    return _when(row["updated_at"])


__all__ = ["EMAIL", "Zendesk", "iso"]
