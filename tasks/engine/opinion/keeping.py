"""The opinions on contracts, on use, and on whom we spoke with."""

from __future__ import annotations

import pandas as pd

from tasks.engine.opinion.company import Company
from tasks.engine.opinion.figures import Share, Sum
from tasks.engine.opinion.registry import pandas_kpi

A_YEAR = 12


def _due(company: Company) -> pd.DataFrame:
    """Return the contracts that came due in the period; month to month never does."""
    rows = company.during("contracts", "due_at")
    return rows[rows["term_months"].fillna(A_YEAR) > 1]


@pandas_kpi("renewal_rate", variant="count_as_of_close")
def renewal_rate(company: Company) -> Share:
    """Contracts renewed before the close, of those that came due."""
    due = _due(company)
    decided = due["decided_at"] < min(company.close, company.known)
    return Share(due[due["outcome"].eq("renewed") & decided], due)


@pandas_kpi("renewals_pending")
def renewals_pending(company: Company) -> Sum:
    """Contracts that came due and that nobody had decided on before the close."""
    due = _due(company)
    later = due["decided_at"] >= min(company.close, company.known)
    return Sum(due[due["outcome"].isna() | due["outcome"].eq("pending") | later])


@pandas_kpi("account_adoption_rate")
def account_adoption_rate(company: Company) -> Share:
    """Customers with at least one use in the period, of everybody who was one in it."""
    times = (company.period.start_at, company.close_at)
    uses = company.books.tables.read("usage_events", "customer_id", "event_at", within=times)
    inside = (uses["event_at"] >= company.start) & (uses["event_at"] < company.close)
    names = pd.DataFrame({"customer_id": uses["customer_id"][inside].unique()})
    users = company.real(names)["customer_id"]
    return Share(company.active[company.active["customer_id"].isin(users)], company.active)


def _touched(company: Company, days: int) -> Share:
    touches = company.table("touches")
    last = touches[touches["at"] < company.close].groupby("customer_id")["at"].max()
    touched_at = last.reindex(company.active["customer_id"])
    lately = touched_at + pd.Timedelta(days=days) >= company.close
    return Share(company.active[lately.to_numpy()], company.active)


@pandas_kpi("contact_coverage_rate", variant="30d")
def contact_coverage_rate(company: Company) -> Share:
    """Customers a person spoke with in the last 30 days, of everybody who was one."""
    return _touched(company, 30)


@pandas_kpi("contact_coverage_rate", variant="90d")
def contact_coverage_rate_90d(company: Company) -> Share:
    """Customers a person spoke with in the last 90 days, of everybody who was one."""
    return _touched(company, 90)
