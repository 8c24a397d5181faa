"""Whether customers stay, buy again and recommend us, in one number."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

TABLES = {
    "subscription_versions": """
        customer_id | valid_from | valid_to
        acorn       | 2025-06-01 | -
        birch       | 2025-06-01 | -
        cedar       | 2025-06-01 | -
        dahlia      | 2025-06-01 | 2026-02-10
    """,
    "orders": """
        customer_id | ordered_at | amount | status
        acorn       | 2026-01-05 | 10     | completed
        acorn       | 2026-02-05 | 10     | completed
        birch       | 2026-02-05 | 10     | completed
    """,
    "survey_responses": """
        customer_id | responded_at | score
        acorn       | 2026-02-02   | 9
        birch       | 2026-02-02   | 7
        cedar       | 2026-02-02   | 8
        dahlia      | 2026-02-02   | 10
    """,
}


def test_it_is_the_mean_of_three_scores():
    # half came back, NPS 50 is 75 of 100, three of four stayed
    assert World(TABLES).value("loyalty_index") == Fraction(50 + 75 + 75, 3)


def test_it_is_unknown_as_soon_as_one_of_them_is():
    assert World(TABLES).value("loyalty_index", "2026-03") == "zero_denominator"
    unasked = {name: text for name, text in TABLES.items() if name != "survey_responses"}
    assert World(unasked).value("loyalty_index") == "source_unavailable"
