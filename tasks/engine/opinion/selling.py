"""The opinions on shops: what is ordered, by whom, out of how many visitors, from how much stock.

An order counts once it is completed, also where the money went back later.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pandas as pd

from tasks.engine.opinion.company import Company
from tasks.engine.opinion.figures import Mean, Share, Sum, Worked, exact
from tasks.engine.opinion.money import nobodys, of_months, priced
from tasks.engine.opinion.registry import pandas_kpi
from tasks.kpis.value import Components
from tasks.model import NullReason

BOUGHT = ("completed", "refunded")
HOURS, POSITIVE = 24, 4


def _orders(company: Company) -> pd.DataFrame:
    """Return the orders of the period that count, each with what it is worth here."""
    rows = company.during("orders", "ordered_at")
    return priced(company, rows[rows["status"].isin(BOUGHT)])


def _in(rows: pd.DataFrame, channel: str) -> pd.Series[bool]:
    return rows["channel"].str.lower().eq(channel)


def _buyers(company: Company) -> pd.DataFrame:
    """Return everybody known who bought in the period: how often, and whether they came back."""
    ever = company.table("orders")
    ever = ever[ever["status"].isin(BOUGHT) & ever["customer_id"].notna()]
    first = ever.groupby("customer_id")["ordered_at"].min()
    here = _orders(company)
    found = here[here["customer_id"].notna()].groupby("customer_id")["at"].agg(["max", "size"])
    found = found.rename(columns={"max": "at", "size": "orders"}).reset_index()
    before = first.reindex(found["customer_id"]) < company.start
    return found.assign(came_back=before.to_numpy() | (found["orders"] > 1))


@pandas_kpi("average_order_value")
def average_order_value(company: Company) -> Share:
    """What the orders of the period come to, over their number."""
    orders = _orders(company)
    return Share(orders, orders.drop(columns=["amount", "unknown"]))


@pandas_kpi("average_transaction_value", variant="store")
def average_transaction_value(company: Company) -> Share:
    """The same of the orders that were placed in a store."""
    orders = _orders(company)
    sales = orders[_in(orders, "store")]
    return Share(sales, sales.drop(columns=["amount", "unknown"]))


@pandas_kpi("purchase_frequency")
def purchase_frequency(company: Company) -> Share:
    """Orders over those who placed them."""
    buyers = _buyers(company)
    return Share(buyers.assign(amount=buyers["orders"]), buyers)


@pandas_kpi("repeat_purchase_ratio")
def repeat_purchase_ratio(company: Company) -> Share:
    """Buyers with an order that is not their first ever, of all buyers."""
    buyers = _buyers(company)
    return Share(buyers[buyers["came_back"]], buyers)


@pandas_kpi("conversion_rate", variant="visitors")
def conversion_rate(company: Company) -> Share:
    """Buyers on the web, each order of nobody known one of them, over its visitors."""
    orders = _orders(company)
    guests = orders["customer_id"].isna()
    last = orders.assign(web=_in(orders, "web")).sort_values("at")
    last["buyer"] = last["customer_id"].where(~guests, "guest " + last["order_id"].astype(str))
    on_web = last["buyer"].isin(last["buyer"][last["web"]])
    buyers = last[on_web].drop_duplicates("buyer", keep="last")
    visits = of_months(company, "site_traffic", "visitors")
    return Share(buyers.drop(columns=["amount", "unknown"]), visits, is_headcount=True)


@pandas_kpi("cart_abandonment_rate", variant="window_24h")
def cart_abandonment_rate(company: Company) -> Share:
    """Carts with something in them that became no order within a day, of all such carts."""
    carts = company.inside(company.books.kept("carts"), "created_at")
    carts = nobodys(company, carts[carts["items"] > 0])
    sold = carts["converted_at"]
    in_time = (sold <= carts["created_at"] + pd.Timedelta(hours=HOURS)) & (sold < company.known)
    return Share(carts[~in_time], carts)


def _visits(company: Company) -> pd.DataFrame:
    """Return what the sensors at the doors counted; a day on which one was down is left out."""
    rows = company.on_days(company.books.kept("footfall"), "date")
    counted = rows[rows["visitors"].notna()]
    return nobodys(company, counted.assign(amount=counted["visitors"]))


@pandas_kpi("foot_traffic")
def foot_traffic(company: Company) -> Sum:
    """Visitors of all stores."""
    return Sum(_visits(company))


@pandas_kpi("store_conversion_rate")
def store_conversion_rate(company: Company) -> Share:
    """Orders placed in a store over the visitors of all stores."""
    orders = _orders(company)
    sales = orders[_in(orders, "store")].drop(columns=["amount", "unknown"])
    return Share(sales, _visits(company), is_headcount=True)


@pandas_kpi("inventory_turnover", variant="period")
def inventory_turnover(company: Company) -> Worked:
    """Cost of what was sold over the mean of the stock at both ends of the months."""
    return Worked(of_months(company, "inventory", "cogs"), _turned)


def _turned(months: pd.DataFrame) -> Components:
    stock = exact([*months["opening_inventory"], *months["closing_inventory"]])
    if not stock:
        return Components(n=0, null_reason=NullReason.ZERO_DENOMINATOR)
    turned = Fraction(exact(months["cogs"])) * 2 * len(months) / Fraction(stock)
    return Components(Decimal(turned.numerator), Decimal(turned.denominator))


def _reviews(company: Company) -> pd.DataFrame:
    """Return the last version of each review of the period."""
    rows = company.during("reviews", "rated_at").sort_values("at")
    return rows.assign(amount=rows["rating"]).drop_duplicates("review_id", keep="last")


@pandas_kpi("average_rating")
def average_rating(company: Company) -> Mean:
    """The mean of the ratings."""
    return Mean(_reviews(company))


@pandas_kpi("positive_rating_share")
def positive_rating_share(company: Company) -> Share:
    """Ratings of 4 and 5, of all."""
    reviews = _reviews(company).drop(columns="amount")
    return Share(reviews[reviews["rating"] >= POSITIVE], reviews, NullReason.NO_RESPONSES)
