"""Which KPIs say the same as another one, in other words?

When customers leave, their revenue leaves with them, and what is kept of both falls. Told four
times it is one piece of news. The first of a family speaks for those that follow from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

FOLLOW_FROM: Mapping[str, tuple[str, ...]] = {
    "logo_churn_rate": (
        "churned_customers",
        "customer_retention_rate",
        "churned_mrr",
        "flash_churned_customers",
        "customers_closing",
    ),
    "churned_customers": ("churned_mrr", "customers_closing"),
    "churned_mrr": ("revenue_churn_rate", "nrr", "mrr"),
    "contraction_mrr": ("nrr", "mrr"),
    "nrr": ("grr", "revenue_churn_rate", "expansion_rate", "mrr"),
    "mrr": ("arr", "mrr_opening", "mrr_growth_rate", "net_new_mrr", "arpa_mrr"),
    "expansion_mrr": ("expansion_rate", "upsell_cross_sell_rate"),
    "mrr_new": ("new_customers",),
    "net_new_mrr": ("mrr_growth_rate", "quick_ratio"),
    "cancellation_notices": ("scheduled_churn_mrr",),
    "renewal_rate": ("renewals_pending",),
    "customers_closing": ("customers_opening", "active_customers"),
    "fx_impact_mrr": ("fx_rebase_mrr",),
    "revenue_net": ("arpu",),
    "clv_simple": ("clv_survival", "clv_transactional", "ltv_cac_ratio"),
    "lifetime_months_km": ("survival_probability", "clv_survival"),
    "cac": ("cac_payback_months", "ltv_cac_ratio"),
    "tickets_per_customer": ("ticket_volume", "ticket_backlog"),
    "ticket_volume": ("ticket_backlog",),
    "average_speed_of_answer": ("call_service_level", "call_abandonment_rate"),
    "self_service_rate": ("self_service_score",),
    "csat": ("csi",),
    "ces": ("ces_ease_index", "ces_pct_easy"),
    "nps": ("loyalty_index",),
    "average_rating": ("positive_rating_share",),
    "feedback_volume": ("feedback_theme_share",),
    "account_adoption_rate": ("engaged_customer_rate", "active_users", "feature_adoption_rate"),
    "engaged_customer_rate": ("engagement_score", "product_usage_score"),
    "active_users": ("usage_events", "stickiness", "usage_time_per_user"),
    "health_score": ("at_risk_mrr",),
    "conversion_rate": ("store_conversion_rate",),
    "average_order_value": ("average_transaction_value",),
    "purchase_frequency": ("repeat_purchase_ratio",),
    "on_time_delivery_rate": ("otif_rate",),
    "defect_rate": ("defect_ppm",),
    "employee_engagement_rate": ("enps",),
}

FORETOLD: Mapping[str, tuple[str, ...]] = {
    "logo_churn_rate": ("cancellation_notices", "scheduled_churn_mrr"),
    "churned_customers": ("cancellation_notices", "scheduled_churn_mrr"),
}


# Revenue that grows, shrinks and stays: what it does on one day is what a handful of customers did.
OF_FEW = ("expansion_mrr", "contraction_mrr", "churned_mrr")


@cache
def rests_on_few(kpi: str) -> bool:
    """Return whether a KPI's single days are the deals of a few customers, however large they are.

    Such days follow no law that so short a past could tell: a week is the least to be judged. Who
    left is counted, which has a law for any day, and who is large is a story of their own.
    """
    return any(kpi == one or kpi in said_by(one) for one in OF_FEW)


def foretells(sign: str, kpi: str) -> bool:
    """Return whether ``sign`` tells of ``kpi`` beforehand: who gives notice leaves a little later.

    It is one incident, told once; but beside an alert the sign is news about others, who have yet
    to leave, and a sign that is surprising where the KPI is not is told by itself.
    """
    return sign in FORETOLD.get(kpi, ())


@cache
def said_by(kpi: str) -> frozenset[str]:
    """Return the KPIs that follow from ``kpi``, and those that follow from them."""
    return frozenset(_below(kpi))


def spoken_for(kpi: str) -> frozenset[str]:
    """Return the KPIs of which an alert about ``kpi`` speaks: what follows, what foretold it."""
    return frozenset({*said_by(kpi), *FORETOLD.get(kpi, ())})


def _below(kpi: str) -> Iterator[str]:
    for child in FOLLOW_FROM.get(kpi, ()):
        yield child
        yield from _below(child)


def speakers(kpi: str, among: Collection[str]) -> tuple[str, ...]:
    """Return those ``among`` whose news ``kpi`` would only repeat, the first of the family first.

    A KPI that speaks for all the others of them comes before them.
    """
    above = [one for one in among if kpi in said_by(one)]
    return tuple(
        sorted(above, key=lambda one: (sum(one in said_by(other) for other in above), one))
    )
