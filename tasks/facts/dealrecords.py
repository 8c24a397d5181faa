"""Deals as a CRM keeps them: what was agreed, for how long, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["new", "renewal", "upsell", "add_on", "amendment", "credit"]
Outcome = Literal["won", "lost", "open"]
Billed = Literal["day", "week", "month", "year", "term", "one_off", "usage"]

ONE, NOTHING = Decimal(1), Decimal(0)
FREE = 100  # percent off


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One line of a deal; what it does not say, its deal says.

    ``unit_price`` is for ``interval_count`` times ``interval``; with ``term`` it is for the whole
    term. ``ends_on`` is the last day; an end on the anniversary of the start means that a whole
    number of months was meant. ``free_months`` are the first ones.
    """

    line_id: str
    unit_price: Decimal
    product: str = "subscription"
    quantity: Decimal = ONE
    interval: Billed = "month"
    interval_count: int = 1
    discount_pct: Decimal = NOTHING
    starts_on: date | None = None
    ends_on: date | None = None
    term_months: int | None = None
    free_months: int = 0

    @property
    def recurs(self) -> bool:
        """Whether it is a price that comes again."""
        return self.interval not in ("one_off", "usage")

    @property
    def costs(self) -> bool:
        """Whether anything is to be paid for it."""
        return bool(self.unit_price and self.quantity) and self.discount_pct < FREE


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One deal. ``amount`` is its total over its term, and counts only where it has no lines.

    ``parent_id`` is the deal it renews, enlarges or changes; without one, that is the last deal
    won with the customer. ``closed_on`` is the day of the decision, and its start if it names
    none. ``cancel_reason`` is why it was lost.
    """

    deal_id: str
    customer_id: str
    currency: str
    kind: Kind = "new"
    outcome: Outcome = "won"
    parent_id: str | None = None
    closed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    term_months: int | None = None
    amount: Decimal | None = None
    free_months: int = 0
    product: str = "subscription"
    lines: tuple[LineItem, ...] = ()
    cancel_reason: str | None = None

    @property
    def timed(self) -> tuple[LineItem, ...]:
        """The lines that say what is sold, and from when to when: those that cost something.

        In an amendment those that cost nothing say as much: they take something away.
        """
        is_told = self.kind == "amendment"
        return tuple(line for line in self.lines if line.recurs and (line.costs or is_told))

    @property
    def begins(self) -> date | None:
        """The day from which it holds: its own, that of its first line, or of the decision."""
        named = [line.starts_on for line in self.timed if line.starts_on]
        return self.starts_on or min(named, default=None) or self.closed_on


@dataclass(frozen=True, slots=True)
class Remark:
    """What of a won deal is not in MRR, or stands there by a rule worth telling; ``what`` says why.

    ``what``: one-off, usage, credit, negative, no term, no start, no amount, gap.
    """

    deal_id: str
    what: str
    amount: Decimal
    currency: str
