"""With how many customers has one of us spoken lately?"""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

TABLES = {
    "subscription_versions": """
        customer_id | valid_from | valid_to
        acorn       | 2025-06-01 | -
        birch       | 2025-06-01 | 2026-02-10
        cedar       | 2026-02-05 | -
        dahlia      | 2025-06-01 | -
        qa          | 2025-06-01 | -
        gone        | 2025-01-01 | 2025-03-01
    """,
    "customers": """
        customer_id | is_test | parent_id | merged_into
        acorn       | false   | -         | -
        acorn-west  | false   | acorn     | -
        birch       | false   | -         | -
        cedar       | false   | -         | -
        cedar-twin  | false   | -         | cedar
        dahlia      | false   | -         | -
        qa          | true    | -         | -
        gone        | false   | -         | -
    """,
    "touches": """
        customer_id | at
        acorn       | 2025-12-20
        acorn-west  | 2026-02-19
        birch       | 2026-01-30
        cedar-twin  | 2025-12-01
        dahlia      | 2026-03-01
        qa          | 2026-02-20
        gone        | 2026-02-20
    """,
}
DESK = World(TABLES)


def test_customers_touched_over_everybody_of_the_month():
    # acorn by its child, birch 30 days before the close to the minute; cedar's twin 90 days before
    assert DESK.value("contact_coverage_rate") == Fraction(2, 4)
    assert DESK.value("contact_coverage_rate", variant="90d") == Fraction(3, 4)


def test_a_touch_at_the_close_is_of_the_next_month():
    assert DESK.value("contact_coverage_rate", "2026-03", variant="90d") == Fraction(2, 3)


def test_who_was_never_touched_has_no_days():
    one = DESK.observe("days_since_touch")
    assert (one.numerator, one.n) == (30, 3)  # 10, 30 and 90 days; dahlia has none


def test_nobody_touched_is_no_number_of_days():
    lonely = World({**TABLES, "touches": "customer_id | at\ngone | 2025-02-01"})
    assert lonely.value("days_since_touch") == "insufficient_inputs"
    assert lonely.value("contact_coverage_rate") == 0


def test_before_the_first_touch_was_written_down_nothing_is_known():
    assert DESK.value("contact_coverage_rate", "2025-10") == "insufficient_inputs"


def test_it_is_cut_by_segment():
    tables = {**TABLES, "customers": "customer_id | segment\nacorn | SMB\ncedar | SMB"}
    world = World(tables, segments=("segment",))
    assert world.value("contact_coverage_rate", segment="SMB") == Fraction(0, 2)


def test_a_touch_of_a_test_account_reaches_nobody():
    tables = {
        **TABLES,
        "customers": TABLES["customers"].replace(
            "acorn-west  | false   | acorn", "acorn-west  | true    | acorn"
        ),
    }
    before, after = (
        DESK.value("contact_coverage_rate"),
        World(tables).value("contact_coverage_rate"),
    )
    assert before - after == Fraction(1, 4)  # acorn was only touched by its test account
