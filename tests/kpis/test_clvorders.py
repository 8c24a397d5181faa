"""What a buyer is worth by the orders and the churn of one period."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

# four customers at the start, one lost
BOOK = """
    customer_id | valid_from | valid_to
    acorn       | 2025-01-01 | -
    birch       | 2025-01-01 | -
    cedar       | 2025-01-01 | 2026-02-15
    larch       | 2025-01-01 | -
    elm         | 2026-02-10 | -
"""
ORDERS = """
    order_id | customer_id | ordered_at | amount | status
    O1       | acorn       | 2026-02-05 | 50     | completed
    O2       | birch       | 2026-02-06 | 30     | refunded
    O3       | birch       | 2026-02-20 | 40     | completed
    O4       | elm         | 2026-02-22 | 80     | cancelled
    O5       | acorn       | 2026-03-01 | 99     | completed
"""
COMPANY = World({"subscription_versions": BOOK, "orders": ORDERS})


def test_a_buyer_is_worth_order_value_times_frequency_times_lifespan():
    value, frequency, lifespan = Fraction(120, 3), Fraction(3, 2), 4
    assert COMPANY.value("clv_transactional") == value * frequency * lifespan


def test_without_buyers_there_is_no_value():
    assert COMPANY.value("clv_transactional", "2026-04") == "zero_denominator"


def test_orders_of_nobody_in_particular_have_a_value_but_no_frequency():
    guest = "    O6 | - | 2026-02-07 | 200 | completed"
    world = World({"subscription_versions": BOOK, "orders": f"{ORDERS.rstrip()}\n{guest}"})
    assert world.value("clv_transactional") == Fraction(320, 4) * Fraction(3, 2) * 4


def test_with_nobody_lost_it_has_no_answer():
    book = "customer_id | valid_from\nacorn | 2025-01-01"
    world = World({"subscription_versions": book, "orders": ORDERS})
    assert world.value("clv_transactional") == "zero_denominator"
