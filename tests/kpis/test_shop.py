"""How many visitors come, how many of them buy, and how often is the stock sold?"""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

ORDERS = """
    customer_id | ordered_at | amount | channel | status
    acorn       | 2026-02-05 | 50     | web     | completed
    acorn       | 2026-02-06 | 30     | web     | refunded
    birch       | 2026-02-20 | 20     | web     | completed
    -           | 2026-02-20 | 20     | web     | completed
    birch       | 2026-02-21 | 45     | store   | completed
    cedar       | 2026-02-22 | 80     | web     | cancelled
    cedar       | 2026-03-22 | 80     | web     | completed
"""
TRAFFIC = """
    period  | sessions | visitors
    2026-01 | 90       | 70
    2026-02 | 100      | 80
"""
FEET = """
    store_id | date       | visitors
    north    | 2026-02-07 | 300
    south    | 2026-02-28 | 200
    north    | 2026-03-01 | 450
    south    | 2026-03-21 | -
    south    | 2026-05-21 | -
"""
STOCK = """
    period  | cogs | opening_inventory | closing_inventory
    2026-01 | 1000 | 7000              | 9000
    2026-02 | 3000 | 9000              | 11000
    2026-03 | 5000 | 11000             | 13000
"""
SHOP = World(
    {"orders": ORDERS, "site_traffic": TRAFFIC, "footfall": FEET, "inventory": STOCK},
    segments=("segment",),
)


def test_visitors_and_sessions_are_two_conversion_rates():
    assert SHOP.value("conversion_rate", variant="visitors") == Fraction(3, 80)
    assert SHOP.value("conversion_rate", variant="sessions") == Fraction(4, 100)
    assert SHOP.observe("conversion_rate").n == 80


def test_a_month_nobody_counted_makes_the_rate_unknown_not_high():
    assert SHOP.value("conversion_rate", "2026-03") == "insufficient_inputs"
    assert SHOP.value("conversion_rate", "2026-Q1") == "insufficient_inputs"


def test_a_week_is_too_short_for_what_is_kept_by_month():
    assert SHOP.value("conversion_rate", "2026-W07") == "period_too_short"
    assert SHOP.value("inventory_turnover", "2026-W07") == "period_too_short"


def test_foot_traffic_adds_up_the_days_of_all_stores():
    one = SHOP.observe("foot_traffic")
    assert (one.numerator, one.n, one.status) == (500, 2, "final")


def test_a_day_without_a_sensor_is_not_a_zero_and_leaves_the_value_provisional():
    one = SHOP.observe("foot_traffic", "2026-03")
    assert (one.numerator, one.n, one.status) == (450, 1, "provisional")


def test_where_no_sensor_counted_anything_nothing_is_known():
    assert SHOP.value("foot_traffic", "2026-04") == "insufficient_inputs"
    assert SHOP.value("foot_traffic", "2026-05") == "insufficient_inputs"
    assert SHOP.value("store_conversion_rate", "2026-05") == "insufficient_inputs"


def test_sales_in_the_store_over_its_visitors():
    assert SHOP.value("store_conversion_rate") == Fraction(1, 500)
    assert SHOP.observe("store_conversion_rate").n == 500


def test_stock_is_turned_over_by_its_mean():
    assert SHOP.value("inventory_turnover", variant="period") == Fraction(3000, 10000)
    assert SHOP.value("inventory_turnover", variant="annualised") == Fraction(36000, 10000)


def test_a_quarter_turns_over_the_mean_of_its_months():
    assert SHOP.value("inventory_turnover", "2026-Q1", variant="period") == Fraction(9000, 10000)
    assert SHOP.value("inventory_turnover", "2026-Q1", variant="annualised") == Fraction(36, 10)


def test_a_quarter_under_way_has_the_months_that_have_begun():
    begun = SHOP.basis.calendar.period("2026-02")
    value = SHOP.value("inventory_turnover", "2026-Q1", variant="period", now=begun.end_at)
    assert value == Fraction(4000 * 2 * 2, 36000)


def test_no_stock_turns_over_nothing():
    text = "period | cogs | opening_inventory | closing_inventory\n2026-02 | 0 | 0 | 0"
    world = World({"inventory": text})
    assert world.value("inventory_turnover") == "zero_denominator"
    assert world.value("inventory_turnover", variant="annualised") == "zero_denominator"


def test_stores_are_not_cut_by_customers():
    measured = SHOP.measured("2026-02", kpis=("foot_traffic", "store_conversion_rate"))
    assert {one.segment for one in measured.observations} == {"ALL"}


def test_a_store_is_a_segment_of_its_visitors():
    world = World({"footfall": FEET}, segments=("store_id",))
    assert world.value("foot_traffic", segment="north") == 300
