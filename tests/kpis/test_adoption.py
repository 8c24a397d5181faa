"""Do those who pay use what they pay for."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

PRODUCT = World(
    {
        "subscription_versions": """
            customer_id | valid_from | valid_to
            uses        | 2025-06-01 | -
            silent      | 2025-06-01 | -
            joins       | 2026-02-05 | -
            lapsed      | 2025-01-01 | 2025-07-01
        """,
        "usage_events": """
            customer_id | event_at         | user_id | feature
            uses        | 2026-02-02 15:00 | u1      | reports
            uses        | 2026-02-09 15:00 | u1      | export
            joins       | 2026-02-09 15:00 | u2      | reports
            lapsed      | 2026-02-09 15:00 | u3      | reports
            silent      | 2026-03-09 15:00 | u4      | reports
        """,
    }
)


def test_silent_customers_are_in_the_denominator():
    assert PRODUCT.value("account_adoption_rate") == Fraction(2, 3)
