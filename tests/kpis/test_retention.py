"""Who came, who stayed, who left."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World, book

FEBRUARY = book("""
    customer_id | valid_from | valid_to
    stays       | 2025-06-01 | -
    leaves      | 2025-06-01 | 2026-02-10
    joins       | 2026-02-05 | -
    flashes     | 2026-02-03 | 2026-02-20
    returns     | 2025-01-01 | 2025-07-01
    returns     | 2026-02-12 | -
    pops_out    | 2025-10-01 | 2026-02-08
    pops_out    | 2026-02-22 | -
""")


def test_everybody_is_in_exactly_one_class():
    counts = {
        key: FEBRUARY.value(key)
        for key in (
            "customers_opening",
            "churned_customers",
            "new_customers",
            "reactivated_customers",
            "flash_churned_customers",
            "customers_closing",
            "active_customers",
        )
    }
    assert counts == {
        "customers_opening": 3,
        "churned_customers": 1,
        "new_customers": 2,
        "reactivated_customers": 1,
        "flash_churned_customers": 1,
        "customers_closing": 4,
        "active_customers": 6,
    }


def test_churn_is_the_lost_of_the_opening():
    assert FEBRUARY.value("logo_churn_rate") == Fraction(1, 3)


def test_start_with_100_lose_5_and_churn_is_5_percent():
    stays = [f"c{n} | 2025-06-01 | -" for n in range(95)]
    leaves = [f"c{n} | 2025-06-01 | 2026-02-10" for n in range(95, 100)]
    world = book("\n".join(["customer_id | valid_from | valid_to", *stays, *leaves]))
    assert world.value("logo_churn_rate") == Fraction(5, 100)
    assert world.value("customer_retention_rate") == Fraction(95, 100)


def test_retention_and_churn_add_up_to_one():
    kept = FEBRUARY.value("customer_retention_rate")
    assert kept == 1 - FEBRUARY.value("logo_churn_rate")


def test_those_who_join_and_leave_are_in_stripes_churn_only():
    # gone at some time: leaves, flashes, pops_out; of 3 at the opening and 2 new
    assert FEBRUARY.value("logo_churn_rate", variant="stripe_opening_plus_new") == Fraction(3, 5)


def test_only_a_new_customer_still_there_counts_at_the_close():
    assert FEBRUARY.value("new_customers", variant="still_active_at_close") == 1


def test_the_seed_formula_works_with_everybody_who_came():
    by_all = FEBRUARY.value("customer_retention_rate", variant="seed_formula_n_incl_reactivated")
    by_first_timers = FEBRUARY.value("customer_retention_rate", variant="trap_n_first_time_only")
    assert (by_all, by_first_timers) == (Fraction(2, 3), 1)


def test_nobody_at_the_opening_is_no_churn_rate():
    world = book("""
        customer_id | valid_from | valid_to
        first       | 2026-02-05 | -
    """)
    assert world.value("logo_churn_rate") == "zero_denominator"


def test_before_the_history_begins_nothing_is_known():
    assert FEBRUARY.value("churned_customers", "2024-11") == "insufficient_inputs"


def test_switching_plan_is_not_leaving():
    world = book("""
        customer_id | subscription_id | valid_from       | valid_to
        acme        | monthly         | 2025-03-01       | 2026-02-18 15:00
        acme        | yearly          | 2026-02-18 15:20 | -
    """)
    assert world.value("logo_churn_rate") == 0


def test_a_renewal_at_midnight_belongs_to_the_month_it_opens():
    world = book("""
        customer_id | unit_amount | valid_from | valid_to
        acme        | 100         | 2025-03-01 | 2026-03-01
        acme        | 150         | 2026-03-01 | -
    """)
    assert world.value("mrr", "2026-02") == 100
    assert world.value("mrr_opening", "2026-03") == 100
    assert world.value("expansion_mrr", "2026-03") == 50


def test_a_pause_keeps_the_customer_for_90_days():
    world = book("""
        customer_id | status | valid_from | valid_to
        larch       | active | 2025-06-01 | 2026-01-10
        larch       | paused | 2026-01-10 | -
    """)
    assert world.value("customers_closing", "2026-03") == 1
    assert world.value("churned_customers", "2026-04") == 1
    assert world.value("contraction_mrr", "2026-01") == 100
    assert world.value("churned_mrr", "2026-04") == 0


def test_past_due_is_a_customer_and_unpaid_is_not():
    world = book("""
        customer_id | status   | valid_from | valid_to
        kelp        | active   | 2025-06-01 | 2026-01-10
        kelp        | past_due | 2026-01-10 | 2026-02-10
        kelp        | unpaid   | 2026-02-10 | -
    """)
    assert world.value("customers_closing", "2026-01") == 1
    assert world.value("churned_customers", "2026-02") == 1


def test_a_free_plan_is_churn():
    world = book("""
        customer_id | unit_amount | valid_from | valid_to
        maple       | 40          | 2025-06-01 | 2026-02-10
        maple       | 0           | 2026-02-10 | -
    """)
    assert world.value("churned_customers") == 1


def test_a_cancellation_counts_when_access_ends():
    world = book("""
        customer_id | valid_from | valid_to | cancel_at
        cedar       | 2025-06-01 | -        | 2026-03-10
    """)
    assert world.value("churned_customers", "2026-02") == 0
    assert world.value("churned_customers", "2026-03") == 1


def test_one_subscription_of_two_is_no_churn():
    world = book("""
        customer_id | subscription_id | valid_from | valid_to
        nettle      | core            | 2025-06-01 | -
        nettle      | analytics       | 2025-06-01 | 2026-02-10
    """)
    assert world.value("churned_customers") == 0
    assert world.value("contraction_mrr") == 100


def test_tests_and_duplicates_are_nobody():
    world = World(
        {
            "customers": """
                customer_id | is_test | merged_into | parent_id
                acorn       | false   | -           | -
                qa          | true    | -           | -
                acorn_again | false   | acorn       | -
                acorn_uk    | false   | -           | acorn
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                acorn       | 2025-06-01 | -
                qa          | 2025-06-01 | -
                acorn_again | 2025-06-01 | -
                acorn_uk    | 2025-06-01 | 2026-02-10
            """,
        }
    )
    assert world.value("customers_opening") == 1
    assert world.value("churned_customers") == 0
    assert world.value("mrr_opening") == 300


def test_the_month_begins_at_the_companys_midnight():
    text = """
        customer_id | valid_from       | valid_to
        quince      | 2026-03-01 03:30 | -
        first       | 2025-01-01       | -
    """
    assert book(text).value("new_customers", "2026-02") == 0
    assert book(text, zone="America/New_York").value("new_customers", "2026-02") == 1


def test_a_segment_is_the_one_at_the_opening_for_those_who_leave():
    world = World(
        {
            "customers": """
                customer_id | segment | region
                a           | SMB     | EMEA
                b           | SMB     | AMER
                c           | ENT     | EMEA
            """,
            "customer_versions": """
                customer_id | valid_from | valid_to   | segment
                a           | 2025-01-01 | 2026-02-05 | SMB
                a           | 2026-02-05 | -          | ENT
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                a           | 2025-06-01 | 2026-02-20
                b           | 2025-06-01 | -
                c           | 2025-06-01 | -
            """,
        },
        segments=("segment", "region", "segment/region"),
    )
    assert world.value("logo_churn_rate", segment="SMB") == Fraction(1, 2)
    assert world.value("logo_churn_rate", segment="ENT") == 0
    assert world.value("logo_churn_rate", segment="SMB/EMEA") == 1


def test_tenure_bands_follow_the_spell():
    world = book(
        """
        customer_id | valid_from | valid_to
        young       | 2026-01-10 | 2026-02-10
        old         | 2022-06-01 | -
        """,
        segments=("tenure_band",),
    )
    assert world.value("logo_churn_rate", segment="under 90 days") == 1
    assert world.value("logo_churn_rate", segment="over 3 years") == 0


def test_a_pause_is_counted_from_its_beginning_however_many_versions_it_has():
    world = book("""
        customer_id | status | valid_from | valid_to
        larch       | active | 2025-06-01 | 2026-01-10
        larch       | paused | 2026-01-10 | 2026-03-20
        larch       | paused | 2026-03-20 | -
    """)
    assert world.value("churned_customers", "2026-04") == 1


def test_a_trial_that_is_paused_never_was_a_customer():
    world = book("""
        customer_id | status   | valid_from | valid_to
        sorrel      | trialing | 2026-01-10 | 2026-02-10
        sorrel      | paused   | 2026-02-10 | -
        acme        | active   | 2025-06-01 | -
    """)
    assert world.value("customers_closing") == 1


def test_a_cancellation_dated_before_the_version_began_ends_nothing():
    world = book("""
        customer_id | valid_from | valid_to | cancel_at
        cedar       | 2026-02-05 | -        | 2026-01-10
    """)
    assert world.value("customers_closing") == 1
    assert world.measured("2026-02").breaks == ()


def test_a_version_without_length_is_nobody():
    world = book("""
        customer_id | valid_from | valid_to
        acme        | 2025-06-01 | -
        blink       | 2026-02-05 | 2026-02-05
    """)
    assert world.value("new_customers") == 0
    assert world.value("flash_churned_customers") == 0


def test_a_move_at_midnight_belongs_to_the_month_it_opens():
    world = World(
        {
            "customers": """
                customer_id | segment
                elm         | GLOBAL
            """,
            "customer_versions": """
                customer_id | valid_from | valid_to   | segment
                elm         | 2025-01-01 | 2026-03-01 | ENT
                elm         | 2026-03-01 | -          | GLOBAL
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                elm         | 2025-06-01 | -
            """,
        },
        segments=("segment",),
    )
    assert world.value("mrr", "2026-02", segment="ENT") == 100
    assert world.value("mrr_opening", "2026-03", segment="ENT") == 100
    assert world.value("mrr", "2026-03", segment="GLOBAL") == 100
