"""Who was a customer at either end of a period, and what did they pay there?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd

from tasks.engine.opinion.figures import exact
from tasks.engine.opinion.subscriptions import in_force, worth

Worth = Callable[[str], tuple[Decimal | None, Decimal | None]]  # of a currency: opening, closing
_NOTHING = Decimal(0)


def both_ends(
    stretches: pd.DataFrame, start: pd.Timestamp, close: pd.Timestamp, worth_of: Worth
) -> pd.DataFrame:
    """Return one row per customer: what held just before ``start`` and just before ``close``.

    ``opening`` and ``closing`` are both at the rate of the close, ``reported`` is the opening at
    its own; ``unpriced`` and ``reported_unpriced`` say that a rate for them is not known.
    """
    known = stretches[stretches["since"] < close]
    local = _in_currencies(known, start, close)
    found = _at_rates(local, worth_of)
    people = found.groupby("customer_id", sort=True)
    flags = ("opened", "closed", "present", "paid_before", "unpriced", "reported_unpriced")
    ends = people[list(flags)].any()
    for amount in ("opening", "reported", "closing"):
        ends[amount] = people[amount].agg(exact) if len(found) else pd.Series(dtype=object)
    first = stretches["since"].where(stretches["pays"]).groupby(stretches["customer_id"]).min()
    first = first.reindex(ends.index)
    ends["started"] = (first >= start) & (first < close)
    return _classed(ends.reset_index())


def _in_currencies(known: pd.DataFrame, start: pd.Timestamp, close: pd.Timestamp) -> pd.DataFrame:
    """Return one row per customer and currency, in units of that currency."""
    opens, closes = in_force(known, start), in_force(known, close)
    rows = known[["customer_id", "currency"]].assign(
        opening=known["mrr"].where(opens, 0),
        closing=known["mrr"].where(closes, 0),
        opened=opens,
        closed=closes,
        present=known["until"].isna() | (known["until"] > start),
        paid_before=known["pays"] & (known["since"] < start),
        opens_paying=opens & known["pays"],
        pays_at_ends=(opens | closes) & known["pays"],
    )
    by = rows.groupby(["customer_id", "currency"], sort=True)
    flags = ["opened", "closed", "present", "paid_before", "opens_paying", "pays_at_ends"]
    return by[["opening", "closing"]].sum().join(by[flags].any()).reset_index()


def _at_rates(local: pd.DataFrame, worth_of: Worth) -> pd.DataFrame:
    rates = {name: worth_of(name) for name in local["currency"].unique()}
    opening, closing = (
        pd.Series([rates[name][at] for name in local["currency"]], local.index, dtype=object)
        for at in (0, 1)
    )
    return local.assign(
        opening=_priced(local["opening"], closing),
        reported=_priced(local["opening"], opening),
        closing=_priced(local["closing"], closing),
        unpriced=local["pays_at_ends"] & closing.isna(),
        reported_unpriced=local["opens_paying"] & opening.isna(),
    )


def _priced(amounts: pd.Series[int], rates: pd.Series[Any]) -> pd.Series[Any]:
    found = [
        _NOTHING if rate is None else worth(int(amount), rate)
        for amount, rate in zip(amounts, rates, strict=True)
    ]
    return pd.Series(found, amounts.index, dtype=object)


def _classed(ends: pd.DataFrame) -> pd.DataFrame:
    """Return the ends with what became of each customer from the one to the other."""
    opened, closed, paid_before = ends["opened"], ends["closed"], ends["paid_before"]
    return ends.assign(
        stayed=opened & closed,
        lost=opened & ~closed,
        joined=~opened & closed & ~paid_before,
        returned=~opened & closed & paid_before,
        active=opened | ends["present"],
    )
