"""A Stripe of our own over real HTTP: lists, single objects, events of thirty days.

    with Stripe() as stripe:
        customer = stripe.account.add_customer("Teal Freight")
        ... point a client at stripe.base_url with stripe.token ...

Routes: listed, single, items, lines, events, search. ``shape`` "old" answers as versions of the API
did before March 2025.
"""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

from tests.doubles.faults import Reply
from tests.doubles.limits import Limit
from tests.doubles.stripe_account import KINDS, Account, Row, unix
from tests.doubles.stripe_lines import as_it_was_told
from tests.doubles.web import Asked, Web, route

TOKEN = "rk_live_S3cretK3y"
MOST, EMBEDDED = 100, 10
KEPT = timedelta(days=30)


class Stripe(Web):
    """The account with its door. ``page`` is how many objects it gives at most."""

    def __init__(
        self, account: Account | None = None, page: int = MOST, shape: str = "new"
    ) -> None:
        super().__init__()
        self.account = account or Account()
        self.page, self.shape, self.token = page, shape, TOKEN
        self.forbidden: set[str] = set()  # kinds that the key may not read

    def limit(self, calls: int = 25, seconds: float = 1) -> None:
        """Refuse what comes too fast."""
        said = _error(
            "rate_limit_error", "Too many requests hit the API too quickly.", "rate_limit"
        )
        refusal = Reply(said, 429, {"Stripe-Should-Retry": "true"})
        self.limits.append(Limit(calls, seconds, refusal=lambda _resets: refusal))

    def refuses(self, asked: Asked) -> Reply | None:
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            said = _error("invalid_request_error", "Invalid API Key provided.")
            return Reply(said, 401, {"Request-Id": "req_1"})
        if not asked.headers.get("Stripe-Version"):
            return Reply(_error("invalid_request_error", "Whatever version is the account's."), 400)
        if asked.part.get("kind", asked.route) in self.forbidden:
            said = _error("invalid_request_error", "The provided key does not have the permission.")
            return Reply(said, 403)
        return None

    # --- the door --------------------------------------------------------------------------------
    @route("GET", "/v1/events")
    def events(self, asked: Asked) -> Any:
        since = unix(self.account.now - KEPT)
        there = [
            one for one in self.account.events if one["created"] >= since and _is_about(one, asked)
        ]
        return self._page(there, asked, lambda one: {**one, "data": self._as_it_was(one["data"])})

    @route("GET", "/v1/subscription_items")
    def items(self, asked: Asked) -> Any:
        subscription = self.account.rows["subscriptions"].get(asked.query.get("subscription", ""))
        if subscription is None:
            return _missing(asked.query.get("subscription", ""))
        shown = self._shown(subscription, {"items.data.discounts"}, most=None)
        there = list(reversed(shown["items"]["data"]))
        return self._page(there, asked, lambda one: one)

    @route("GET", "/v1/invoices/{key}/lines")
    def lines(self, asked: Asked) -> Any:
        invoice = self.account.rows["invoices"].get(asked.part["key"])
        if invoice is None:
            return _missing(asked.part["key"])
        there = list(reversed(self._shown(invoice, set(), most=None)["lines"]["data"]))
        return self._page(there, asked, lambda one: one)

    @route("GET", "/v1/invoices/search")
    def search(self, asked: Asked) -> Any:
        total = len(self.account.rows["invoices"])
        counted = {"total_count": total} if "total_count" in _expand(asked) else {}
        return {"object": "search_result", "data": [], "has_more": False, **counted}

    @route("GET", "/v1/{kind}")
    def listed(self, asked: Asked) -> Any:
        kind = asked.part["kind"]
        if kind not in KINDS:
            return _missing(kind)
        there = list(self.account.rows[kind].values())
        if kind == "subscriptions" and asked.query.get("status") != "all":
            there = [one for one in there if one["status"] != "canceled"]
        expand = {one.removeprefix("data.") for one in _expand(asked)}
        there.sort(key=lambda one: one["created"])
        return self._page(there, asked, lambda one: self._shown(one, expand))

    @route("GET", "/v1/{kind}/{key}")
    def single(self, asked: Asked) -> Any:
        kind, known_as = asked.part["kind"], asked.part["key"]
        row = self.account.rows.get(kind, {}).get(known_as)
        if row is not None:
            return self._shown(row, _expand(asked))
        if kind == "customers":  # those that were deleted are still known by name
            return {"id": known_as, "object": "customer", "deleted": True}
        return _missing(known_as)

    # --- how it looks ----------------------------------------------------------------------------
    def _page(self, there: list[Row], asked: Asked, shown: Any) -> Any:
        """The newest first, behind an object that must be there."""
        newest = list(reversed(there))
        after = asked.query.get("starting_after")
        if after is not None:
            ids = [one["id"] for one in newest]
            if after not in ids:
                return _missing(after, 400)
            newest = newest[ids.index(after) + 1 :]
        size = min(self.page, int(asked.query.get("limit", "10")))
        rows = [shown(one) for one in newest[:size]]
        return {"object": "list", "url": asked.path, "has_more": len(newest) > size, "data": rows}

    def _as_it_was(self, data: Row) -> Row:
        return {**data, "object": self._shown(data["object"], set())}

    def _shown(self, row: Row, expand: set[str], most: int | None = EMBEDDED) -> Row:
        shown = {name: copy.deepcopy(what) for name, what in row.items() if name[0] != "_"}
        if "discounts" in shown and "discounts" not in expand and self.shape == "new":
            shown["discounts"] = [one["id"] for one in shown["discounts"]]
        for name in ("items", "lines"):
            if name in shown:
                there = shown[name]["data"]
                shown[name] |= {"data": there[:most], "has_more": len(there) > len(there[:most])}
        for name in {"tiers", "currency_options"} - expand:
            for price in (shown, *(one["price"] for one in shown.get("items", {}).get("data", ()))):
                if price["object"] == "price":
                    price.pop(name, None)
        for item in shown.get("items", {}).get("data", ()):
            if "items.data.discounts" not in expand:
                item["discounts"] = [one["id"] for one in item["discounts"]]
        return self._old(shown) if self.shape == "old" else shown

    def _old(self, shown: Row) -> Row:
        """The same as it was told before: periods on top, one discount, whole prices in lines."""
        if shown["object"] == "subscription":
            first = shown["items"]["data"][0]
            for name in ("current_period_start", "current_period_end"):
                shown[name] = first[name]
                for item in shown["items"]["data"]:
                    item.pop(name)
        if shown["object"] in {"subscription", "invoice"}:
            shown["discount"] = next(iter(shown.pop("discounts")), None)
        if shown["object"] == "invoice":
            details = shown.pop("parent")["subscription_details"]
            shown["subscription"] = details and details["subscription"]
            for line in shown["lines"]["data"]:
                as_it_was_told(line, self.account.rows["prices"])
        return shown


def _expand(asked: Asked) -> set[str]:
    return {value for name, value in asked.query.items() if name.startswith("expand[")}


def _is_about(event: Row, asked: Asked) -> bool:
    if event["created"] < int(asked.query.get("created[gte]", "0")):
        return False
    types = {value for name, value in asked.query.items() if name.startswith("types[")}
    one = asked.query.get("type")
    is_one = (
        one is None
        or event["type"] == one
        or (one.endswith("*") and event["type"].startswith(one[:-1]))
    )
    return is_one and (not types or event["type"] in types)


def _error(kind: str, message: str, code: str = "") -> Row:
    return {"error": {"type": kind, "message": message, **({"code": code} if code else {})}}


def _missing(known_as: str, status: int = 404) -> Reply:
    said = _error("invalid_request_error", f"No such object: '{known_as}'", "resource_missing")
    return Reply(said, status)
