"""Variants that only somebody else's definitions need: worked by hand."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import book

MOVING = book("""
    customer_id | unit_amount | valid_from       | valid_to
    stays       | 100         | 2025-06-01       | -
    shrinks     | 100         | 2025-06-01       | 2026-02-05
    shrinks     | 60          | 2026-02-05       | -
    leaves      | 100         | 2025-06-01       | 2026-02-10
    returns     | 100         | 2025-06-01       | 2026-02-03
    returns     | 100         | 2026-02-20       | -
    flash       | 30          | 2026-02-02       | 2026-02-12
    elsewhere   | 100         | 2025-06-01       | 2026-03-01
""")


def test_flash_churn_counts_over_the_customers_of_the_opening():
    assert MOVING.value("logo_churn_rate") == Fraction(1, 5)
    assert MOVING.value("logo_churn_rate", variant="with_flash") == Fraction(2, 5)
    # two who left for good, the one who came back, over five and the one who joined
    assert MOVING.value("logo_churn_rate", variant="stripe_opening_plus_new") == Fraction(3, 6)


def test_every_loss_as_it_happened_over_opening_mrr():
    assert MOVING.value("revenue_churn_rate") == Fraction(140, 500)
    # 40 of who shrank, 100 of who left, 100 of who came back, 30 of who only joined
    assert MOVING.value("revenue_churn_rate", variant="event") == Fraction(270, 500)


def test_nobody_at_the_opening_is_no_rate():
    fresh = book("""
        customer_id | valid_from | valid_to
        flash       | 2026-02-02 | 2026-02-12
    """)
    assert fresh.value("logo_churn_rate", variant="with_flash") == "zero_denominator"
    assert fresh.value("revenue_churn_rate", variant="event") == "zero_denominator"
