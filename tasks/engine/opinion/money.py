"""The opinions on money that is no MRR: what was earned, what a new customer costs."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from tasks.engine.opinion.company import Company
from tasks.engine.opinion.figures import EXACT, Share, Sum, decimals
from tasks.engine.opinion.registry import pandas_kpi
from tasks.model import Grain

SELLING = "sales_marketing"


def priced(company: Company, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their amounts in the company's currency, at the rates of the close."""
    own = rows["currency"].fillna(company.books.basis.currency)
    rates = {name: company.worth(name)[1] for name in own.unique()}
    here = [
        EXACT.multiply(amount, rates[name] or Decimal(0))
        for amount, name in zip(rows["amount"], own, strict=True)
    ]
    unknown = [rates[name] is None for name in own]
    return rows.assign(amount=decimals(here, rows), unknown=unknown)


def nobodys(company: Company, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows that are no customer's."""
    return rows.assign(customer_id=None, at=company.start)


def of_months(company: Company, table: str, amount: str) -> pd.DataFrame:
    """Return the rows of a table that is kept by month, of the months that have begun.

    Days and weeks are too short for it: they have none.
    """
    period, rows = company.period, company.books.kept(table)
    is_short = period.grain in (Grain.DAY, Grain.WEEK)
    months = () if is_short else company.books.basis.calendar.within(Grain.MONTH, period)
    begun = [one.key for one in months if one.first_day < company.last_day]
    found = nobodys(company, rows[rows["period"].isin(begun)])
    return found.assign(amount=found[amount])


@pandas_kpi("revenue_net")
def revenue_net(company: Company) -> Sum:
    """Revenue recognised on the days of the period, without tax."""
    rows = company.real(company.on_days(company.books.kept("revenue_lines"), "recognized_on"))
    return Sum(priced(company, rows[rows["kind"].ne("tax")]))


@pandas_kpi("cac")
def cac(company: Company) -> Share:
    """What sales and marketing cost in the months of the period, over those who first paid."""
    costs = of_months(company, "costs", "amount")
    meant = costs["kind"].eq(SELLING) | costs["kind"].str.startswith(f"{SELLING}_")
    ends = company.ends.assign(at=company.close - pd.Timedelta(microseconds=1))
    return Share(priced(company, costs[meant]), ends[ends["started"]])
