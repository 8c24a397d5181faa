"""Of the customers who began in one month, how many and how much is left."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World, book

NOVEMBER = book("""
    customer_id | valid_from | valid_to   | unit_amount
    acorn       | 2025-11-02 | -          | 100
    birch       | 2025-11-20 | 2026-01-15 | 50
    cedar       | 2025-11-25 | 2026-02-10 | 50
    cedar       | 2026-02-10 | -          | 80
    dahlia      | 2026-02-03 | 2026-02-24 | 60
    elm         | 2026-02-05 | -          | 40
""")


def test_a_cohort_is_those_who_first_paid_in_one_month():
    assert NOVEMBER.value("cohort_retention", variant="cohort_2025-11") == Fraction(2, 3)


def test_some_are_gone_at_the_end_of_their_first_month_already():
    assert NOVEMBER.value("cohort_retention", variant="cohort_2026-02") == Fraction(1, 2)


def test_a_cohort_is_worth_what_it_pays_over_what_it_began_with():
    kept = NOVEMBER.value("cohort_revenue_retention", variant="cohort_2025-11")
    assert kept == Fraction(100 + 80, 100 + 50 + 50)


def test_a_cohort_that_has_not_begun_has_no_row():
    found = NOVEMBER.measured("2025-12", kpis=("cohort_retention",)).observations
    assert {one.variant for one in found} == {"cohort_2025-11"}


def test_beside_a_later_period_it_has_no_value_and_says_why():
    found = NOVEMBER.measured("2025-12", "2026-02", kpis=("cohort_retention",)).observations
    reasons = {one.period: one.null_reason for one in found if one.variant == "cohort_2026-02"}
    assert reasons == {"2025-12": "zero_denominator", "2026-02": None}


def test_the_newest_cohorts_come_first():
    found = NOVEMBER.measured("2026-02", kpis=("cohort_retention",)).observations
    assert [one.variant for one in found] == ["cohort_2026-02", "cohort_2025-11"]


def test_the_month_is_the_company_s_own():
    # 22:30 of 28 February in New York
    world = book("customer_id | valid_from\nquince | 2026-03-01 03:30", zone="America/New_York")
    assert world.value("cohort_retention", variant="cohort_2026-02") == 1


def test_a_trial_belongs_to_the_month_in_which_it_becomes_paid():
    world = book("""
        customer_id | valid_from | valid_to   | status
        grove       | 2026-01-20 | 2026-02-03 | trialing
        grove       | 2026-02-03 | -          | active
    """)
    found = world.measured("2026-02", kpis=("cohort_retention",)).observations
    assert [(one.variant, one.numerator, one.denominator) for one in found] == [
        ("cohort_2026-02", 1, 1)
    ]


BACK = book("""
    customer_id | valid_from | valid_to   | unit_amount
    juniper     | 2025-05-20 | 2025-11-20 | 150
    juniper     | 2026-02-12 | -          | 120
""")


def test_who_comes_back_after_months_is_of_the_first_cohort_still():
    assert BACK.value("cohort_retention", "2025-12", variant="cohort_2025-05") == 0
    found = BACK.measured("2026-02", kpis=("cohort_revenue_retention",)).observations
    assert [(one.variant, one.numerator, one.denominator) for one in found] == [
        ("cohort_2025-05", 120, 150)
    ]


def test_two_subscriptions_bought_at_once_begin_together_and_a_later_one_is_growth():
    world = book("""
        customer_id | subscription_id | valid_from       | unit_amount
        nettle      | core            | 2025-07-15 16:00 | 50
        nettle      | analytics       | 2025-07-15 16:00 | 30
        nettle      | addon           | 2025-07-16 16:00 | 40
    """)
    kept = world.value("cohort_revenue_retention", variant="cohort_2025-07")
    assert kept == Fraction(120, 80)


def test_a_paused_customer_is_there_and_pays_nothing():
    world = book("""
        customer_id | valid_from | valid_to   | status
        larch       | 2025-11-25 | 2026-02-25 | active
        larch       | 2026-02-25 | -          | paused
    """)
    assert world.value("cohort_retention", variant="cohort_2025-11") == 1
    assert world.value("cohort_revenue_retention", variant="cohort_2025-11") == 0


def test_duplicates_subsidiaries_and_tests_make_no_cohorts_of_their_own():
    world = World(
        {
            "customers": """
                customer_id | merged_into | parent_id | is_test
                acorn       | -           | -         | false
                acorn2      | acorn       | -         | false
                branch      | -           | acorn     | false
                qa          | -           | -         | true
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                acorn2      | 2025-10-05 | 2026-01-01
                branch      | 2025-12-01 | -
                qa          | 2025-11-01 | -
            """,
        }
    )
    found = world.measured("2026-02", kpis=("cohort_retention",)).observations
    assert [(one.variant, one.numerator, one.denominator) for one in found] == [
        ("cohort_2025-10", 1, 1)
    ]


def abroad(rates: str) -> World:
    return World(
        {
            "subscription_versions": """
                customer_id | valid_from | currency | unit_amount
                fir         | 2025-11-12 | EUR      | 100
            """,
            "fx_rates": rates,
        }
    )


def test_a_new_exchange_rate_is_no_growth():
    world = abroad("""
        currency | rate_date  | rate_to_usd
        EUR      | 2025-01-01 | 1.00
        EUR      | 2026-01-01 | 1.25
    """)
    one = world.observe("cohort_revenue_retention", variant="cohort_2025-11")
    assert (one.numerator, one.denominator) == (125, 125)


def test_without_an_exchange_rate_only_the_money_is_unknown():
    world = abroad("currency | rate_date | rate_to_usd\nGBP | 2025-01-01 | 1.30")
    assert world.value("cohort_revenue_retention", variant="cohort_2025-11") == "missing_fx"
    assert world.value("cohort_retention", variant="cohort_2025-11") == 1


def test_a_cohort_has_segments():
    world = World(
        {
            "customers": """
                customer_id | segment
                acorn       | SMB
                birch       | SMB
                cedar       | ENT
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                acorn       | 2025-11-02 | -
                birch       | 2025-11-02 | 2026-02-10
                cedar       | 2025-11-02 | -
            """,
        },
        segments=("segment",),
    )
    found = world.measured("2026-02", kpis=("cohort_retention",)).observations
    assert {one.segment: (one.numerator, one.denominator) for one in found} == {
        "ALL": (2, 3),
        "ENT": (1, 1),
        "SMB": (1, 2),
    }
