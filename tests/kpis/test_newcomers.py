"""How new customers came, and how many who tried the product stayed to pay for it."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World, book

REFERRED = {
    "customers": """
        customer_id | acquired_via | referrer_id | is_test | merged_into | parent_id
        old         | organic      | -           | false   | -           | -
        friend      | referral     | old         | false   | -           | -
        shouting    | Referral     | old         | false   | -           | -
        by_self     | referral     | by_self     | false   | -           | -
        by_twin     | referral     | twin        | false   | -           | -
        twin        | organic      | -           | false   | by_twin     | -
        by_nobody   | referral     | -           | false   | -           | -
        by_stranger | referral     | nowhere     | false   | -           | -
        by_test     | referral     | qa          | false   | -           | -
        paid        | paid         | old         | false   | -           | -
        qa          | referral     | old         | true    | -           | -
        returns     | referral     | old         | false   | -           | -
    """,
    "subscription_versions": """
        customer_id | valid_from | valid_to
        old         | 2025-06-01 | -
        friend      | 2026-02-05 | -
        shouting    | 2026-02-05 | 2026-02-20
        by_self     | 2026-02-05 | -
        by_twin     | 2026-02-05 | -
        by_nobody   | 2026-02-05 | -
        by_stranger | 2026-02-05 | -
        by_test     | 2026-02-05 | -
        paid        | 2026-02-05 | -
        qa          | 2026-02-05 | -
        returns     | 2025-01-01 | 2025-03-01
        returns     | 2026-02-05 | -
    """,
}


def test_new_customers_from_referrals_over_new_customers():
    # friend and shouting, of everybody new; who came back, and the test account, are not
    assert World(REFERRED).value("referral_rate") == Fraction(2, 8)


def test_nobody_new_is_no_referral_rate():
    assert World(REFERRED).value("referral_rate", "2026-03") == "zero_denominator"


def test_a_customer_only_the_subscriptions_know_was_referred_by_nobody():
    versions = REFERRED["subscription_versions"] + "    unknown | 2026-02-06 | -\n"
    world = World({**REFERRED, "subscription_versions": versions})
    assert world.value("referral_rate") == Fraction(2, 9)


def test_without_referrers_in_the_data_there_is_no_referral_rate():
    world = World(
        {
            "customers": """
                customer_id | acquired_via
                acme        | referral
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                acme        | 2026-02-05 | -
            """,
        }
    )
    assert world.value("referral_rate") == "source_unavailable"


TRIALS = book("""
    customer_id | subscription_id | status   | valid_from | valid_to
    buys        | s1              | trialing | 2026-02-01 | 2026-02-15
    buys        | s1              | active   | 2026-02-15 | -
    buys_later  | s2              | trialing | 2026-02-01 | 2026-02-15
    buys_later  | s2b             | active   | 2026-02-20 | -
    next_month  | s3              | trialing | 2026-02-01 | 2026-02-15
    next_month  | s3b             | active   | 2026-03-01 | -
    leaves      | s4              | trialing | 2026-02-01 | 2026-02-15
    never_pays  | s5              | trialing | 2026-02-01 | 2026-02-15
    never_pays  | s5              | unpaid   | 2026-02-15 | -
    prolonged   | s6              | trialing | 2026-02-01 | 2026-02-15
    prolonged   | s6              | trialing | 2026-02-15 | 2026-03-10
    prolonged   | s6              | active   | 2026-03-10 | -
    goes_on     | s7              | trialing | 2026-02-01 | -
    tries_more  | s8              | active   | 2025-06-01 | 2026-02-10
    tries_more  | s8              | active   | 2026-02-10 | -
    tries_more  | s8b             | trialing | 2026-02-01 | 2026-02-20
""")


def test_trials_that_became_paid_over_trials_that_ended():
    # ended: buys, buys_later, next_month, leaves, never_pays, tries_more
    assert TRIALS.value("trial_conversion_rate") == Fraction(2, 6)


def test_a_prolonged_trial_ends_once():
    assert TRIALS.value("trial_conversion_rate", "2026-03") == 1


def test_no_trial_that_ended_is_no_rate():
    assert TRIALS.value("trial_conversion_rate", "2026-04") == "zero_denominator"


def test_a_trial_cancelled_for_a_day_ends_on_it():
    world = book("""
        customer_id | status   | valid_from | valid_to | cancel_at
        acme        | trialing | 2026-02-01 | -        | 2026-02-15
    """)
    assert world.value("trial_conversion_rate") == 0


def test_a_trial_that_ends_at_midnight_is_of_the_month_it_opens():
    text = """
        customer_id | status   | valid_from       | valid_to
        acme        | trialing | 2026-02-01       | 2026-03-01 04:30
        acme        | active   | 2026-03-01 04:30 | -
    """
    assert book(text).value("trial_conversion_rate", "2026-02") == "zero_denominator"
    assert book(text, zone="America/New_York").value("trial_conversion_rate", "2026-02") == 1


def test_trials_of_test_accounts_are_none():
    world = World(
        {
            "customers": """
                customer_id | is_test
                qa          | true
            """,
            "subscription_versions": """
                customer_id | status   | valid_from | valid_to
                qa          | trialing | 2026-02-01 | 2026-02-15
            """,
        }
    )
    assert world.value("trial_conversion_rate") == "zero_denominator"
