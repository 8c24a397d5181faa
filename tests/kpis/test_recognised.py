"""What was earned in the period, and how much of it each customer brings."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

LINES = """
    customer_id | recognized_on | amount | currency | kind
    acorn       | 2026-02-01    | 100    | USD      | subscription
    acorn       | 2026-02-28    | 20     | USD      | tax
    birch       | 2026-02-16    | -25    | USD      | refund
    birch       | 2026-02-28    | -5     | USD      | credit
    cedar       | 2026-02-17    | 500    | USD      | one_off
    cedar       | 2026-02-17    | 35     | USD      | usage
    qa          | 2026-02-01    | 999    | USD      | subscription
    acorn       | 2026-01-31    | 7      | USD      | subscription
    acorn       | 2026-03-01    | 7      | USD      | subscription
"""
FEBRUARY = {
    "revenue_lines": LINES,
    "customers": """
        customer_id | is_test | segment
        acorn       | false   | SMB
        birch       | false   | SMB
        cedar       | false   | MID
        qa          | true    | MID
    """,
    "subscription_versions": """
        customer_id | valid_from | valid_to
        acorn       | 2025-06-01 | -
        birch       | 2025-06-01 | 2026-02-10
        cedar       | 2026-02-05 | -
        dahlia      | 2026-02-03 | 2026-02-24
    """,
}
NET = 100 - 25 - 5 + 500 + 35


def test_tax_and_test_accounts_are_no_revenue_and_refunds_reduce_it():
    assert World(FEBRUARY).value("revenue_net") == NET


def test_days_are_the_companys_own_days():
    assert World(FEBRUARY, zone="Asia/Tokyo").value("revenue_net") == NET
    assert World(FEBRUARY, zone="America/Los_Angeles").value("revenue_net") == NET


def test_revenue_per_customer_divides_by_everybody_of_the_period():
    assert World(FEBRUARY).value("arpu") == Fraction(NET, 4)


def test_revenue_is_cut_by_segment():
    world = World(FEBRUARY, segments=("segment",))
    assert world.value("revenue_net", segment="SMB") == 70
    assert world.value("arpu", segment="SMB") == Fraction(70, 2)


def test_total_revenue_over_the_number_of_users():
    world = World(
        {
            "revenue_lines": """
                customer_id | recognized_on | amount | currency | kind
                a           | 2026-02-10    | 300    | USD      | subscription
                b           | 2026-02-10    | 100    | USD      | subscription
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to
                a           | 2025-06-01 | -
                b           | 2025-06-01 | -
            """,
        }
    )
    assert world.value("arpu") == 200


def abroad(rates):
    return World(
        {
            "revenue_lines": """
                customer_id | recognized_on | amount | currency | kind
                fir         | 2026-02-12    | 2000   | EUR      | subscription
            """,
            "subscription_versions": FEBRUARY["subscription_versions"],
            "fx_rates": rates,
        }
    )


def test_revenue_abroad_has_the_rate_of_the_period():
    world = abroad("""
        currency | rate_date  | rate_to_usd
        EUR      | 2026-01-01 | 1.10
    """)
    assert world.value("revenue_net") == 2200


def test_revenue_without_a_rate_is_unknown_not_small():
    world = abroad("""
        currency | rate_date  | rate_to_usd
        GBP      | 2026-01-01 | 1.30
    """)
    assert world.value("revenue_net") == "missing_fx"
    assert world.value("arpu") == "missing_fx"


def test_revenue_of_nobody_active_is_no_average():
    tables = {
        **FEBRUARY,
        "subscription_versions": """
        customer_id | valid_from | valid_to
        gone        | 2025-01-01 | 2025-02-01
    """,
    }
    assert World(tables).value("revenue_net") == NET
    assert World(tables).value("arpu") == "zero_denominator"


def test_before_the_first_line_nothing_is_known():
    # a day belongs to the company's own calendar, wherever its clocks stand
    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
        assert World(FEBRUARY, zone=zone).value("revenue_net", "2025-12") == "insufficient_inputs"
