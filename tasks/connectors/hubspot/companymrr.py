"""Who keeps the MRR at the company? Its history then is the subscription, step by step."""

from __future__ import annotations

from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING

from tasks.connectors.hubspot.records import Change
from tasks.connectors.properties import Reader, text, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tasks.connectors.hubspot.records import Record

Row = dict[str, str | None]
Step = tuple["datetime", Decimal]  # from when on it was that much
NOTHING = Decimal(0)


def versions(company: Record, name: str, currency: str | None, reader: Reader) -> Iterator[Row]:
    """Yield a version for each stretch of time in which the property ``name`` was above zero.

    An empty value or 0 ends the subscription; another value later goes on with the same one.
    """
    steps = list(_steps(company, name, reader))
    for number, (step, following) in enumerate(zip_longest(steps, steps[1:]), 1):
        if step[1] > 0:
            end = following[0] if following else None
            yield _version(company.id, number, step, end, currency)


def _version(
    company: str, number: int, step: Step, end: datetime | None, currency: str | None
) -> Row:
    return {
        "version_id": f"company-{company}-{number}",
        "subscription_id": f"company-{company}",
        "customer_id": company,
        "product": "subscription",
        "status": "active",
        "valid_from": written(step[0]),
        "valid_to": written(end),
        "unit_amount": written(step[1]),
        "quantity": "1",
        "currency": currency,
        "interval": "month",
        "interval_count": "1",
        "discount_pct": "0",
        "change_kind": None,
        "cancel_at": None,
        "cancel_requested_at": None,
        "cancel_reason": None,
    }


def _steps(company: Record, name: str, reader: Reader) -> Iterator[Step]:
    """Yield the changes of the amount; what cannot be read, and no change, change nothing."""
    before: Decimal | None = None
    for change in company.history.get(name) or _now(company, name, reader):
        is_empty = not change.value.strip()
        amount = NOTHING if is_empty else reader.number({name: change.value}, name)
        if amount is not None and amount != before:
            yield change.at, amount
            before = amount


def _now(company: Record, name: str, reader: Reader) -> Sequence[Change]:
    """Return the value there is as one change, made when the company was."""
    value, at = text(company.properties, name), reader.instant(company.properties, "createdate")
    return () if value is None or at is None else (Change(at, value),)
