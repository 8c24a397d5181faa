"""Who paid how much a month, from when to when? Versions of subscriptions as stretches of money.

MRR of a version = unit amount x quantity, less the discount, over the months it pays for; in eight
decimals. A pause pays nothing, and keeps who has paid before for the pause days.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from tasks.engine.opinion.figures import EXACT
from tasks.engine.opinion.tables import Tables

TIMES_A_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
PAYING = ("active", "past_due")
MILLIONTHS = 10**6  # amounts, quantities and discounts have six decimals
UNITS = 10**8  # MRR has eight
COLUMNS = (
    "version_id",
    "subscription_id",
    "customer_id",
    "status",
    "valid_from",
    "valid_to",
    "unit_amount",
    "quantity",
    "currency",
    "interval",
    "interval_count",
    "discount_pct",
    "cancel_at",
    "cancel_requested_at",
    "source",
)


def stretches(
    tables: Tables, people: pd.DataFrame, second: Sequence[str], pause_days: int
) -> pd.DataFrame:
    """Return customer_id (who pays), since, until, currency, mrr (units of 1e-8), pays, notices.

    ``second`` are the sources that do not count for a payer whom another source knows.
    """
    rows = _versions(tables, people, second)
    recurs = _recurs(rows)
    rows["pays"] = recurs & rows["status"].isin(PAYING)
    rows["pauses"] = recurs & rows["status"].eq("paused")
    cancelled = rows["cancel_at"].where(rows["cancel_at"] > rows["valid_from"])
    rows["until"] = rows["valid_to"].fillna(cancelled)
    rows["is_notice"], rows["withdrawn_at"] = _notices(rows)
    kept = _pause_began(rows) + pd.Timedelta(days=pause_days)
    first = rows["valid_from"].where(rows["pays"]).groupby(rows["customer_id"]).transform("min")
    keeps = rows["pauses"] & (first < rows["valid_from"]) & (kept > rows["valid_from"])
    ends = pd.concat([rows["until"], kept], axis=1).min(axis=1)
    rows["until"] = rows["until"].where(~rows["pauses"], ends)
    rows["mrr"] = pd.Series(map(_monthly, *(rows[name] for name in _MONEY)), rows.index, "int64")
    rows["mrr"] = rows["mrr"].where(rows["pays"], 0)
    stands = rows["until"].isna() | (rows["until"] > rows["valid_from"])
    found = rows[(rows["pays"] | keeps) & stands]
    return found.rename(columns={"valid_from": "since"})[list(_KEPT)].reset_index(drop=True)


_KEPT = (
    "customer_id",
    "subscription_id",
    "since",
    "until",
    "currency",
    "mrr",
    "pays",
    "cancel_requested_at",
    "is_notice",
    "withdrawn_at",
)
_MONEY = ("unit_amount", "quantity", "discount_pct", "interval", "interval_count")


def _versions(tables: Tables, people: pd.DataFrame, second: Sequence[str]) -> pd.DataFrame:
    """Return the versions of real payers that count, each subscription in its order."""
    rows = tables.read("subscription_versions", *COLUMNS)
    payer = rows["customer_id"].map(people["payer"])
    rows["is_test"] = rows["customer_id"].map(people["is_test"]).eq(True)  # noqa: FBT003 - strangers
    rows["customer_id"] = payer.where(payer.notna(), rows["customer_id"])
    comes_second = rows["source"].isin(second)
    known_first = rows["customer_id"].isin(rows["customer_id"][~comes_second])
    rows = rows[~rows["is_test"] & ~(known_first & comes_second)].copy()
    return rows.sort_values(["subscription_id", "valid_from", "version_id"]).reset_index(drop=True)


def _recurs(rows: pd.DataFrame) -> pd.Series[bool]:
    full = rows["discount_pct"] == Decimal(100)
    there = (rows["unit_amount"] > Decimal(0)) & (rows["quantity"] > Decimal(0))
    return rows["interval"].isin(list(TIMES_A_YEAR)) & there & ~full


def _monthly(amount: Any, quantity: Any, discount: Any, interval: str, count: int) -> int:  # noqa: ANN401
    """Return what a version comes to a month, in whole units of 1e-8, half of one rounded up."""
    times = TIMES_A_YEAR.get(interval, 0)
    price = _millionths(amount) * _millionths(quantity)
    kept = 100 * MILLIONTHS - (0 if pd.isna(discount) else _millionths(discount))
    above = price * kept * times * UNITS
    below = MILLIONTHS**3 * 100 * 12 * int(count)
    return (2 * above + below) // (2 * below)


def _millionths(number: Decimal) -> int:
    return int(number.scaleb(6))


def _pause_began(rows: pd.DataFrame) -> pd.Series[Any]:
    """Return since when a subscription is paused that goes from one pause into the next."""
    of = rows["subscription_id"]
    before = rows.groupby(of)[["status", "valid_to"]].shift()
    goes_on = before["status"].eq("paused") & before["valid_to"].eq(rows["valid_from"])
    began = rows["valid_from"].where(rows["pauses"] & ~goes_on)
    return began.groupby(of).ffill()


def _notices(rows: pd.DataFrame) -> tuple[pd.Series[bool], pd.Series[Any]]:
    """Return whether a notice is new in a version, and since when the subscription has none."""
    of, asked = rows["subscription_id"], rows["cancel_requested_at"]
    carries = rows["pays"] | rows["pauses"]
    before = asked.where(carries).groupby(of).shift()
    anew = carries & asked.isna() & rows["cancel_at"].isna()
    withdrawn = rows["valid_from"].where(anew).groupby(of).shift(-1).groupby(of).bfill()
    return asked.notna() & ~asked.eq(before), withdrawn


def in_force(rows: pd.DataFrame, at: pd.Timestamp) -> pd.Series[bool]:
    """Return which stretches hold just before ``at``."""
    return (rows["since"] < at) & (rows["until"].isna() | (rows["until"] >= at))


def worth(units: int, rate: Decimal) -> Decimal:
    """Return an amount in units of 1e-8 at a rate of eight decimals, exactly."""
    return Decimal(units * int(rate.scaleb(8))).scaleb(-16, EXACT)
