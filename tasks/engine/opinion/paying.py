"""The opinions on who came, who stayed, who left, and on the money that went with them."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from tasks.engine.opinion.company import Company
from tasks.engine.opinion.figures import EXACT, Share, Sum, decimals
from tasks.engine.opinion.registry import pandas_kpi
from tasks.engine.opinion.subscriptions import worth

MONTHS = Decimal(12)


def amounts(rows: pd.DataFrame, column: str, unknown: str = "unpriced") -> pd.DataFrame:
    """Return rows that add up ``column``."""
    return rows.assign(amount=rows[column], unknown=rows[unknown])


def _least(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is left of the opening: nobody counts for more than they paid then."""
    least = (min(pair) for pair in zip(rows["opening"], rows["closing"], strict=True))
    return rows.assign(amount=decimals(least, rows), unknown=rows["unpriced"])


def _change(rows: pd.DataFrame, sign: int) -> pd.DataFrame:
    """Return by how much those who stayed pay more (``sign`` 1) or less (-1)."""
    stayed = rows[rows["stayed"]]
    moved = [
        max(sign * EXACT.subtract(after, before), Decimal(0))
        for before, after in zip(stayed["opening"], stayed["closing"], strict=True)
    ]
    return stayed.assign(amount=decimals(moved, stayed), unknown=stayed["unpriced"])


@pandas_kpi("mrr")
def mrr(company: Company) -> Sum:
    """What customers at the close pay a month."""
    return Sum(amounts(company.closing, "closing"))


@pandas_kpi("arr")
def arr(company: Company) -> Sum:
    """Twelve times what customers at the close pay a month."""
    rows = amounts(company.closing, "closing")
    yearly = decimals((EXACT.multiply(one, MONTHS) for one in rows["amount"]), rows)
    return Sum(rows.assign(amount=yearly))


@pandas_kpi("mrr_opening")
def mrr_opening(company: Company) -> Sum:
    """What customers at the opening paid a month, at the rates of the opening."""
    return Sum(amounts(company.opening, "reported", "reported_unpriced"))


@pandas_kpi("net_new_mrr")
def net_new_mrr(company: Company) -> Sum:
    """MRR at the close less MRR at the opening."""
    before = amounts(company.opening, "reported", "reported_unpriced")
    before["amount"] = decimals((EXACT.minus(one) for one in before["amount"]), before)
    return Sum(pd.concat([amounts(company.closing, "closing"), before]))


@pandas_kpi("mrr_new")
def mrr_new(company: Company) -> Sum:
    """What those pay at the close who had never paid before the period began."""
    return Sum(amounts(company.closing[company.closing["joined"]], "closing"))


@pandas_kpi("reactivation_mrr")
def reactivation_mrr(company: Company) -> Sum:
    """What those pay at the close who had paid before, but not when the period began."""
    return Sum(amounts(company.closing[company.closing["returned"]], "closing"))


@pandas_kpi("churned_mrr")
def churned_mrr(company: Company) -> Sum:
    """What those had paid who were gone at the close."""
    return Sum(amounts(company.opening[company.opening["lost"]], "opening"))


@pandas_kpi("expansion_mrr")
def expansion_mrr(company: Company) -> Sum:
    """By how much those who stayed pay more."""
    return Sum(_change(company.opening, 1))


@pandas_kpi("contraction_mrr")
def contraction_mrr(company: Company) -> Sum:
    """By how much those who stayed pay less."""
    return Sum(_change(company.opening, -1))


@pandas_kpi("nrr")
def nrr(company: Company) -> Share:
    """What the customers of the opening pay at the close, of what they paid."""
    return Share(amounts(company.opening, "closing"), amounts(company.opening, "opening"))


@pandas_kpi("grr")
def grr(company: Company) -> Share:
    """The same, but nobody counts for more than they paid."""
    return Share(_least(company.opening), amounts(company.opening, "opening"))


@pandas_kpi("expansion_rate")
def expansion_rate(company: Company) -> Share:
    """By how much those who stayed pay more, of what was paid at the opening."""
    return Share(_change(company.opening, 1), amounts(company.opening, "opening"))


@pandas_kpi("customers_opening")
def customers_opening(company: Company) -> Sum:
    """Customers just before the period began."""
    return Sum(company.opening)


@pandas_kpi("customers_closing")
def customers_closing(company: Company) -> Sum:
    """Customers just before it closed."""
    return Sum(company.closing)


@pandas_kpi("active_customers", variant="distinct_in_period")
def active_customers(company: Company) -> Sum:
    """Everybody who was a customer at some time of the period."""
    return Sum(company.active)


@pandas_kpi("new_customers", variant="gross")
def new_customers(company: Company) -> Sum:
    """Those who paid for the first time ever in the period."""
    everybody = company.ends.assign(at=company.close - pd.Timedelta(microseconds=1))
    return Sum(everybody[everybody["started"]])


@pandas_kpi("churned_customers")
def churned_customers(company: Company) -> Sum:
    """Customers of the opening who were none at the close."""
    return Sum(company.opening[company.opening["lost"]])


@pandas_kpi("logo_churn_rate")
def logo_churn_rate(company: Company) -> Share:
    """Customers of the opening who were none at the close, of all of the opening."""
    return Share(company.opening[company.opening["lost"]], company.opening)


@pandas_kpi("customer_retention_rate")
def customer_retention_rate(company: Company) -> Share:
    """Customers of the opening who still were at the close, of all of the opening."""
    return Share(company.opening[company.opening["stayed"]], company.opening)


def _notices(company: Company) -> pd.DataFrame:
    """Return every new notice of the period that had not been taken back when it closed."""
    rows = company.books.stretches
    given = company.inside(rows[rows["is_notice"]], "cancel_requested_at")
    return given[given["withdrawn_at"].isna() | (given["withdrawn_at"] >= company.close)]


@pandas_kpi("cancellation_notices")
def cancellation_notices(company: Company) -> Sum:
    """Customers who gave notice in the period; each counts once, when they first did."""
    in_order = _notices(company).sort_values(["at", "subscription_id", "since"])
    return Sum(in_order.drop_duplicates("customer_id"))


@pandas_kpi("cancellation_notices", variant="mrr")
def cancellation_notices_mrr(company: Company) -> Sum:
    """What the subscriptions come to that notice was given of."""
    rows = _notices(company)
    rates = {name: company.worth(name)[1] for name in rows["currency"].unique()}
    found = [
        (Decimal(0), bool(pays)) if rate is None else (worth(int(mrr), rate), False)
        for mrr, pays, rate in zip(
            rows["mrr"], rows["pays"], rows["currency"].map(rates), strict=True
        )
    ]
    amount = decimals((amount for amount, _ in found), rows)
    return Sum(rows.assign(amount=amount, unknown=[is_unknown for _, is_unknown in found]))
