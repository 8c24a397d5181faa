"""Terms: from when to when a line of a deal holds, and at which price over which time.

The spreading rules (kpis.md 1.9, "total value over term"; 1.1 for MRR = amount / months):

- An amount for a whole term of N months is ``amount`` every N months, so that a month is worth
  exactly amount / N, the cents that do not divide included. Prepaid years are no different.
- A term that is no whole number of months is spread by the day; 365 days are 12 months.
- Free months come first and count 0: the amount is spread over the months that are paid. They
  are kept as a pause, so that they make nobody a customer and take nobody away.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from tasks.facts.dealrecords import LineItem, Remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tasks.facts.dealrecords import Deal

DAY = timedelta(days=1)
MONTHS_A_YEAR = 12
HUNDRED = 100
A_MONTH: dict[str, Fraction] = {
    "day": Fraction(365, 12),
    "week": Fraction(52, 12),
    "month": Fraction(1),
    "year": Fraction(1, 12),
}


@dataclass(frozen=True, slots=True, order=True)
class Price:
    """What one unit costs whom, and how often; two lines with the same price add up."""

    customer_id: str
    currency: str
    interval: str
    interval_count: int
    unit_amount: Decimal
    discount_pct: Decimal
    status: str = "active"

    def a_month(self, quantity: Decimal) -> Fraction:
        """Return the MRR of so many units, as the engine computes it."""
        if self.status != "active":
            return Fraction(0)
        full = Fraction(self.unit_amount) * Fraction(quantity) * A_MONTH[self.interval]
        return full / self.interval_count * (1 - Fraction(self.discount_pct) / HUNDRED)


@dataclass(frozen=True, slots=True)
class Piece:
    """So many units of a product at one price, from ``starts`` until before ``ends``."""

    product: str
    price: Price
    quantity: Decimal
    starts: date
    ends: date | None
    kind: str

    def until(self, day: date | None) -> Piece:
        """Return the piece as it ends on ``day``."""
        return replace(self, ends=day)

    @property
    def holds(self) -> bool:
        """Whether it lasts at all."""
        return self.ends is None or self.ends > self.starts


def plus_months(day: date, months: int) -> date:
    """Return the day so many months on; the last of its month where there is no such day."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(starts: date, ends: date) -> int | None:
    """Return how many months lie between two days, None where they are no whole number."""
    months = (ends.year - starts.year) * MONTHS_A_YEAR + ends.month - starts.month
    return months if months > 0 and plus_months(starts, months) == ends else None


def first_day_after(starts: date, ends_on: date | None, months: int | None) -> date | None:
    """Return the first day that a term no longer covers; None for one without an end.

    A named last day is in the term, unless it is the start's anniversary: nobody sells twelve
    months and a day.
    """
    if ends_on is not None:
        return ends_on if whole_months(starts, ends_on) else ends_on + DAY
    return plus_months(starts, months) if months else None


def term_end(deal: Deal, starts: date) -> date | None:
    """Return the first day after the deal's term: as it says itself, else after its last line."""
    own = first_day_after(starts, deal.ends_on, deal.term_months)
    if own or not deal.timed:
        return own
    ends = [_own_end(line, starts) for line in deal.timed]
    return None if None in ends else max(end for end in ends if end)


def _own_end(line: LineItem, starts: date) -> date | None:
    return first_day_after(line.starts_on or starts, line.ends_on, line.term_months)


def lines_of(deal: Deal) -> tuple[LineItem, ...]:
    """Return the deal's lines; a deal without any is one line, its total over its term."""
    if deal.lines or deal.amount is None:
        return deal.lines
    total = in_minor_units(deal.amount, deal.currency)
    whole = LineItem(
        line_id=deal.deal_id,
        product=deal.product,
        unit_price=total,
        interval="term",
        free_months=deal.free_months,
    )
    return (whole,)


def pieces_of(deal: Deal, starts: date, ends: date | None) -> Iterator[Piece | Remark]:
    """Yield what the deal sells over time, and a remark for each line that recurs not or never.

    ``ends`` is the end of the deal's term, or of its parent's where it has none.
    """
    if deal.kind == "credit":
        yield Remark(deal.deal_id, "credit", deal.amount or Decimal(0), deal.currency)
        return
    if not lines_of(deal) and deal.kind != "amendment":  # that may only move the end
        yield Remark(deal.deal_id, "no amount", Decimal(0), deal.currency)
    for line in lines_of(deal):
        begun = line.starts_on or starts
        until = _own_end(line, starts) or ends
        if why := _is_out(line, until):
            yield Remark(deal.deal_id, why, line.unit_price * line.quantity, deal.currency)
        elif line.costs:
            yield from _over_time(deal, line, begun, until)


def _is_out(line: LineItem, until: date | None) -> str | None:
    """Return why a line is no recurring revenue; None where it is."""
    if not line.recurs:
        return line.interval.replace("_", "-")
    if line.unit_price < 0 or line.quantity < 0:
        return "negative"
    return "no term" if line.interval == "term" and until is None else None


def _over_time(deal: Deal, line: LineItem, begun: date, until: date | None) -> Iterator[Piece]:
    paid_from = plus_months(begun, line.free_months)
    interval, count = _spread(line, begun, until)
    price = Price(
        deal.customer_id,
        deal.currency,
        interval,
        count,
        line.unit_price,
        line.discount_pct,
    )
    free_until = paid_from if until is None else min(paid_from, until)
    free = replace(price, status="paused")
    parts = (
        Piece(line.product, free, line.quantity, begun, free_until, deal.kind),
        Piece(line.product, price, line.quantity, paid_from, until, deal.kind),
    )
    yield from (part for part in parts if part.holds)


def _spread(line: LineItem, begun: date, until: date | None) -> tuple[str, int]:
    """Return how often the price is due: for a whole term, once in its months, or its days."""
    if line.interval != "term" or until is None:
        return line.interval, line.interval_count
    if months := whole_months(begun, until):  # counted from the start: 30 January + 1 is clipped
        return "month", max(months - line.free_months, 1)
    return "day", max((until - plus_months(begun, line.free_months)).days, 1)


def in_minor_units(amount: Decimal, currency: str) -> Decimal:
    """Return the amount to the currency's smallest coin: cents of a dollar, whole yen."""
    return amount.quantize(_coin(currency), ROUND_HALF_EVEN)


def value_of_a_year(pieces: Iterable[Piece], currency: str) -> Decimal:
    """Return twelve times the MRR of those pieces that are in ``currency``, to its coin."""
    rates = (one.price.a_month(one.quantity) for one in pieces if one.price.currency == currency)
    value = sum(rates, Fraction(0)) * MONTHS_A_YEAR
    return in_minor_units(Decimal(value.numerator) / Decimal(value.denominator), currency)


@cache
def _coin(currency: str) -> Decimal:
    from babel.numbers import get_currency_precision  # noqa: PLC0415 - heavy, and seldom needed

    return Decimal(1).scaleb(-get_currency_precision(currency))
