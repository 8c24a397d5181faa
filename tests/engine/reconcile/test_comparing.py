"""Both sides beside each other: whose row it is, exact sums, and how much is explained."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.engine.reconcile import Account, Book, Record, Stated, compared, known_words, ours_of
from tasks.engine.reconcile.whose import spelled
from tests.engine.reconcile.lists import beside
from tests.engine.worlds import NOW, World, book

NAMED = World(
    {
        "customers": """
            customer_id | name           | external_ids
            c1          | Acorn, Inc.    | stripe:cus_1;4711
            c2          | Birch & Söhne  | -
            c3          | Cedar          | -
            c4          | Cedar Ltd      | -
        """,
        "subscription_versions": """
            customer_id | unit_amount | valid_from
            c1          | 100         | 2025-06-01
            c2          | 200         | 2025-06-01
            c3          | 300         | 2025-06-01
            c4          | 400         | 2025-06-01
        """,
    }
)


@pytest.mark.parametrize(
    "called", ["c1", "C1", "acorn", "ACORN Inc", "Acorn GmbH", "cus_1", "stripe:cus_1", "4711"]
)
def test_a_customer_is_known_by_id_by_other_systems_and_by_name(called):
    rows = {row.customer_id: row for row in beside(NAMED, f"{called} | 100").rows}
    assert rows["c1"].theirs == 100


def test_accents_and_signs_make_no_difference():
    assert spelled("Birch & Söhne") == spelled("birch-sohne")
    assert spelled("AG") == "ag"  # a name that is all legal form stays one


def test_two_of_one_name_are_nobody_until_an_id_tells():
    (row,) = (row for row in beside(NAMED, "Cedar Inc | 350").rows if row.where == "theirs")
    assert (row.reason, row.why) == ("unexplained", "c3 and c4 are all called so; give their ids")
    assert beside(NAMED, "c4 | 400").only("theirs") == ()


def test_a_stranger_gets_the_nearest_name_and_the_one_of_the_same_amount():
    rows = beside(NAMED, "Birch und Söhne | 200\nOakley | 100").only("theirs")
    near, far = (row.why for row in rows)
    assert near.startswith("nobody here is called so; did they mean Birch & Söhne?; Birch & Söhne")
    assert far == "nobody here has this id or name; Acorn, Inc. has exactly this amount, only here"


def test_the_share_counts_differences_without_their_signs():
    world = book("""
        customer_id | unit_amount | valid_from
        acorn       | 100         | 2025-06-01
        birch       | 500         | 2025-06-01
    """)
    found = beside(world, "acorn | 1200\nstranger | 100")
    assert (found.theirs, found.ours, found.gap, found.off) == (1300, 600, 700, 1700)
    assert (found.explained, found.share) == (1100, Decimal(1100) / 1700)
    assert found.by_reason() == {"annual": (1, 1100), "unexplained": (2, -400)}


def test_our_total_is_the_kpi_to_the_last_decimal():
    world = World(
        {
            "fx_rates": "currency | rate_date | rate_to_usd\nEUR | 2026-01-01 | 1.0837",
            "subscription_versions": """
                customer_id | unit_amount | quantity | interval | currency | discount_pct | valid_from | valid_to
                acorn       | 999.99      | 3        | year     | EUR      | 7.5          | 2025-06-01 | -
                birch       | 13.37       | 1        | week     | USD      | -            | 2025-06-01 | -
                cedar       | 80          | 1        | month    | USD      | -            | 2025-06-01 | 2026-03-01
                gone        | 80          | 1        | month    | USD      | -            | 2025-06-01 | 2026-02-28
            """,
        }
    )
    with world.session() as session:
        ours = ours_of(session, world.basis, world.basis.calendar.period("2026-02"), now=NOW)
    assert ours is not None
    assert sum(account.ours for account in ours.accounts.values()) == world.value("mrr")
    levels = {payer: ours.level(one, ours.close) for payer, one in ours.accounts.items()}
    assert levels == {payer: one.ours for payer, one in ours.accounts.items()}


def test_a_period_that_has_not_begun_has_no_book():
    with NAMED.session() as session:
        period = NAMED.basis.calendar.period("2027-02")
        assert ours_of(session, NAMED.basis, period, now=NOW) is None


amounts = st.integers(0, 10**6).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    ours=st.dictionaries(st.sampled_from("abcdefgh"), amounts, max_size=8),
    theirs=st.lists(st.tuples(st.sampled_from("abcdefghxyz"), amounts), max_size=12),
)
def test_every_row_counts_once_and_the_rows_add_up_to_the_gap(ours, theirs):
    calendar = NAMED.basis.calendar
    period = calendar.period("2026-02")
    accounts = {one: Account(one, one, mrr, (Record(one),)) for one, mrr in ours.items()}
    close = period.end_at.replace(tzinfo=None)
    stated = [Stated(n, (name,), amount) for n, (name, amount) in enumerate(theirs)]
    found = compared(Book(period, close, calendar, "USD", accounts, {}), stated)
    assert found.theirs == sum(amount for _, amount in theirs)
    assert found.ours == sum(ours.values())
    assert found.gap == sum(row.difference for row in found.rows)
    assert found.explained <= found.off
    assert sorted(n for row in found.rows for n in row.lines) == list(range(len(theirs)))
    assert sum(count for count, _ in found.by_reason().values()) <= len(found.rows)


def test_everybody_is_known_by_their_own_id():
    accounts = {"a": Account("a", "A", Decimal(1), (Record("a", "A", ("x:1",)),))}
    assert [known_words(accounts).knows(text) for text in ("A", "x:1", "b")] == [True, True, False]
