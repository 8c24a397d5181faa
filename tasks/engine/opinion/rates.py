"""What is a currency worth at both ends of a period? By the rate table, never guessed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from tasks.engine.opinion.tables import Tables

USD = "USD"  # what the rate table is written in
TWELVE = Decimal("0.000000000001")
A_DAY = timedelta(days=1)


class Rates:
    """The rates of all currencies into the company's own."""

    def __init__(self, tables: Tables, base: str, mode: str) -> None:
        """Read the rate table; ``mode`` is ``locked`` or ``spot``."""
        quotes = tables.read("fx_rates", "currency", "rate_date", "rate_to_usd", "kind")
        quotes["kind"] = quotes["kind"].fillna("locked")
        self._quotes = quotes[quotes["kind"] == mode].sort_values("rate_date")
        self._base, self._mode = base, mode

    def ends(self, currency: str, first: date, end: date) -> tuple[Decimal | None, Decimal | None]:
        """Return the rates at the opening and the close of the days from ``first`` to ``end``.

        Locked rates are those of the last day before either; spot rates those of the day itself.
        """
        back = timedelta(0) if self._mode == "spot" else A_DAY
        return self.on(currency, first - back), self.on(currency, end - back)

    def on(self, currency: str, day: date) -> Decimal | None:
        """Return what one unit of ``currency`` is worth on ``day``; None where nobody says."""
        if currency == self._base:
            return Decimal(1)
        one, ours = self._in_usd(currency, day), self._in_usd(self._base, day)
        return None if one is None or ours is None else (one / ours).quantize(TWELVE)

    def _in_usd(self, currency: str, day: date) -> Decimal | None:
        if currency == USD:
            return Decimal(1)
        known = self._quotes[self._quotes["currency"] == currency]
        known = known[pd.to_datetime(known["rate_date"]) <= pd.Timestamp(day)]
        return None if known.empty else Decimal(str(known["rate_to_usd"].iloc[-1]))
