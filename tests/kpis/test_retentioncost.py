"""What it takes to keep the customers there are."""

from __future__ import annotations

import pytest

from tests.engine.worlds import World

STAYED = """
    customer_id | valid_from | valid_to
    a           | 2025-06-01 | -
    b           | 2025-06-01 | -
    c           | 2025-06-01 | -
    leaves      | 2025-06-01 | 2026-02-10
    joins       | 2026-02-05 | -
"""
COSTS = """
    period  | kind                         | amount
    2026-02 | sales_marketing              | 6000
    2026-02 | retention_support_salaries   | 1800
    2026-02 | retention_cs_team            | 600
    2026-02 | retention_self_service_tools | 240
    2026-02 | retention                    | 60
    2026-01 | retention_cs_team            | 500
"""


def company(costs=COSTS, **more):
    return World({"subscription_versions": STAYED, "costs": costs}, **more)


def test_only_what_keeps_customers_is_a_cost_of_keeping_them():
    assert company().value("customer_retention_cost", variant="total") == 2700


def test_it_is_shared_by_the_customers_who_stayed():
    one = company().observe("customer_retention_cost")
    assert (one.variant, one.numerator, one.denominator, one.n) == ("per_retained", 2700, 3, 3)


@pytest.mark.parametrize("variant", ["per_retained", "total"])
def test_a_month_without_costs_is_unknown_not_free(variant):
    world = company()
    assert world.value("customer_retention_cost", "2026-03", variant=variant) == (
        "insufficient_inputs"
    )
    assert world.value("customer_retention_cost", "2026-Q1", variant=variant) == (
        "insufficient_inputs"
    )


def test_a_week_is_too_short_for_costs_of_a_month():
    assert company().value("customer_retention_cost", "2026-W07") == "period_too_short"


def test_nobody_who_stayed_shares_nothing():
    world = company("""
        period  | kind      | amount
        2025-06 | retention | 10
    """)
    assert world.value("customer_retention_cost", "2025-06") == "zero_denominator"
    assert world.value("customer_retention_cost", "2025-06", variant="total") == 10


def test_costs_abroad_have_the_rate_of_the_period():
    costs = """
        period  | kind      | amount | currency
        2026-02 | retention | 100    | EUR
        2026-02 | retention | 5      | -
    """
    assert company(costs).value("customer_retention_cost", variant="total") == "missing_fx"
    rated = World(
        {
            "subscription_versions": STAYED,
            "costs": costs,
            "fx_rates": """
                currency | rate_date  | rate_to_usd
                EUR      | 2026-01-01 | 1.10
            """,
        }
    )
    assert rated.value("customer_retention_cost", variant="total") == 115
