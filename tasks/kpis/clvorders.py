"""Lifetime value by orders: what a buyer spends, for as long as the churn of the period implies."""

from __future__ import annotations

from tasks.facts.buying import buyers, purchases
from tasks.facts.functions import priced
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.formulas import product
from tasks.kpis.measures import amount, count
from tasks.model import Direction, Family

_o, _b = purchases().c, buyers().c
_known = count(buyers(), _b.is_known)
CLV_TRANSACTIONAL = kpi(
    "clv_transactional",
    "Customer lifetime value by orders",
    unit="money",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Value",
    value=product(
        amount(purchases(), priced(_o.amount, _o.rate), None, _o.rate.is_(None)),
        amount(buyers(), _b.orders, _b.is_known),
        book.customers_opening,
        over=(count(purchases()), _known, book.customers_lost),
        n_of=_known,
    ),
    definition="Average order value times orders per buyer times the number of periods that a "
    "customer stays, which is one over the churn rate; with none lost it says nothing.",
    bad="A buyer is worth less than before, or less than they cost to win.",
    action="Bring first buyers back for a second order.",
    alarm="Buyers are worth less",
)
