"""How much tax is in what a customer pays? MRR is without it, however the price is told.

Tax that comes on top of a price is nowhere in it. Tax inside is known from the rates that a
subscription or an item was given; where Stripe works them out, from what an invoice says of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from tasks.connectors.stripe.reading import id_of
from tasks.connectors.values import Raw, inside, whole

NOTHING, HUNDRED = Decimal(0), Decimal(100)
TENTH = Decimal("0.1")  # no country has a finer rate of a tax that is inside a price
INCLUSIVE, ON_TOP = "inclusive", "exclusive"


@dataclass(slots=True)
class Taxes:
    """Every rate that was seen: how many of a hundred it is."""

    rates: dict[str, Decimal] = field(default_factory=dict)

    def note(self, row: Raw) -> None:
        """Take the rates that a subscription and its items were given."""
        items = inside(row, "items", "data")
        there = [row, *(items if isinstance(items, list) else ())]
        for one in (each for part in there for each in _given(part)):
            percent = one.get("effective_percentage") or one.get("percentage") or 0
            self.rates[str(one.get("id"))] = Decimal(str(percent))

    def of_item(self, item: Raw, row: Raw, price: Raw) -> Decimal | None:
        """Return how much is inside an item's price; None where only an invoice says it."""
        given = _given(item) or _given(row)
        if given:
            return sum(map(self._inside, given), NOTHING)
        is_worked_out = inside(row, "automatic_tax", "enabled") is True
        return None if is_worked_out and price.get("tax_behavior") != ON_TOP else NOTHING

    def of_lines(self, lines: Iterable[Raw]) -> Decimal:
        """Return how much is inside what lines of one item say; rates that came first stay."""
        found: dict[str, Decimal] = {}
        for line in lines:
            for rate, amount, of in _told(line):
                if of and rate not in self.rates:
                    self.rates[rate] = (amount * HUNDRED / of).quantize(TENTH)
                found[rate] = self.rates.get(rate, NOTHING)
        return sum(found.values(), NOTHING)

    def _inside(self, rate: Raw) -> Decimal:
        return self.rates.get(str(rate.get("id")), NOTHING) if rate.get(INCLUSIVE) else NOTHING


def without(amount: Decimal, percent: Decimal) -> Decimal:
    """Return an amount without the tax inside."""
    return amount * HUNDRED / (HUNDRED + percent)


def _given(row: Raw) -> list[Raw]:
    found = row.get("tax_rates") or row.get("default_tax_rates")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _told(line: Raw) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield each tax inside a line, in either shape: its rate, how much it is, and of how much."""
    for one in line.get("taxes") or line.get("tax_amounts") or ():
        if one.get("tax_behavior") == INCLUSIVE or one.get(INCLUSIVE) is True:
            rate = id_of(one.get("tax_rate")) or inside(one, "tax_rate_details", "tax_rate")
            amount, of = whole(one.get("amount")), whole(one.get("taxable_amount"))
            yield str(rate), Decimal(amount or 0), Decimal(of or 0)
