"""Acquisition: what a new customer costs, and how many months it takes to earn that back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from sqlalchemy import Numeric, cast

from tasks.facts.functions import priced
from tasks.facts.spending import spending
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.formulas import derived, product
from tasks.kpis.margin import USUAL, margin_of, percent
from tasks.kpis.measures import amount, ratio
from tasks.kpis.value import Parameter, Value
from tasks.model import Direction, Family, NullReason

_kpi = partial(kpi, good=Direction.DOWN, family=Family.RATIO_OF_SUMS, section="Value")
_costs = spending("sales_marketing")
_c = _costs.c
_priced = amount(_costs, priced(_c.amount, _c.rate), None, _c.rate.is_(None))
_nothing = amount(
    _costs, cast(0, Numeric), None, _c.amount.is_(None), NullReason.INSUFFICIENT_INPUTS
)
spent = _priced + _nothing  # unknown without a rate, and without the costs of any of its months
CAC = _kpi(
    "cac",
    "Cost of a new customer",
    unit="money",
    value=ratio(spent, book.customers_started, n_of=book.customers_started),
    variants={
        "still_active_at_close": ratio(
            spent, book.customers_started_and_closing, n_of=book.customers_started_and_closing
        )
    },
    definition="Costs of sales and marketing in the months of the period, over customers who paid "
    "for the first time ever in it; those who came back are none of them.",
    bad="More is spent for each new customer than they bring in a year, or the amount grows.",
    action="Move money to the sources that bring customers who stay.",
    counted="sales and marketing costs",
    of="new customers",
    alarm="New customers cost more",
)


def _payback(name: str) -> Value:
    """Return CAC over the MRR of a new customer, as much of it as the margin leaves."""
    margin = margin_of(name)
    revenue_months = product(
        spent,
        book.customers_joined,
        over=(book.customers_started, book.mrr_new),
        n_of=book.customers_started,
    )

    def months(revenue: Fraction) -> Fraction | NullReason:
        return revenue / margin if margin else NullReason.ZERO_DENOMINATOR

    return derived(revenue_months, of=months, n_of=book.customers_started)


def _other_margins(settings: Mapping[str, Any]) -> tuple[str, ...]:
    name = percent(settings)
    return () if name == USUAL else (name,)


CAC_PAYBACK_MONTHS = _kpi(
    "cac_payback_months",
    "Months to earn back a new customer",
    unit="months",
    value=_payback(USUAL),
    default=f"gm{USUAL}",
    parameters=(Parameter("gm", _payback, _other_margins, shape=r"[\d.]+", is_shown=True),),
    definition="What a new customer costs, over the MRR that a new customer pays at the close "
    "times the gross margin named.",
    bad="A customer has to stay longer than most do before they pay back, or longer each time.",
    action="Win customers at lower cost, or start them on larger plans.",
    alarm="New customers pay back later",
)
