"""How many people use the product, how often, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.engine.worlds import World
from tests.kpis.overall import overall, told

CUSTOMERS = """
    customer_id | merged_into | is_test
    acorn       | -           | false
    acorn-dup   | acorn       | false
    birch       | -           | false
    qa          | -           | true
"""
USES = """
    customer_id | user_id | event_at         | feature | duration_s
    acorn       | u1      | 2026-02-02 15:00 | reports | 600
    acorn       | u1      | 2026-02-02 18:00 | export  | 300
    acorn       | u1      | 2026-02-10 15:00 | reports | 60
    acorn-dup   | u1      | 2026-02-10 16:00 | reports | 60
    birch       | u1      | 2026-02-10 15:00 | reports | -
    birch       | u2      | 2026-02-25 15:00 | api     | 180
    birch       | -       | 2026-02-26 15:00 | api     | 60
    qa          | u9      | 2026-02-10 15:00 | api     | 9999
    birch       | u3      | 2026-01-31 23:59 | api     | 9999
    birch       | u3      | 2026-03-01 00:00 | api     | 9999
"""
PRODUCT = World({"customers": CUSTOMERS, "usage_events": USES})
USAGE = ("active_users", "usage_events", "stickiness", "usage_time_per_user")


def test_a_user_is_a_person_at_a_customer_and_test_accounts_have_none():
    found = overall(PRODUCT, *USAGE)
    assert found["active_users", "mau"] == 3  # u1 of acorn, whatever record, u1 and u2 of birch
    assert found["active_users", "wau"] == 1  # from the 22nd on
    assert found["active_users", "dau_mean"] == Fraction(4, 28)
    assert found["usage_events", "default"] == 7
    assert found["stickiness", "dau_mau"] == Fraction(4, 28 * 3)
    assert found["usage_time_per_user", "default"] == Fraction(600 + 300 + 60 + 60 + 180 + 60, 180)


def test_in_a_month_without_use_there_are_no_users_and_no_rates():
    found = overall(PRODUCT, *USAGE, period="2026-04")
    assert found == {
        ("active_users", "mau"): 0,
        ("active_users", "wau"): 0,
        ("active_users", "dau_mean"): 0,
        ("usage_events", "default"): 0,
        ("stickiness", "dau_mau"): "zero_denominator",
        ("usage_time_per_user", "default"): "zero_denominator",
    }


def test_a_day_of_23_hours_is_a_day():
    clocks_go_forward = World(
        {
            "usage_events": """
                customer_id | user_id | event_at         | feature
                acorn       | u1      | 2026-03-08 05:00 | reports
                acorn       | u1      | 2026-03-09 03:59 | reports
                acorn       | u1      | 2026-03-09 04:00 | reports
            """
        },
        zone="America/New_York",
    )
    found = overall(clocks_go_forward, "active_users", period="2026-03")
    assert found["dau_mean"] == Fraction(2, 31)  # all of the 8th, and midnight of the 9th


def test_a_running_month_is_divided_by_the_days_so_far():
    now = datetime(2026, 2, 11, 12, tzinfo=UTC)
    found = overall(PRODUCT, "active_users", "usage_events", now=now)
    assert found["active_users", "dau_mean"] == Fraction(3, 10)
    assert found["active_users", "mau"] == 2
    assert found["usage_events", "default"] == 5


def test_use_known_at_noon_is_use_until_noon():
    noon = datetime(2026, 2, 2, 16, tzinfo=UTC)
    assert overall(PRODUCT, "usage_events", as_of=noon) == {"default": 1}


def test_without_user_ids_there_are_uses_but_no_users():
    blind = World(
        {
            "usage_events": """
                customer_id | event_at
                acorn       | 2026-02-02
            """
        }
    )
    measured = blind.measured("2026-02", kpis=USAGE)
    assert {(one.kpi, told(one)) for one in measured.observations} == {
        ("active_users", "source_unavailable"),
        ("usage_events", 1),
        ("stickiness", "source_unavailable"),
        ("usage_time_per_user", "source_unavailable"),
    }
    assert measured.lacking["active_users"] == ("usage_events.user_id",)


def test_users_of_segments_add_up_to_all_users():
    cut = World(
        {
            "customers": """
                customer_id | segment
                acorn       | SMB
                birch       | ENT
            """,
            "usage_events": """
                customer_id | user_id | event_at
                acorn       | u1      | 2026-02-02
                birch       | u1      | 2026-02-02
                birch       | u2      | 2026-02-28
            """,
        },
        segments=("segment",),
    )
    found = cut.measured("2026-02", kpis=("active_users",)).observations
    users = {one.segment: told(one) for one in found if one.variant == "mau"}
    assert users == {"ALL": 3, "SMB": 1, "ENT": 2}
