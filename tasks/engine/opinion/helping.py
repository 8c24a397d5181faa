"""The opinions on support: how much is asked, how soon we answer, how well we solve."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from tasks.engine.opinion.company import Company
from tasks.engine.opinion.figures import Percentile, Share, Sum
from tasks.engine.opinion.registry import pandas_kpi

SECONDS = 60
COLUMNS = (
    "ticket_id",
    "customer_id",
    "created_at",
    "created_by",
    "first_agent_reply_at",
    "first_solved_at",
    "reopened_at",
    "last_solved_at",
    "replies_before_first_solve",
    "merged_into",
    "is_spam",
)


def _tickets(company: Company, at: str) -> pd.DataFrame:
    """Return the tickets of customers with ``at`` in the period: no spam, no duplicates."""
    rows = company.during("tickets", at, *COLUMNS)
    by_customer = rows["created_by"].fillna("customer").eq("customer")
    return rows[rows["merged_into"].isna() & rows["is_spam"].ne(True) & by_customer]  # noqa: FBT003


def _took(rows: pd.DataFrame, until: str) -> pd.DataFrame:
    """Return rows with the minutes from their creation, exact to a millionth."""
    seconds = (rows[until] - rows["created_at"]).dt.total_seconds()
    exact = [round(Decimal(str(one)) / SECONDS, 6) for one in seconds]
    return rows.assign(amount=pd.Series(exact, rows.index, dtype=object))


def _answered(company: Company) -> pd.DataFrame:
    rows = _tickets(company, "first_agent_reply_at")
    in_order = rows["first_agent_reply_at"] >= rows["created_at"]
    return _took(rows[in_order], "first_agent_reply_at")


@pandas_kpi("ticket_volume")
def ticket_volume(company: Company) -> Sum:
    """Tickets that customers opened."""
    return Sum(_tickets(company, "created_at"))


@pandas_kpi("tickets_per_customer")
def tickets_per_customer(company: Company) -> Share:
    """Tickets that customers opened, over everybody who was one in the period."""
    return Share(_tickets(company, "created_at"), company.active)


@pandas_kpi("first_response_time", variant="median_min")
def first_response_time(company: Company) -> Percentile:
    """Minutes to the first reply of a person, the median of those of the period."""
    return Percentile(_answered(company))


@pandas_kpi("first_response_time", variant="p90_min")
def first_response_time_p90(company: Company) -> Percentile:
    """Minutes within which nine of ten had the first reply of a person."""
    return Percentile(_answered(company), 0.9)


@pandas_kpi("resolution_time", variant="full_median_min")
def resolution_time(company: Company) -> Percentile:
    """Minutes to the last solution, the median of those of the period."""
    return Percentile(_took(_tickets(company, "last_solved_at"), "last_solved_at"))


@pandas_kpi("fcr_rate")
def fcr_rate(company: Company) -> Share:
    """Tickets solved with one reply that stayed solved for the window, of those first solved."""
    days = pd.Timedelta(days=company.settings.get("fcr", {}).get("window_days", 7))
    solved = _tickets(company, "first_solved_at")
    reopened = solved["reopened_at"]
    unknown_yet = reopened >= min(company.known, company.close + days)
    in_time = reopened.notna() & ~unknown_yet & (reopened <= solved["first_solved_at"] + days)
    return Share(solved[solved["replies_before_first_solve"].eq(1) & ~in_time], solved)
