"""How many customers do something with us, and in how many ways."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World
from tests.kpis.overall import overall

TABLES = {
    "customers": """
        customer_id | merged_into | is_test
        uses        | -           | false
        all         | -           | false
        all-dup     | all         | false
        cancels     | -           | false
        ignores     | -           | false
        gone        | -           | false
        qa          | -           | true
    """,
    "subscription_versions": """
        customer_id | valid_from | valid_to
        uses        | 2025-06-01 | -
        all         | 2025-06-01 | 2026-02-20
        cancels     | 2025-06-01 | -
        ignores     | 2025-06-01 | -
        gone        | 2025-01-01 | 2025-07-01
        qa          | 2025-01-01 | -
    """,
    "usage_events": """
        customer_id | event_at
        uses        | 2026-02-02
        uses        | 2026-02-03
        all         | 2026-02-03
        gone        | 2026-02-03
        qa          | 2026-02-03
    """,
    "survey_responses": """
        customer_id | survey | responded_at | score
        all         | csat   | 2026-02-02   | 1
        all         | nps    | 2026-02-02   | 9
        ignores     | nps    | 2026-02-02   | -
        ignores     | nps    | 2026-03-01   | 9
    """,
    "orders": """
        customer_id | ordered_at | amount | status
        all-dup     | 2026-02-05 | 10     | refunded
        cancels     | 2026-02-05 | 10     | cancelled
    """,
}


def test_each_channel_counts_once_and_only_what_was_not_taken_back():
    found = overall(World(TABLES), "engaged_customer_rate", "engagement_score")
    assert found["engaged_customer_rate", "default"] == Fraction(2, 4)
    expected = Fraction(100 * (1 + 3), 3 * 4)
    assert abs(found["engagement_score", "three_channels"] - expected) < Fraction(1, 10**11)
    assert found["engagement_score", "two_channels"] == Fraction(100 * (1 + 2), 2 * 4)


def test_an_answer_to_the_satisfaction_index_is_an_answer():
    index = {
        "csi_responses": """
            customer_id | responded_at | q_overall
            ignores     | 2026-02-02   | 4
        """
    }
    assert World({**TABLES, **index}).value("engaged_customer_rate") == Fraction(3, 4)


def test_without_orders_the_score_is_that_of_two_channels():
    world = World({name: text for name, text in TABLES.items() if name != "orders"})
    found = overall(world, "engaged_customer_rate", "engagement_score")
    assert found == {
        ("engaged_customer_rate", "default"): Fraction(2, 4),
        ("engagement_score", "three_channels"): "source_unavailable",
        ("engagement_score", "two_channels"): Fraction(300, 8),
    }


def test_without_customers_nobody_is_engaged_or_not():
    found = overall(World(TABLES), "engaged_customer_rate", "engagement_score", period="2024-02")
    assert set(found.values()) <= {"insufficient_inputs", "zero_denominator"}
