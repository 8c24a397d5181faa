"""How soon customers get value, and whether they reach their goals."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.engine.worlds import World
from tests.kpis.overall import overall

CUSTOMERS = """
    customer_id | merged_into | is_test
    acorn       | -           | false
    acorn-dup   | acorn       | false
    birch       | -           | false
    cedar       | -           | false
    trial       | -           | false
    qa          | -           | true
"""
VALUE = World(
    {
        "customers": CUSTOMERS,
        "subscription_versions": """
            customer_id | valid_from       | status
            acorn       | 2026-03-02 04:30 | active
            birch       | 2026-03-01 05:00 | trialing
            birch       | 2026-03-20 05:00 | active
            cedar       | 2026-02-01 05:00 | active
            trial       | 2026-02-01 05:00 | trialing
            qa          | 2026-02-01 05:00 | active
        """,
        "value_events": """
            customer_id | first_value_at
            acorn       | 2026-03-30 12:00
            acorn-dup   | 2026-03-12 03:30
            birch       | 2026-03-10 12:00
            cedar       | 2026-03-08 07:30
            trial       | 2026-03-10 12:00
            qa          | 2026-03-10 12:00
        """,
    },
    zone="America/New_York",
)


def test_days_are_local_and_run_from_the_first_payment():
    # acorn: from 1 March (23:30 there) to the 11th (23:30), as the duplicate's value came first;
    # cedar: 1 February to 8 March, the night of 23 hours; birch had it before it paid: 0 days
    found = overall(VALUE, "time_to_value", period="2026-03")
    assert found == {"median_days": 10, "mean_days": Fraction(10 + 35 + 0, 3)}


def test_a_month_in_which_nobody_got_value_has_no_time_to_it():
    found = overall(VALUE, "time_to_value", period="2026-04")
    assert found == {"median_days": "insufficient_inputs", "mean_days": "insufficient_inputs"}


def test_value_counts_once_it_was_paid_for():
    then = datetime(2026, 3, 15, 12, tzinfo=UTC)  # birch is still on trial
    found = overall(VALUE, "time_to_value", period="2026-03", now=then)
    assert found["mean_days"] == Fraction(10 + 35, 2)


GOALS = World(
    {
        "customers": CUSTOMERS,
        "objectives": """
            customer_id | due_on     | achieved_on
            acorn       | 2026-02-01 | 2026-01-08
            acorn       | 2026-02-28 | 2026-02-28
            birch       | 2026-02-15 | 2026-02-16
            birch       | 2026-02-20 | -
            cedar       | 2026-03-01 | 2026-02-20
            qa          | 2026-02-20 | 2026-02-20
        """,
    }
)


def test_a_goal_reached_late_was_missed():
    assert GOALS.value("goal_attainment_rate") == Fraction(2, 4)


def test_a_goal_due_later_this_month_is_no_miss_yet():
    now = datetime(2026, 2, 16, 12, tzinfo=UTC)
    assert overall(GOALS, "goal_attainment_rate", now=now) == {"default": Fraction(1, 2)}


def test_without_goals_due_there_is_no_rate():
    assert GOALS.value("goal_attainment_rate", "2026-04") == "zero_denominator"
