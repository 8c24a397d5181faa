"""Is what was licensed also used."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.engine.worlds import World
from tests.kpis.overall import overall

SUBSCRIPTIONS = """
    customer_id | valid_from | valid_to
    acorn       | 2025-06-01 | -
    birch       | 2025-06-01 | -
    cedar       | 2025-06-01 | -
    free        | 2025-06-01 | -
    gone        | 2025-06-01 | 2026-01-10
"""
LICENSES = """
    customer_id | valid_from | seats
    acorn       | 2025-06-01 | 4
    birch       | 2025-06-01 | 9
    birch       | 2026-02-10 | 2
    birch       | 2026-03-01 | 90
    cedar       | 2025-06-01 | 5
    cedar       | 2026-02-20 | 0
    gone        | 2025-06-01 | 50
"""
USES = """
    customer_id | user_id | event_at   | feature
    acorn       | u1      | 2026-02-02 | reports
    acorn       | u1      | 2026-02-09 | export
    acorn       | u1      | 2026-02-16 | export
    birch       | u2      | 2026-02-02 | reports
    birch       | u3      | 2026-02-03 | reports
    birch       | u4      | 2026-02-04 | reports
    birch       | u2      | 2026-02-05 | export
    birch       | u2      | 2026-02-06 | api
    birch       | u2      | 2026-02-07 | alerts
    birch       | u2      | 2026-02-08 | fifth
    cedar       | u5      | 2026-02-02 | reports
    free        | u6      | 2026-02-02 | reports
"""
SEATS = World({"subscription_versions": SUBSCRIPTIONS, "licenses": LICENSES, "usage_events": USES})


def test_seats_are_those_licensed_at_the_close():
    # acorn 1 of 4, birch 3 of 2; cedar's licence has ended, free has none, gone is no customer
    assert SEATS.value("seat_utilisation") == Fraction(1 + 3, 4 + 2)


def test_the_usage_score_gives_full_marks_once():
    # acorn 40 * 3/4 + 30 * 2/4 + 30 * 1/4; birch has more than everything: 100
    assert SEATS.value("product_usage_score") == (Fraction("52.5") + 100) / 2


def test_a_licensed_customer_who_is_silent_scores_zero():
    assert SEATS.value("product_usage_score", "2026-04") == 0


def test_weights_and_full_marks_are_settings():
    other = {
        "product_usage_score": {
            "weights": {"active_days": 1, "features": 0, "seats": 1},
            "target_days": 3,
        }
    }
    world = World(SEATS.tables, settings=other)
    assert world.value("product_usage_score") == (Fraction("62.5") + 100) / 2


def test_a_week_looks_back_a_month_so_that_it_means_the_same():
    found = overall(SEATS, "product_usage_score", "seat_utilisation", period="2026-W08")
    # to Monday, 23 February: birch had 2 seats since the 10th, cedar ended on the 20th
    assert found["product_usage_score", "default"] == (Fraction("52.5") + 100) / 2
    assert found["seat_utilisation", "default"] == Fraction(1, 6)  # acorn on Monday the 16th


def test_a_running_month_looks_back_four_weeks():
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    # closed at the end of 1 March: 28 days from 2 February on; birch has 90 seats by now
    expected = 40 + 30 + Fraction(30 * 3, 90)
    acorn = Fraction("52.5")
    found = overall(SEATS, "product_usage_score", period="2026-03", now=now)
    assert abs(found["default"] - (acorn + expected) / 2) < Fraction(1, 10**11)


def test_seats_of_children_and_duplicates_are_added_to_the_payers():
    world = World(
        {
            "customers": """
                customer_id | parent_id | merged_into
                holding     | -         | -
                daughter    | holding   | -
            """,
            "subscription_versions": """
                customer_id | valid_from
                holding     | 2025-06-01
            """,
            "licenses": """
                customer_id | valid_from | seats
                holding     | 2025-06-01 | 3
                daughter    | 2025-06-01 | 2
            """,
            "usage_events": """
                customer_id | user_id | event_at   | feature
                daughter    | u1      | 2026-02-02 | reports
            """,
        }
    )
    assert world.value("seat_utilisation") == Fraction(1, 5)


def test_before_any_use_was_recorded_nothing_is_known():
    found = overall(SEATS, "product_usage_score", "seat_utilisation", period="2026-01")
    assert set(found.values()) == {"insufficient_inputs"}


def test_without_licences_there_is_no_score():
    bare = World({"subscription_versions": SUBSCRIPTIONS, "usage_events": USES})
    assert bare.value("product_usage_score") == "source_unavailable"
    later = World({**SEATS.tables, "licenses": LICENSES.replace("2025", "2027")})
    assert later.value("seat_utilisation", "2026-02") == Fraction(3, 2)  # birch alone
