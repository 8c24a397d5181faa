"""Invoices as rows of ``payments``: what was due, and whether it was paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from tasks.connectors.streams import Row as Landed
from tasks.connectors.stripe.aside import Aside
from tasks.connectors.stripe.money import amount, currency_of, text
from tasks.connectors.stripe.reading import key
from tasks.connectors.values import Row, inside, instant, written

COUNT = frozenset(("open", "paid", "uncollectible"))  # not drafts, nor what was taken back


def payment(
    invoice: Landed, customer: str | None, failed: Iterable[datetime], zone: ZoneInfo
) -> Row | None:
    """Return an invoice as what was due, given when nobody paid it; None where nothing was."""
    currency = currency_of(invoice.get("currency"))
    due = amount(invoice.get("amount_due"), currency)
    on = _due(invoice)
    if invoice.get("status") not in COUNT or invoice.get("deleted") or not due or on is None:
        return None
    given_up = instant(inside(invoice, "status_transitions", "marked_uncollectible_at"))
    return {
        "payment_id": key(invoice),
        "customer_id": customer,
        "due_on": on.astimezone(zone).date().isoformat(),
        "paid_at": written(_paid(invoice)),
        "failed_at": written(min(failed, default=given_up)),
        "amount": text(due),
        "currency": currency,
        "updated_at": None,
    }


def _due(invoice: Landed) -> datetime | None:
    """Return when an invoice was due; one that is charged at once, when it was made final."""
    final = inside(invoice, "status_transitions", "finalized_at")
    given = (invoice.get("due_date"), invoice.get("effective_at"), final, invoice.get("created"))
    return next((at for one in given if (at := instant(one)) is not None), None)


def _paid(invoice: Landed) -> datetime | None:
    paid = instant(inside(invoice, "status_transitions", "paid_at"))
    return paid if invoice.get("status") == "paid" else None


def failures(events: Iterator[Landed]) -> Aside[datetime]:
    """Return when the payment of each invoice failed."""
    found: Aside[datetime] = Aside()
    for event in events:
        at, known_as = instant(event.get("created")), inside(event, "data", "object", "id")
        if at is not None and known_as:
            found.add(str(known_as), at)
    return found
