"""What is read from a Stripe account? What customers agreed to, what they were billed, and events.

Invoices tell the history that is older than the thirty days of events: their lines say which
price and how many from when on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Page, Row, Stream
from tasks.connectors.stripe.reading import (
    Happenings,
    Objects,
    all_of,
    at_once,
    count,
    created,
    key,
)
from tasks.connectors.stripe.settings import StripeSettings
from tasks.connectors.values import inside

if TYPE_CHECKING:
    from tasks.connectors.http import Session

CUSTOMERS, SUBSCRIPTIONS, INVOICES = "customers", "subscriptions", "invoices"
PRICES, PRODUCTS, COUPONS = "prices", "products", "coupons"
CHANGES, FAILURES = "subscription events", "failed payments"
VERSIONS = ("subscription_versions",)
PAYMENTS = ("payments",)
OF_DISCOUNTS = tuple(f"discount.{one}" for one in ("created", "updated", "deleted"))
OF_CUSTOMERS = ("created", "updated", "deleted", *OF_DISCOUNTS)
OF_SUBSCRIPTIONS = (
    *(f"subscription.{one}" for one in ("created", "updated", "deleted", "paused", "resumed")),
    *(f"subscription.pending_update_{one}" for one in ("applied", "expired")),
    *OF_DISCOUNTS,
)


def streams(settings: StripeSettings) -> tuple[Stream, ...]:
    """Return every stream of an account."""
    found = [*_explaining(), *_objects(settings), *_ids(settings)]
    reach = f"{settings.base_url} {settings.version}"
    return tuple(replace(one, leave_out=settings.leave_out, config=reach) for one in found)


def as_came(_row: Row) -> str:
    """Return nothing: what is fetched later is newer."""
    return ""


def _explaining() -> Iterator[Stream]:
    """Yield what objects name by their ids alone."""
    whole = {"expand[0]": "data.tiers", "expand[1]": "data.currency_options"}
    yield _list(PRICES, whole, optional=False)
    yield _list(PRODUCTS, {}, optional=True)
    yield _list(COUPONS, {}, optional=True)


def _list(name: str, params: Mapping[str, str], *, optional: bool) -> Stream:
    pages = at_once(f"/v1/{name}", params)
    return Stream(name, key, as_came, pages, full=True, optional=optional, tables=VERSIONS)


def _objects(settings: StripeSettings) -> Iterator[Stream]:
    people = Objects("customer", "/v1/customers", _types(OF_CUSTOMERS))
    whose = ("customers",) if settings.customers else ()
    tables = (*whose, *VERSIONS, *PAYMENTS) if settings.metadata.customer_id else whose
    yield Stream(CUSTOMERS, key, as_came, people, tables=tables)
    changing = {"type": "customer.subscription.*"}
    agreed = Objects(
        "subscription",
        "/v1/subscriptions",
        _types(OF_SUBSCRIPTIONS),
        {"status": "all"},  # without it those that have ended are not listed
        ("discounts", "items.data.discounts"),
        _with_all_items,
    )
    yield Stream(SUBSCRIPTIONS, key, as_came, agreed, tables=VERSIONS)
    yield Stream(CHANGES, key, created, Happenings(changing), tables=VERSIONS)
    billed = Objects(
        "invoice", "/v1/invoices", {"type": "invoice.*"}, {}, ("discounts",), _with_all_lines
    )
    both = (*PAYMENTS, *VERSIONS)
    counted = count("/v1/invoices")
    yield Stream(INVOICES, key, as_came, billed, tables=both, total=counted)
    failed = Happenings({"type": "invoice.payment_failed"})
    yield Stream(FAILURES, key, created, failed, tables=PAYMENTS)


def _types(names: tuple[str, ...]) -> Mapping[str, str]:
    return {f"types[{number}]": f"customer.{one}" for number, one in enumerate(names)}


def _ids(settings: StripeSettings) -> Iterator[Stream]:
    """Yield the ids of the invoices there are, once in a while."""
    if settings.reconcile_days:
        yield Stream(
            listed_name(INVOICES),
            key,
            created,
            _only_ids(at_once("/v1/invoices", {})),
            full=True,
            optional=True,
            every=timedelta(days=settings.reconcile_days),
        )


def _only_ids(
    pages: Callable[[Session, str | None, datetime], Iterator[Page]],
) -> Callable[[Session, str | None, datetime], Iterator[Page]]:
    def only(session: Session, cursor: str | None, now: datetime) -> Iterator[Page]:
        for page in pages(session, cursor, now):
            rows = tuple({"id": row["id"], "created": row.get("created")} for row in page.rows)
            yield Page(rows, page.cursor_in, page.cursor_out, page.request_id)

    return only


def _with_all_items(session: Session, row: Row) -> Row:
    """Return a subscription with all of its items: ten at most come along with it."""
    if inside(row, "items", "has_more") is not True:
        return row
    params = {"subscription": key(row), "expand[0]": "data.discounts"}
    items = all_of(session, "/v1/subscription_items", params)
    return {**row, "items": _whole(items)}


def _with_all_lines(session: Session, row: Row) -> Row:
    """Return an invoice with all of its lines: ten at most come along with it."""
    if inside(row, "lines", "has_more") is not True:
        return row
    lines = all_of(session, f"/v1/invoices/{quote(key(row), safe='')}/lines", {})
    return {**row, "lines": _whole(lines)}


def _whole(rows: list[Row]) -> Mapping[str, Any]:
    return {"object": "list", "has_more": False, "data": rows}
