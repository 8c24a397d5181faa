"""Had a customer subscriptions before this one, or beside it? Then it is no new customer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from tasks.connectors.streams import Row
from tasks.connectors.stripe import standing
from tasks.connectors.stripe.reading import id_of
from tasks.connectors.values import instant

Stretch = tuple[datetime, datetime | None]


@dataclass(slots=True)
class Bought:
    """From when to when each customer paid for something."""

    stretches: dict[str, list[Stretch]] = field(default_factory=lambda: defaultdict(list))

    def note(self, row: Row) -> None:
        """Take a subscription; one that nobody ever paid for is none."""
        start, end = _paid_from(row), standing.ends(row)
        customer = id_of(row.get("customer"))
        if customer is not None and start is not None and (end is None or end > start):
            self.stretches[customer].append((start, end))

    def kind(self, row: Row, since: datetime) -> str:
        """Return what made the first version of an item: a new customer, one who is back, more."""
        before = [one for one in self.stretches[id_of(row.get("customer")) or ""] if one[0] < since]
        if any(until is None or until > since for _, until in before):
            return "cross_sell"
        return "reactivation" if before else "new"


def _paid_from(row: Row) -> datetime | None:
    """Return when a subscription was paid for first; None for one that waits for it."""
    if str(row.get("status")).startswith("incomplete"):
        return None
    trial = instant(row.get("trial_end"))
    start = standing.begins(row)
    return max(trial, start) if trial is not None and start is not None else start
