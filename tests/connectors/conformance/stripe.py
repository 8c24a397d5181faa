"""Stripe in the suite: an account with three pages of invoices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tasks.connectors.stripe.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.stripe import TOKEN, Stripe
from tests.doubles.web import Asked

PAGE = 4


def opened() -> Stripe:
    """Customers with subscriptions, and ten invoices; all of it hours ago."""
    stripe = Stripe(page=PAGE)
    account = stripe.account
    price = account.add_price("Starter", 3000)
    for number in range(5):
        customer = account.add_customer(f"Teal Freight {number}")
        account.subscribe(customer, (price, 5 + number))
        account.pass_time(minutes=30)
    for known_as in account.rows["subscriptions"]:
        account.pass_time(minutes=30)
        account.bill(known_as, "subscription_cycle")
    account.pass_time(hours=6)
    return stripe


def counts(stripe: Any) -> dict[str, int]:
    """The rows of each stream of objects."""
    kinds = ("customers", "subscriptions", "invoices", "prices", "products", "coupons")
    return {kind: len(stripe.account.rows[kind]) for kind in kinds}


def add(stripe: Any) -> str:
    known_as = next(iter(stripe.account.rows["subscriptions"]))
    return str(stripe.account.bill(known_as, "subscription_cycle"))


def change(stripe: Any) -> Check:
    """An invoice of the first page is not paid after all."""
    key = next(reversed(stripe.account.rows["invoices"]))
    invoice = stripe.account.rows["invoices"][key]
    invoice["amount_due"] += 100
    stripe.account.tell("invoice.updated", invoice)

    def check(tables: Any) -> None:
        assert float(named(tables, "payments", key)["amount"]) == invoice["amount_due"] / 100

    return check


def _paid(stripe: Any) -> Check:
    known_as = next(iter(stripe.account.rows["subscriptions"]))
    key = stripe.account.renew(known_as, paid=False)
    stripe.account.pass_time(minutes=20)
    stripe.account.pay(key)

    def check(tables: Any) -> None:
        row = named(tables, "payments", key)
        assert row["failed_at"] < row["paid_at"]

    return check


def _invoice_deleted(stripe: Any) -> Check:
    key = list(stripe.account.rows["invoices"])[2]
    stripe.account.delete_invoice(key)

    def check(tables: Any) -> None:
        assert named(tables, "payments", key) is None

    return check


def _customer_deleted(stripe: Any) -> Check:
    """What a deleted customer paid stays paid, and the subscription has ended."""
    key = list(stripe.account.rows["customers"])[1]
    stripe.account.delete_customer(key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key)["name"]
        (version,) = [one for one in tables["subscription_versions"] if one["customer_id"] == key]
        assert version["valid_to"] is not None

    return check


def _vanished(stripe: Any) -> Check:
    key = list(stripe.account.rows["invoices"])[3]
    del stripe.account.rows["invoices"][key]

    def check(tables: Any) -> None:
        assert named(tables, "payments", key) is None

    return check


def _is_page(asked: Asked) -> bool:
    return asked.route == "listed" and asked.path == "/v1/invoices"


def _circle(_proper: Reply) -> Reply:
    row = {"id": "in_1", "object": "invoice", "created": 1770000000}
    return Reply({"object": "list", "has_more": True, "data": [row]})


def _settings(base_url: str, token: str) -> dict[str, Any]:
    return {"base_url": base_url, "token": token, "calls_per_s": 1_000_000}


def _now(stripe: Any) -> datetime:
    return stripe.account.now  # type: ignore[no-any-return]


def _token(stripe: Any, token: str) -> None:
    stripe.token = token


STRIPE = Case(
    key="stripe",
    main="invoices",
    table="payments",
    other="customers",
    route="listed",
    open=opened,
    api=api,
    settings=_settings,
    token=lambda _stripe: TOKEN,
    now=_now,
    wait=lambda stripe, minutes: stripe.account.pass_time(minutes=minutes),
    is_page=_is_page,
    counts=counts,
    add=add,
    change=change,
    circle=_circle,
    inside=saying({"error": {"type": "api_error", "message": "internal"}}),
    expire=lambda stripe: _token(stripe, "another"),
    renew=lambda stripe: _token(stripe, TOKEN),
    gate=lambda stripe: stripe.forbidden.add("products"),
    gated="products",
    absent=(),
    vanish=_vanished,
    reconciled="invoices",
    private="billing_reason",
    events=(
        Event("paid late", _paid),
        Event("invoice deleted", _invoice_deleted),
        Event("customer deleted", _customer_deleted),
    ),
)
