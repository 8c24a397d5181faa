"""Of the MRR there was when the period began: what stayed, what grew, what went."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World, book
from tests.kpis.test_revenue import WATERFALL

OPENING = 650


def churn(world, variant, **more):
    return world.value("revenue_churn_rate", variant=variant, **more)


def test_revenue_churn_is_what_left_and_what_shrank():
    assert churn(WATERFALL, "gross") == Fraction(50 + 150, OPENING)
    assert churn(WATERFALL, "churn_only") == Fraction(50, OPENING)


def test_net_revenue_churn_and_net_retention_add_up_to_one():
    assert churn(WATERFALL, "net") == Fraction(50 + 150 - 100, OPENING)
    assert churn(WATERFALL, "net") == 1 - WATERFALL.value("nrr")


def test_gross_revenue_churn_and_gross_retention_add_up_to_one():
    assert churn(WATERFALL, "gross") == 1 - WATERFALL.value("grr")


def test_taken_literally_start_less_end_over_start_counts_new_customers_too():
    # (MRR at the start - MRR at the end) / MRR at the start: negative though 200 were lost
    assert churn(WATERFALL, "seed_literal") == Fraction(650 - 750, 650)
    assert churn(WATERFALL, "seed_literal") == -WATERFALL.value("mrr_growth_rate")


def test_the_expansion_rate_is_growth_over_the_opening():
    assert WATERFALL.value("expansion_rate") == Fraction(100, OPENING)


def test_nobody_at_the_opening_is_no_rate():
    world = book("""
        customer_id | unit_amount | change_kind | valid_from | valid_to
        first       | 100         | new         | 2026-02-05 | -
        before      | 100         | new         | 2025-01-05 | 2025-02-01
    """)
    for variant in ("gross", "churn_only", "net", "seed_literal"):
        assert churn(world, variant) == "zero_denominator"
    assert world.value("expansion_rate") == "zero_denominator"
    assert world.value("upsell_cross_sell_rate") == 0
    assert world.value("nrr", variant="trailing_12m") == "zero_denominator"


def test_an_empty_book_has_no_upsell_rate():
    world = book("""
        customer_id | change_kind | valid_from | valid_to
        gone        | new         | 2025-01-05 | 2025-02-01
    """)
    assert world.value("upsell_cross_sell_rate") == "zero_denominator"


A_YEAR = """
    customer_id | unit_amount | valid_from       | valid_to
    grew        | 100         | 2025-01-01       | 2025-08-01
    grew        | 250         | 2025-08-01       | -
    left        | 300         | 2025-01-01       | 2025-09-01
    came_back   | 80          | 2025-01-01       | 2025-05-01
    came_back   | 60          | 2026-01-01       | -
    at_midnight | 40          | 2025-03-01       | -
    later       | 500         | 2025-04-01       | -
    before      | 70          | 2024-01-01       | 2025-03-01
"""


def test_trailing_twelve_months_is_todays_mrr_of_those_of_a_year_ago():
    # just before 1 March 2025: grew, left, came_back and before; at_midnight is of March
    world = book(A_YEAR)
    assert world.value("nrr", variant="trailing_12m") == Fraction(250 + 60, 100 + 300 + 80 + 70)


def test_the_year_goes_back_to_the_companys_midnight():
    # 2025-03-01 00:00 UTC is the evening of 28 February in New York: at_midnight was there then
    world = book(A_YEAR, zone="America/New_York")
    then = 100 + 300 + 80 + 40
    assert world.value("nrr", variant="trailing_12m") == Fraction(250 + 60 + 40, then)


def test_a_leap_day_is_compared_with_the_28th():
    world = book("""
        customer_id | unit_amount | valid_from | valid_to
        there       | 100         | 2023-02-10 | -
        too_late    | 100         | 2023-02-28 | -
    """)
    # 28 February 2024 closes when the 29th begins; a year before, that was the 28th
    assert world.observe("nrr", "2024-02-28", variant="trailing_12m").n == 1


def test_both_ends_of_the_year_are_valued_at_one_rate():
    world = World(
        {
            "subscription_versions": """
                customer_id | unit_amount | currency | valid_from | valid_to
                fir         | 1000        | EUR      | 2025-01-01 | -
            """,
            "fx_rates": """
                currency | rate_date  | rate_to_usd
                EUR      | 2025-01-01 | 1.10
                EUR      | 2026-01-01 | 1.20
            """,
        }
    )
    assert world.value("nrr", variant="trailing_12m") == 1


def test_a_currency_without_a_rate_makes_the_year_unknown():
    world = book("""
        customer_id | currency | valid_from | valid_to
        fir         | EUR      | 2025-01-01 | 2025-06-01
        elm         | USD      | 2025-01-01 | -
    """)
    assert world.value("nrr", variant="trailing_12m") == "missing_fx"
    assert world.value("nrr") == 1


def test_a_segment_is_the_one_of_a_year_ago():
    world = World(
        {
            "customers": """
                customer_id | segment
                a           | ENT
            """,
            "customer_versions": """
                customer_id | valid_from | valid_to   | segment
                a           | 2025-01-01 | 2025-06-01 | SMB
                a           | 2025-06-01 | -          | ENT
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                a           | 2025-01-01 | -
            """,
        },
        segments=("segment",),
    )
    assert world.value("nrr", variant="trailing_12m", segment="SMB") == 1
