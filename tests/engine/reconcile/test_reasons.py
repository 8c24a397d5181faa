"""Why somebody comes to another amount: one worked example for each reason."""

from __future__ import annotations

from decimal import Decimal

from tests.engine.reconcile.lists import beside, only
from tests.engine.worlds import World, book


def test_who_agrees_has_no_reason():
    world = book("""
        customer_id | unit_amount | valid_from
        acorn       | 300         | 2025-06-01
    """)
    found = beside(world, "acorn | 300")
    assert (found.theirs, found.ours, found.gap, found.share) == (300, 300, 0, None)
    assert [row.differs for row in found.rows] == [False]


def test_rounded_to_the_cent_is_the_same():
    world = book("""
        customer_id | unit_amount | interval | valid_from
        acorn       | 1000        | year     | 2025-06-01
    """)
    found = beside(world, "acorn | 83.33")
    (row,) = found.rows
    assert (row.reason, row.differs) == ("rounding", False)
    assert found.share == 1


def test_a_list_without_cents_is_the_same_to_the_unit():
    world = book("""
        customer_id | unit_amount | valid_from
        acorn       | 99.60       | 2025-06-01
        birch       | 100         | 2025-06-01
    """)
    assert not any(row.differs for row in beside(world, "acorn | 100\nbirch | 100").rows)
    row = only(world, "acorn | 100\nbirch | 100.00001")  # nobody writes both without cents
    assert (row.name, row.reason, row.difference) == ("acorn", "unexplained", Decimal("0.4"))


EUROS = {
    "fx_rates": """
        currency | rate_date  | rate_to_usd | kind
        EUR      | 2025-01-01 | 1.05        | locked
        EUR      | 2026-01-01 | 1.10        | locked
        EUR      | 2026-02-20 | 1.08        | spot
    """,
    "subscription_versions": """
        customer_id | unit_amount | currency | valid_from
        acorn       | 100         | EUR      | 2025-06-01
    """,
}


def test_currency_not_converted():
    row = only(World(EUROS), "acorn | 100")
    assert (row.ours, row.reason) == (110, "currency")
    assert row.why == "their amount is in EUR, not converted"


def test_currency_converted_at_another_known_rate():
    row = only(World(EUROS), "acorn | 108")
    assert row.why == "converted from EUR at 1.08, the spot one of 20 February 2026; ours is at 1.1"
    assert only(World(EUROS), "acorn | 105").reason == "currency"
    assert only(World(EUROS), "acorn | 106").reason == "unexplained"


def test_without_a_rate_we_know_no_amount_and_say_so():
    world = book("""
        customer_id | unit_amount | currency | valid_from
        acorn       | 100         | CHF      | 2025-06-01
    """)
    row = only(world, "acorn | 120")
    assert (row.ours, row.reason) == (0, "currency")
    assert row.why == "we have no exchange rate for CHF, so no amount either"


def test_proration_of_a_start():
    world = book("""
        customer_id | unit_amount | valid_from
        acorn       | 280         | 2026-02-08
    """)
    row = only(world, "acorn | 210")  # 21 of 28 days
    assert row.reason == "proration"
    assert row.why == "by the day: 21 days of 28, not the month's amount"


def test_proration_of_who_left_and_of_a_change():
    left = book("""
        customer_id | unit_amount | valid_from | valid_to
        acorn       | 280         | 2025-06-01 | 2026-02-11
    """)
    row = only(left, "acorn | 100")  # ten days
    assert (row.ours, row.where, row.reason) == (None, "theirs", "proration")
    grew = book("""
        customer_id | unit_amount | valid_from | valid_to
        acorn       | 280         | 2025-06-01 | 2026-02-15
        acorn       | 560         | 2026-02-15 | -
    """)
    row = only(grew, "acorn | 420")  # a fortnight each
    assert row.why == "by the day: 14 days and 14 days of 28, not the month's amount"


def test_timing_theirs_is_of_the_opening():
    world = book("""
        customer_id | unit_amount | valid_from | valid_to
        acorn       | 200         | 2025-06-01 | 2026-02-10
        acorn       | 350         | 2026-02-10 | -
    """)
    row = only(world, "acorn | 200")
    assert row.reason == "timing"
    assert row.why == (
        "theirs is ours when the period began, on 1 February 2026, but for the change on "
        "10 February 2026"
    )


def test_timing_who_left_is_still_listed_and_who_came_is_not_yet():
    world = book("""
        customer_id | unit_amount | valid_from | valid_to
        acorn       | 200         | 2025-06-01 | 2026-02-25
        birch       | 90          | 2026-02-26 | -
    """)
    found = beside(world, "acorn | 200")
    assert {row.name: row.why for row in found.rows} == {
        "acorn": "their list is from before the end on 25 February 2026",
        "birch": "their list is from before the start on 26 February 2026",
    }
    assert (found.gap, found.off, found.share) == (110, 290, 1)


def test_timing_theirs_has_what_comes_after_the_close():
    world = book("""
        customer_id | unit_amount | valid_from | valid_to
        acorn       | 200         | 2025-06-01 | 2026-03-04
        acorn       | 350         | 2026-03-04 | -
        birch       | 70          | 2026-03-20 | -
    """)
    found = beside(world, "acorn | 350\nbirch | 70")
    assert {row.name: row.why for row in found.rows} == {
        "acorn": "their list has the change on 4 March 2026 already",
        "birch": "theirs is ours at the close of 2026-03, but for the start on 20 March 2026",
    }


def test_discount():
    world = book("""
        customer_id | unit_amount | discount_pct | valid_from
        acorn       | 200         | 20           | 2025-06-01
        gift        | 50          | 100          | 2025-06-01
    """)
    found = {row.name: row for row in beside(world, "acorn | 200\ngift | 50").rows}
    assert (found["acorn"].ours, found["acorn"].reason) == (160, "discount")
    assert found["acorn"].why == "before the discount of 20 %, which our MRR takes off"
    assert (found["gift"].ours, found["gift"].reason) == (None, "discount")


GROUP = World(
    {
        "customers": """
            customer_id | name         | parent_id | merged_into
            holding     | Holding      | -         | -
            child       | Child        | holding   | -
            again       | Holding AG   | -         | holding
        """,
        "subscription_versions": """
            customer_id | unit_amount | valid_from
            holding     | 1000        | 2025-06-01
            child       | 300         | 2025-06-01
        """,
    }
)


def test_parent_listed_alone():
    row = only(GROUP, "holding | 1000")
    assert (row.ours, row.reason) == (1300, "parent")
    assert row.why == "theirs is Holding alone; ours adds Child"


def test_children_in_rows_of_their_own_add_up_to_who_pays():
    found = beside(GROUP, "Holding | 1000\nChild | 300")
    assert [(row.name, row.theirs, row.ours, row.lines) for row in found.rows] == [
        ("Holding", 1300, 1300, (2, 3))
    ]


def test_a_duplicate_listed_twice():
    row = only(GROUP, "holding | 1300\nagain | 1300")
    assert (row.theirs, row.reason) == (2600, "duplicate")
    assert row.why == "listed 2 times, in lines 2, 3, with the whole"


def test_a_year_not_divided_by_twelve():
    world = book("""
        customer_id | unit_amount | interval | interval_count | valid_from
        acorn       | 1200        | year     | 1              | 2025-06-01
        birch       | 300         | month    | 3              | 2025-06-01
        cedar       | 1200        | month    | 1              | 2025-06-01
    """)
    found = {r.name: r for r in beside(world, "acorn | 1200\nbirch | 300\ncedar | 100").rows}
    assert {row.reason for row in found.values()} == {"annual"}
    assert found["acorn"].why == "twelve times ours: a year's amount, not divided by 12"
    assert found["birch"].why == "what is invoiced at once, not what that is a month"
    assert found["cedar"].why == "a twelfth of ours: divided by 12 once too often"


def test_one_off_amounts_that_were_added():
    world = World(
        {
            "subscription_versions": """
                customer_id | unit_amount | interval | valid_from | valid_to
                acorn       | 200         | month    | 2025-06-01 | -
                birch       | 100         | month    | 2025-06-01 | -
                birch       | 40          | usage    | 2025-06-01 | -
            """,
            "revenue_lines": """
                customer_id | recognized_on | amount | currency | kind
                acorn       | 2026-02-11    | 500    | USD      | one_off
                acorn       | 2026-02-12    | 80     | USD      | tax
                acorn       | 2026-01-12    | 7      | USD      | one_off
            """,
        }
    )
    found = {row.name: row for row in beside(world, "acorn | 700\nbirch | 140").rows}
    assert found["acorn"].why == "ours and one-off of the period, which does not recur"
    assert found["birch"].why == "ours and usage of the period, which does not recur"
    row = next(row for row in beside(world, "acorn | 780").rows if row.name == "acorn")
    assert row.why == "ours and one-off, tax of the period, which does not recur"


def test_what_brings_nothing_here_but_counts_there():
    world = book("""
        customer_id | unit_amount | status   | valid_from
        acorn       | 200         | paused   | 2025-06-01
        birch       | 90          | trialing | 2026-01-20
        cedar       | 70          | canceled | 2025-06-01
    """)
    found = {row.name: row for row in beside(world, "acorn | 200\nbirch | 90\ncedar | 70").rows}
    assert found["acorn"].why == "theirs counts what is paused here and brings nothing"
    assert found["birch"].reason == "status"
    assert found["cedar"].reason == "unexplained"


def test_a_test_account():
    world = World(
        {
            "customers": "customer_id | name | is_test\nqa | QA | true\nacorn | Acorn | false",
            "subscription_versions": """
                customer_id | unit_amount | valid_from
                qa          | 10          | 2025-06-01
                acorn       | 100         | 2025-06-01
            """,
        }
    )
    row = only(world, "QA | 10\nAcorn | 100")
    assert (row.where, row.reason) == ("theirs", "test")


def test_of_two_reasons_the_surer_one_counts_and_the_other_is_told():
    world = book("""
        customer_id | unit_amount | discount_pct | valid_from | valid_to
        acorn       | 200         | 0            | 2025-06-01 | 2026-02-10
        acorn       | 200         | 20           | 2026-02-10 | -
    """)
    row = only(world, "acorn | 200")
    assert row.reason == "discount"
    assert len(row.also) == 1
    assert row.also[0].startswith("theirs is ours when the period began")
