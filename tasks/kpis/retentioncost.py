"""Retention cost: what it takes to keep the customers there are."""

from __future__ import annotations

from sqlalchemy import Numeric, cast

from tasks.facts.functions import priced
from tasks.facts.spending import spending
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, ratio, total
from tasks.model import Direction, Family, NullReason

_costs = spending("retention")
_c = _costs.c
_priced = amount(_costs, priced(_c.amount, _c.rate), None, _c.rate.is_(None))
_none = _c.amount.is_(None)
_lacking = amount(_costs, cast(0, Numeric), _none, _none, NullReason.INSUFFICIENT_INPUTS)
_spent = _lacking + _priced  # unknown without the costs of any of its months, or without a rate

CUSTOMER_RETENTION_COST = kpi(
    "customer_retention_cost",
    "Cost of keeping a customer",
    unit="money",
    good=Direction.DOWN,
    family=Family.RATIO_OF_SUMS,
    section="Value",
    variants={
        "per_retained": ratio(_spent, book.customers_stayed, n_of=book.customers_stayed),
        "total": total(_spent),
    },
    definition="Costs whose kind begins with retention (support and customer-success salaries, "
    "emails, self-service tools, the handling of tickets) in the months of the period, over "
    "customers of the opening who stayed.",
    bad="Keeping a customer costs more than before while as many leave.",
    action="Answer in the help centre what tickets keep asking, and see what costs grew.",
    counted="retention costs",
    of="customers who stayed",
    alarm="Keeping customers costs more",
)
