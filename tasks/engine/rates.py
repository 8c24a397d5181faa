"""Exchange rates at both ends of a period: one locked table a year, or the rate of the day.

A locked rate is the newest row of the rate table dated on or before the day in question, so a
new table takes over on its date. A currency without a rate has none: never 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tasks.model import Period

USD = "USD"  # the rate table's own currency: its column is called rate_to_usd
_DAY = timedelta(days=1)
_PLACES = Decimal("0.000000000001")  # a million turned round is exact to a millionth


@dataclass(frozen=True, slots=True)
class QuotedRate:
    """One row of the rate table: what one unit of ``currency`` was worth in US dollars."""

    currency: str
    rate_date: date
    rate_to_usd: Decimal
    kind: str


@dataclass(frozen=True)
class RateTable:
    """The rates of all currencies into one, by day."""

    base: str
    quoted: tuple[QuotedRate, ...]
    mode: str = "locked"

    def rate(self, currency: str, day: date, kind: str) -> Decimal | None:
        """Return what one unit of ``currency`` is worth in the base currency, None if unknown."""
        if currency == self.base:
            return Decimal(1)
        of, into = self._to_usd(currency, day, kind), self._to_usd(self.base, day, kind)
        return None if of is None or into is None else (of / into).quantize(_PLACES)

    def _to_usd(self, currency: str, day: date, kind: str) -> Decimal | None:
        if currency == USD:
            return Decimal(1)
        known = [
            quote
            for quote in self.quoted
            if quote.currency == currency and quote.rate_date <= day and quote.kind == kind
        ]
        return max(known, key=lambda quote: quote.rate_date).rate_to_usd if known else None

    def at_both_ends(self, currency: str, period: Period, end_day: date) -> dict[str, Any]:
        """Return the four rates of a row of the table ``rates``.

        Locked: the opening has the rate of the day before the period, as the period before closed
        with it; the close has that of the period's last day. Spot: that of the boundary's own day.
        """
        spot = {
            "opening_spot": self.rate(currency, period.first_day, "spot"),
            "closing_spot": self.rate(currency, end_day, "spot"),
        }
        if self.mode == "spot":
            return {
                "opening_rate": spot["opening_spot"],
                "closing_rate": spot["closing_spot"],
                **spot,
            }
        return {
            "opening_rate": self.rate(currency, period.first_day - _DAY, "locked"),
            "closing_rate": self.rate(currency, end_day - _DAY, "locked"),
            **spot,
        }


def rate_rows(
    table: RateTable,
    currencies: Iterable[str],
    periods: Sequence[tuple[int, Period, date]],
) -> list[Mapping[str, Any]]:
    """Return the rows of ``rates``: (period_id, period, its effective end day) x currencies."""
    return [
        {
            "period_id": number,
            "currency": currency,
            **table.at_both_ends(currency, period, end_day),
        }
        for number, period, end_day in periods
        for currency in sorted({*currencies, table.base})
    ]
