"""A company that reads a Stripe of our own, with pages of four objects."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.stripe import PAGE, STRIPE
from tests.doubles.stripe import Stripe


@pytest.fixture
def stripe():
    with Stripe(page=PAGE) as opened:
        yield opened


@pytest.fixture
def account(stripe):
    return stripe.account


@pytest.fixture
def here(stripe, tmp_path):
    with company_in(tmp_path / "here", STRIPE, stripe) as company:
        yield Reading(STRIPE, stripe, company)


@dataclass(slots=True)
class Reading(Here):
    """A company, and what it reads of subscriptions."""

    def versions(self, *names: str) -> list[tuple[Any, ...]]:
        """The columns of every version, in the order of time."""
        rows = sorted(self.tables()["subscription_versions"], key=lambda row: row["valid_from"])
        return [tuple(row[name] for name in names) for row in rows]

    def monthly(self) -> Decimal:
        """The MRR of what is in force now, by the formula that everybody uses."""
        rows = self.tables()["subscription_versions"]
        return sum(map(_monthly, rows), Decimal(0)).quantize(Decimal("0.01"))


def _monthly(row: dict[str, Any]) -> Decimal:
    times = {"year": 1, "month": 12, "week": 52, "day": 365}.get(row["interval"], 0)
    if row["valid_to"] is not None or row["status"] not in {"active", "past_due"}:
        return Decimal(0)
    kept = 1 - row["discount_pct"] / 100
    return row["unit_amount"] * row["quantity"] * kept * times / 12 / row["interval_count"]
