"""An Intercom of our own over real HTTP: searches, lists, and the one scroll there can be.

    with Intercom() as intercom:
        acme = intercom.workspace.add_company("C01", "Acme")
        ada = intercom.workspace.add_contact("Ada", acme)
        intercom.workspace.converse(ada)
        ... point a client at intercom.base_url with intercom.token ...

Routes: contacts, contact_list, conversations, conversation, conversation_list, companies.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from tests.doubles.faults import Reply
from tests.doubles.intercom_workspace import Row, Workspace
from tests.doubles.limits import Limit
from tests.doubles.web import Asked, Web, route

TOKEN = "dG9rOmludGVyY29t"
EDITION = "2.14"
SIZES = {"contacts": (50, 150), "conversations": (20, 150)}
OPERATORS = frozenset({"=", ">", "<"})


def error(status: int, code: str, message: str) -> Reply:
    said = {"code": code, "message": message}
    return Reply({"type": "error.list", "request_id": "r-1", "errors": [said]}, status)


class Intercom(Web):
    """The workspace with its door. ``page`` is how many rows it gives at most."""

    def __init__(self, page: int = 150, scroll: int = 100, zone_h: int = 0) -> None:
        super().__init__()
        self.workspace = Workspace(zone_h)
        self.page, self.scroll_page = page, scroll
        self.token = TOKEN
        self.scroll: list[Row] | None = None  # what an open one has yet to give

    def limit(self, calls: int = 166, seconds: float = 10) -> None:
        """Refuse what comes too fast; how long to wait is told as a second in time."""

        def headers(left: int, resets: float) -> dict[str, str]:
            now = self.workspace.second
            more = {"X-RateLimit-Reset": str(now + math.ceil(resets))}
            date = self.workspace.now.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return {**more, "X-RateLimit-Remaining": str(left), "Date": date}

        refusal = error(429, "rate_limit_exceeded", "Exceeded rate limit")
        self.limits.append(Limit(calls, seconds, headers=headers, refusal=lambda _resets: refusal))

    def refuses(self, asked: Asked) -> Reply | None:
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            return error(401, "unauthorized", "Access Token Invalid")
        if asked.headers.get("Intercom-Version") != EDITION:
            return error(400, "intercom_version_invalid", "The requested version does not exist")
        return None

    # --- contacts and conversations --------------------------------------------------------------
    @route("POST", "/contacts/search")
    def contacts(self, asked: Asked) -> Any:
        return self._search(asked, self.workspace.contacts, "contacts", by_day=True)

    @route("GET", "/contacts")
    def contact_list(self, asked: Asked) -> Any:
        return self._listed(asked, self.workspace.contacts, "contacts")

    @route("POST", "/conversations/search")
    def conversations(self, asked: Asked) -> Any:
        return self._search(asked, self.workspace.conversations, "conversations")

    @route("GET", "/conversations")
    def conversation_list(self, asked: Asked) -> Any:
        return self._listed(asked, self.workspace.conversations, "conversations")

    @route("GET", "/conversations/{known_as}")
    def conversation(self, asked: Asked) -> Any:
        if asked.part["known_as"] not in self.workspace.conversations:
            return error(404, "not_found", "Resource Not Found")
        return self.workspace.whole(asked.part["known_as"])

    def _search(
        self, asked: Asked, rows: dict[str, Row], what: str, *, by_day: bool = False
    ) -> Any:
        said = asked.json()
        (one,) = said["query"]["value"]
        is_moment = isinstance(one["value"], int) and one["value"] >= 0
        if one["operator"] not in OPERATORS or not is_moment:
            return error(400, "parameter_invalid", "operator or value is invalid")
        found = self.workspace.later(rows, one["field"], one["value"], by_day=by_day)
        paging = said.get("pagination", {})
        size, after = paging.get("per_page"), paging.get("starting_after")
        return self._page(found, what, size, after, lambda row: (-row["updated_at"], row["id"]))

    def _listed(self, asked: Asked, rows: dict[str, Row], what: str) -> Any:
        """What changed last comes first: whatever is touched meanwhile is on no later page."""
        size, after = asked.query.get("per_page"), asked.query.get("starting_after")
        return self._page(
            list(rows.values()), what, size, after, lambda row: (-row["updated_at"], row["id"])
        )

    def _page(
        self, rows: list[Row], what: str, size: Any, after: str | None, place: Callable[[Row], Any]
    ) -> Any:
        usual, most = SIZES[what]
        if int(size or usual) > most:
            return error(400, "parameter_invalid", "per_page is too large")
        if after is not None and (begins := _read(after)) is None:
            return error(400, "parameter_invalid", "starting_after is invalid")
        size, ordered = min(int(size or usual), self.page), sorted(rows, key=place)
        left = ordered if after is None else [one for one in ordered if place(one) > begins]
        shown = left[:size]
        pages = {"type": "pages", "page": 1, "per_page": size, "total_pages": -(-len(rows) // size)}
        if len(left) > size:
            pages["next"] = {"per_page": size, "starting_after": _written(place(shown[-1]))}
        kind = {"type": f"{what[:-1]}.list", "total_count": len(rows), "pages": pages}
        return {**kind, ("data" if what == "contacts" else what): shown}

    # --- companies -------------------------------------------------------------------------------
    @route("GET", "/companies/scroll")
    def companies(self, asked: Asked) -> Any:
        """One token for all pages; whoever is told that another scroll is open waits a minute."""
        if "scroll_param" in asked.query and self.scroll is None:
            return error(404, "not_found", "scroll parameter not found")
        if "scroll_param" not in asked.query:
            if self.scroll is not None:
                self.scroll = None
                return error(400, "scroll_exists", "scroll already exists for this workspace")
            self.scroll = list(self.workspace.companies.values())
        shown, rest = self.scroll[: self.scroll_page], self.scroll[self.scroll_page :]
        self.scroll = rest if shown else None
        return {
            "type": "list",
            "data": shown,
            "pages": None,
            "total_count": None,
            "scroll_param": "69352cd2-ab5b-42ac",
        }


def _written(place: Any) -> str:
    return b64encode(json.dumps(place).encode()).decode()


def _read(place: str) -> tuple[Any, ...] | None:
    try:
        return tuple(json.loads(b64decode(place)))
    except ValueError:
        return None
