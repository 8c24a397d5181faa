"""Do those who pay use what they pay for."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World
from tests.kpis.overall import overall

PRODUCT = World(
    {
        "customers": """
            customer_id | is_test
            uses        | false
            silent      | false
            joins       | false
            lapsed      | false
            qa          | true
        """,
        "subscription_versions": """
            customer_id | valid_from | valid_to
            uses        | 2025-06-01 | -
            silent      | 2025-06-01 | -
            joins       | 2026-02-05 | -
            lapsed      | 2025-01-01 | 2025-07-01
            qa          | 2025-01-01 | -
        """,
        "usage_events": """
            customer_id | event_at         | user_id | feature
            uses        | 2026-02-02 15:00 | u1      | reports
            uses        | 2026-02-09 15:00 | u1      | export
            uses        | 2026-02-10 15:00 | u1      | -
            joins       | 2026-02-09 15:00 | u2      | reports
            lapsed      | 2026-02-09 15:00 | u3      | reports
            silent      | 2026-03-09 15:00 | u4      | reports
            qa          | 2026-02-09 15:00 | u5      | secret
        """,
    }
)


def test_silent_customers_are_in_the_denominator():
    assert PRODUCT.value("account_adoption_rate") == Fraction(2, 3)


def test_each_feature_in_the_data_is_a_variant():
    adopted = overall(PRODUCT, "feature_adoption_rate")
    assert adopted == {"reports": Fraction(2, 3), "export": Fraction(1, 3)}


def test_a_feature_nobody_used_any_more_is_at_zero_not_gone():
    adopted = overall(PRODUCT, "feature_adoption_rate", period="2026-03")
    assert adopted == {"reports": Fraction(1, 3), "export": 0}


def test_without_customers_there_is_no_rate_of_them():
    before = overall(PRODUCT, "account_adoption_rate", "feature_adoption_rate", period="2024-02")
    assert set(before.values()) == {"insufficient_inputs"}
