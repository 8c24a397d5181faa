"""Health: how well are the customers, how much revenue is with those who are not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, literal

from tasks.facts.context import setting
from tasks.facts.health import NAMES, health, points
from tasks.kpis.base import kpi
from tasks.kpis.formulas import derived
from tasks.kpis.measures import amount, count, ratio, total
from tasks.kpis.value import Mean, Measure, Parameter, Ratio, Value
from tasks.model import Base, Direction, Family, NullReason

_RED_BELOW = Decimal(50)
_EMPTY = NullReason.INSUFFICIENT_INPUTS
_customers = health()
_h = _customers.c
_mean = Mean(Measure(_customers, _h.score), _EMPTY)
_parts_of_mean = {
    f"{name}_points": Mean(Measure(_customers, points(name)), _EMPTY) for name in NAMES
}


def _part(name: str) -> Ratio:
    """Return a part: its weight below the line, and above it what it brings into the score."""
    weight = _h[f"{name}_weight"]
    return ratio(amount(_customers, _h[name] * weight), amount(_customers, weight), empty=_EMPTY)


_enough = _h.score.is_not(None)
_score = ratio(
    amount(_customers, _h.weighed, _enough), amount(_customers, _h.coverage, _enough), empty=_EMPTY
)
_by_customer = {"customer": _score, **{f"customer_{name}": _part(name) for name in NAMES}}

HEALTH_SCORE = kpi(
    "health_score",
    "Health",
    unit="score",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Product",
    variants={"mean": _mean, **_parts_of_mean, **_by_customer},
    by=dict.fromkeys(_by_customer, "customer"),
    definition="Mean over the customers of the close of a score from 0 to 100: by default half the "
    "usage score, 0.3 the newest NPS answers of 90 days, 0.2 support (100 less 25 a ticket; "
    "unknown while nobody opens any), by weight of the parts that are known, none where they weigh "
    "under half (settings of `health_score`); `usage_points`, `nps_points` and `support_points` "
    "add up to it.",
    bad="The mean is low or falls from period to period: churn follows some months later.",
    action="Open the customers who fell most and start with the part that moved them.",
    of="customers with a score",
    alarm="Customers are less healthy",
    base=Base.LEVEL,
)


def _threshold(text: str) -> ColumnElement[Any]:
    """Return the score that a variant's name speaks of; that of the settings if it is no number."""
    try:
        return literal(Decimal(text))
    except InvalidOperation:
        return setting("health_score_red_below", _RED_BELOW)


def _mrr_below(text: str) -> Value:
    """Return the MRR of customers below a score; unknown as long as nobody has any score."""
    red = _h.score < _threshold(text)
    return derived(
        total(amount(_customers, _h.closing, red, _h.unpriced)),
        _mean,
        of=lambda mrr, _: mrr,
        n_of=count(_customers, red),
    )


def _red_below(settings: Mapping[str, Any]) -> tuple[str, ...]:
    below = Decimal(settings.get("health_score", {}).get("red_below", _RED_BELOW))
    return (f"{below.normalize():f}",)


AT_RISK_MRR = kpi(
    "at_risk_mrr",
    "MRR at risk",
    unit="money",
    good=Direction.DOWN,
    family=Family.SUM_HEAVY,
    section="Product",
    parameters=(Parameter("health_lt_", _mrr_below, _red_below, shape=r"[\d.]+"),),
    definition="MRR at the close of customers whose health score is below 50 or what the setting "
    "`health_score.red_below` says; customers without a score are not in it.",
    bad="Much of the revenue stands with customers in poor health, or more than before.",
    action="Give every customer in it an owner and a next step before the renewal.",
    counted="MRR",
    alarm="More revenue is with unhealthy customers",
    base=Base.LEVEL,
)
