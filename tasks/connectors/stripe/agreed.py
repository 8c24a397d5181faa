"""Subscriptions as rows of ``subscription_versions``: one subscription for each of their items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from tasks.connectors.stripe.history import Version
from tasks.connectors.stripe.money import text
from tasks.connectors.values import Row, written

CANCELED = "canceled"


def rows(
    subscription: str,
    item: str,
    customer: str | None,
    versions: Sequence[Version],
    first_kind: str,
    ended_unpaid: datetime | None,
) -> Iterator[Row]:
    """Yield the versions of an item; after one that ended unpaid, that it did."""
    known_as = f"{subscription}/{item}"
    kinds = [first_kind, *(_kind(before, after) for before, after in pairwise(versions))]
    for version, kind in zip(versions, kinds, strict=False):
        yield _row(known_as, customer, version, kind)
    if versions and ended_unpaid is not None and versions[-1].until == ended_unpaid:
        last = _row(known_as, customer, versions[-1], "involuntary")
        at = written(ended_unpaid)
        over = {"status": CANCELED, "valid_from": at, "valid_to": None}
        yield {**last, **over, "version_id": f"{known_as}@{at}"}


def _row(known_as: str, customer: str | None, version: Version, kind: str) -> Row:
    terms, since = version.terms, written(version.since)
    return {
        "version_id": f"{known_as}@{since}",
        "subscription_id": known_as,
        "customer_id": customer,
        "product": terms.product,
        "status": version.status,
        "valid_from": since,
        "valid_to": written(version.until),
        "unit_amount": text(terms.unit),
        "quantity": text(terms.quantity),
        "currency": terms.currency,
        "interval": terms.interval,
        "interval_count": str(terms.interval_count),
        "discount_pct": text(terms.discount_pct),
        "change_kind": kind,
        "cancel_at": written(version.notice.cancel_at),
        "cancel_requested_at": written(version.notice.asked_at),
        "cancel_reason": version.notice.reason,
        "updated_at": None,
    }


def _kind(before: Version, after: Version) -> str:
    """Return what made a version, in the words that the split of expansion goes by."""
    if before.status != after.status:
        return _of_status(before.status, after.status)
    old, new = before.terms, after.terms
    if before.notice != after.notice and old == new:
        return "cancel_scheduled" if after.notice.cancel_at else "cancel_withdrawn"
    if new.monthly < old.monthly:
        return "downgrade"
    if new.product != old.product:
        return "upsell"
    if new.quantity > old.quantity:
        return "seats"
    return "price_increase" if new.monthly > old.monthly else "change"


def _of_status(before: str, after: str) -> str:
    if after == "paused":
        return "pause"
    if before == "paused":
        return "resume"
    if after == "past_due":
        return "dunning"
    if after == "unpaid":
        return "involuntary"
    return "new" if before == "trialing" else "recovered"
