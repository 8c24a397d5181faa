"""What a new customer costs, and how soon it is earned back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.engine.worlds import World

BOOK = """
    customer_id | valid_from | valid_to   | unit_amount
    acorn       | 2025-06-01 | -          | 500
    juniper     | 2025-05-20 | 2025-11-20 | 150
    juniper     | 2026-02-12 | -          | 150
    hazel       | 2026-02-03 | 2026-02-24 | 60
    grove       | 2026-02-19 | -          | 80
    quince      | 2026-02-28 | -          | 110
    rowan       | 2026-03-05 | -          | 70
"""
COSTS = """
    period  | kind            | amount
    2026-01 | sales_marketing | 5000
    2026-02 | sales_marketing | 4000
    2026-02 | sales_marketing | 2000
    2026-02 | retention_team  | 777
    2026-04 | sales_marketing | 3000
"""


def company(costs: str = COSTS, **more: object) -> World:
    return World({"subscription_versions": BOOK, "costs": costs}, **more)


def test_cac_is_sales_and_marketing_over_those_who_paid_for_the_first_time():
    # juniper came back, and is not new; hazel is, though it left again
    one = company().observe("cac")
    assert (one.numerator, one.denominator, one.n) == (6000, 3, 3)


def test_cac_of_those_still_there_at_the_close():
    assert company().value("cac", variant="still_active_at_close") == Fraction(6000, 2)


def test_no_new_customers_is_no_cost_per_customer():
    assert company().value("cac", "2026-01") == "zero_denominator"


def test_no_costs_are_unknown_costs():
    assert company().value("cac", "2026-03") == "insufficient_inputs"


def test_a_quarter_needs_the_costs_of_each_of_its_months():
    assert company().value("cac", "2026-Q1") == "insufficient_inputs"
    march = "2026-03 | sales_marketing | 1000"
    assert company(f"{COSTS.rstrip()}\n{march}").value("cac", "2026-Q1") == Fraction(12000, 4)


def test_costs_of_zero_are_known():
    assert company("period|kind|amount\n2026-02|sales_marketing|0").value("cac") == 0


@pytest.mark.parametrize("kpi", ["cac", "cac_payback_months", "ltv_cac_ratio"])
def test_costs_are_of_months_so_a_week_has_none(kpi):
    assert company().value(kpi, "2026-W08") == "period_too_short"


def test_without_costs_of_any_month_there_is_no_source():
    measured = World({"subscription_versions": BOOK}).measured("2026-02", kpis=("cac",))
    assert {one.null_reason for one in measured.observations} == {"source_unavailable"}


def test_costs_in_another_currency_take_its_rate_or_are_unknown():
    costs = "period|kind|amount|currency\n2026-02|sales_marketing|3000|EUR"
    rates = "currency | rate_date | rate_to_usd\nEUR | 2026-01-01 | 1.10"
    known = World({"subscription_versions": BOOK, "costs": costs, "fx_rates": rates})
    assert known.value("cac") == 1100
    assert company(costs).value("cac") == "missing_fx"


def test_what_rests_on_costs_has_no_segments():
    kpis = ("cac", "cac_payback_months", "ltv_cac_ratio")
    found = company(segments=("segment",)).measured("2026-02", kpis=kpis).observations
    assert {one.segment for one in found} == {"ALL"}


def test_payback_is_what_one_costs_over_the_margin_of_what_one_pays():
    # 2000 each; the two who are new at the close pay 95 a month, of which 80 % are left
    assert company().value("cac_payback_months") == Fraction(2000) / (95 * Fraction(8, 10))


def test_the_margin_that_is_set_names_the_variant():
    world = company(settings={"gross_margin": Decimal("0.75")})
    value = world.value("cac_payback_months", variant="gm75")
    assert value == Fraction(2000) / (95 * Fraction(3, 4))


def test_without_a_margin_nothing_is_earned_back():
    world = company(settings={"gross_margin": Decimal(0)})
    assert world.value("cac_payback_months", variant="gm0") == "zero_denominator"


def test_when_all_who_joined_have_left_nothing_is_earned_back():
    world = World(
        {
            "subscription_versions": """
                customer_id | valid_from | valid_to
                hazel       | 2026-02-03 | 2026-02-24
            """,
            "costs": COSTS,
        }
    )
    assert world.value("cac") == 6000
    assert world.value("cac_payback_months") == "zero_denominator"
