"""How much is an order worth, and how many buyers order again?"""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

ORDERS = """
    order_id | customer_id | ordered_at       | amount | channel | status    | currency
    O1       | acorn       | 2026-01-10       | 40     | web     | completed | -
    O2       | acorn       | 2026-02-05       | 50     | web     | completed | -
    O3       | birch       | 2026-02-06       | 30     | Web     | completed | USD
    O4       | birch-twin  | 2026-02-20       | 20     | web     | refunded  | USD
    O5       | cedar       | 2026-02-21       | 45     | store   | completed | USD
    O6       | dahlia      | 2026-01-02       | 99     | web     | cancelled | USD
    O7       | dahlia      | 2026-02-22       | 80     | web     | cancelled | USD
    O8       | dahlia      | 2026-02-23       | 15     | store   | completed | USD
    O9       | elm         | 2026-02-23       | 70     | web     | pending   | USD
    O10      | qa          | 2026-02-24       | 999    | web     | completed | USD
    O11      | acorn       | 2026-03-01 00:00 | 77     | web     | completed | USD
"""
TABLES = {
    "orders": ORDERS,
    "customers": """
        customer_id | is_test | merged_into
        acorn       | false   | -
        birch       | false   | -
        birch-twin  | false   | birch
        cedar       | false   | -
        dahlia      | false   | -
        elm         | false   | -
        qa          | true    | -
    """,
}
SHOP = World(TABLES)
GUEST = "O12 | - | 2026-02-25 | 10 | web | completed | USD\n"


def with_order(line, **more):
    """Return the shop with one more order."""
    return World({**TABLES, "orders": ORDERS + line, **more})


def test_refunded_orders_are_worth_something_cancelled_ones_are_not():
    assert SHOP.value("average_order_value") == Fraction(50 + 30 + 20 + 45 + 15, 5)
    assert SHOP.value("average_transaction_value") == Fraction(45 + 15, 2)


def test_another_currency_is_priced_at_the_rate_of_the_period():
    rates = "currency | rate_date | rate_to_usd\nEUR | 2026-01-01 | 1.10\nEUR | 2026-03-01 | 1.50"
    world = with_order("O13 | elm | 2026-02-25 | 100 | web | completed | EUR\n", fx_rates=rates)
    assert world.value("average_order_value") == Fraction(160 + 110, 6)


def test_without_a_rate_the_value_is_unknown():
    world = with_order("O13 | elm | 2026-02-25 | 100 | web | completed | GBP\n")
    assert world.value("average_order_value") == "missing_fx"
    assert world.value("average_transaction_value") == 30  # none of the store's is in pounds
    assert world.value("purchase_frequency") == Fraction(6, 5)


def test_who_ordered_twice_came_back_whether_before_or_now():
    # acorn bought in January, birch twice now, dahlia's first order was cancelled
    assert SHOP.value("repeat_purchase_ratio") == Fraction(2, 4)
    assert SHOP.value("repeat_purchase_ratio", variant="prior_period_only") == Fraction(1, 4)


def test_orders_over_buyers():
    assert SHOP.value("purchase_frequency") == Fraction(5, 4)


def test_a_guest_has_an_order_value_but_is_no_buyer_who_could_come_back():
    world = with_order(GUEST + GUEST.replace("O12", "O13"))
    assert world.value("average_order_value") == Fraction(160 + 20, 7)
    assert world.value("purchase_frequency") == Fraction(5, 4)
    assert world.value("repeat_purchase_ratio") == Fraction(2, 4)


def test_nothing_ordered_is_no_value():
    for kpi in ("average_order_value", "average_transaction_value", "purchase_frequency"):
        assert SHOP.value(kpi, "2026-05") == "zero_denominator"
    assert SHOP.value("repeat_purchase_ratio", "2026-05") == "zero_denominator"


def test_buyers_are_cut_by_what_they_were():
    customers = "customer_id | segment\nacorn | SMB\nbirch | SMB\ncedar | ENT"
    world = World({"orders": ORDERS, "customers": customers}, segments=("segment",))
    assert world.value("repeat_purchase_ratio", segment="SMB") == Fraction(1, 2)
    assert world.value("average_order_value", segment="ENT") == 45


def test_without_channels_nobody_knows_what_was_sold_in_the_store():
    text = "customer_id | ordered_at | amount | status\nacorn | 2026-02-05 | 50 | completed"
    world = World({"orders": text})
    assert world.value("average_transaction_value") == "source_unavailable"
    assert world.value("average_order_value") == 50
