"""Lifetime value by churn: what a customer pays, for as long as the churn of one period implies."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from tasks.kpis import book
from tasks.kpis.acquisition import CAC
from tasks.kpis.base import kpi
from tasks.kpis.formulas import derived, product
from tasks.kpis.margin import margin_of, percent
from tasks.kpis.value import Parameter, Value
from tasks.model import Base, Direction, Family, NullReason

_kpi = partial(kpi, good=Direction.UP, family=Family.RATIO_OF_SUMS, section="Value")


def _simple(times: Fraction) -> Value:
    """Return closing MRR per customer over the churn rate, times a margin."""
    return product(
        book.mrr_closing,
        book.customers_opening,
        over=(book.customers_closing, book.customers_lost),
        times=times,
        n_of=book.customers_opening,
    )


def _with_margin(name: str) -> Value:
    return _simple(margin_of(name))


def _net_of_cac(name: str) -> Value:
    return derived(
        _with_margin(name),
        CAC.variants["default"],
        of=lambda value, cost: value - cost,
        n_of=book.customers_opening,
    )


def _margin(settings: Mapping[str, Any]) -> tuple[str, ...]:
    return (percent(settings),)


def _margin_net_of_cac(settings: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{percent(settings)}_net_of_cac",)


CLV_SIMPLE = _kpi(
    "clv_simple",
    "Customer lifetime value by churn",
    unit="money",
    value=_simple(Fraction(1)),
    parameters=(
        Parameter("gross_margin_", _with_margin, _margin, shape=r"[\d.]+"),
        Parameter("gm", _net_of_cac, _margin_net_of_cac, shape=r"[\d.]+_net_of_cac"),
    ),
    definition="MRR per customer at the close over the churn rate of the period; with few "
    "customers lost it jumps, and with none it says nothing: see clv_survival.",
    bad="A customer is worth less than before, or less than three times what they cost to win.",
    action="Bring churn down first: halved, it doubles what a customer is worth.",
    alarm="Customers are worth less",
    base=Base.LEVEL,
)


def _over_cost(value: Fraction, cost: Fraction) -> Fraction | NullReason:
    return value / cost if cost else NullReason.ZERO_DENOMINATOR


LTV_CAC_RATIO = _kpi(
    "ltv_cac_ratio",
    "Lifetime value to cost",
    unit="x",
    value=derived(
        _simple(Fraction(1)),
        CAC.variants["default"],
        of=_over_cost,
        n_of=book.customers_started,
    ),
    definition="Customer lifetime value by churn, over what a new customer costs.",
    bad="Under 3 growth hardly pays, under 1 every new customer loses money; or it falls.",
    action="Raise what a customer is worth by keeping them, or win them at lower cost.",
    alarm="Customers earn less than they cost",
)
