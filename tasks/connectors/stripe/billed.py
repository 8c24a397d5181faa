"""Invoices as rows of ``payments``: what was due, and whether it was paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tasks.connectors.streams import Row as Landed
from tasks.connectors.stripe.money import amount, currency_of, text
from tasks.connectors.stripe.reading import key
from tasks.connectors.values import Row, inside, instant, written

COUNT = frozenset(("open", "paid", "uncollectible"))  # not drafts, nor what was taken back


def payment(
    invoice: Landed, customer: str | None, failed: Mapping[str, datetime], zone: ZoneInfo
) -> Iterator[Row]:
    """Yield an invoice as what was due; nothing where nothing was."""
    currency = currency_of(invoice.get("currency"))
    due = amount(invoice.get("amount_due"), currency)
    on = _due(invoice)
    if invoice.get("status") not in COUNT or invoice.get("deleted") or not due or on is None:
        return
    given_up = instant(inside(invoice, "status_transitions", "marked_uncollectible_at"))
    yield {
        "payment_id": key(invoice),
        "customer_id": customer,
        "due_on": on.astimezone(zone).date().isoformat(),
        "paid_at": written(_paid(invoice)),
        "failed_at": written(failed.get(key(invoice)) or given_up),
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


def failures(events: Iterator[Landed]) -> dict[str, datetime]:
    """Return when the payment of each invoice failed first."""
    found: dict[str, datetime] = {}
    for event in events:
        at, known_as = instant(event.get("created")), inside(event, "data", "object", "id")
        if at is not None and known_as:
            found[str(known_as)] = min(at, found.get(str(known_as), at))
    return found
