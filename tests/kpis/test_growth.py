"""Growth, shrinkage and loss of MRR are parted by what brought them, and the parts add up."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.worlds import World, book

KINDS = ("cross_sell", "upsell", "seats", "price_increase", "resume", "other")


def parts(world, period="2026-02"):
    """Return the kinds of expansion that are not nothing."""
    found = {kind: world.value("expansion_mrr", period, variant=kind) for kind in KINDS}
    return {kind: value for kind, value in found.items() if value}


EACH = """
    customer_id | subscription_id | status | unit_amount | quantity | change_kind    | valid_from | valid_to
    a           | a               | active | 100         | 1        | new            | 2025-06-01 | 2026-02-10
    a           | a               | active | 150         | 1        | upsell         | 2026-02-10 | -
    b           | b               | active | 100         | 1        | new            | 2025-06-01 | -
    b           | b-addon         | active | 40          | 1        | cross_sell     | 2026-02-10 | -
    c           | c               | active | 10          | 10       | new            | 2025-06-01 | 2026-02-10
    c           | c               | active | 10          | 13       | seats          | 2026-02-10 | -
    d           | d               | active | 100         | 1        | new            | 2025-06-01 | 2026-02-10
    d           | d               | active | 120         | 1        | price_increase | 2026-02-10 | -
    e           | e               | paused | 100         | 1        | pause          | 2026-01-10 | 2026-02-10
    e           | e               | active | 100         | 1        | resume         | 2026-02-10 | -
    e           | e-first         | active | 5           | 1        | new            | 2025-01-10 | -
    f           | f               | active | 100         | 1        | new            | 2025-06-01 | 2026-02-10
    f           | f               | active | 107         | 1        | renewal        | 2026-02-10 | -
"""


def test_expansion_is_parted_by_what_brought_it():
    world = book(EACH)
    assert parts(world) == {
        "upsell": 50,
        "cross_sell": 40,
        "seats": 30,
        "price_increase": 20,
        "resume": 100,
        "other": 7,
    }
    assert world.value("expansion_mrr") == 247


def test_only_what_was_sold_is_in_the_upsell_and_cross_sell_rate():
    closing = 150 + 140 + 130 + 120 + 105 + 107
    assert book(EACH).value("upsell_cross_sell_rate") == Fraction(50 + 40, closing)


def test_without_the_kinds_of_changes_there_is_no_upsell_rate():
    blind = book("""
        customer_id | unit_amount | valid_from | valid_to
        a           | 100         | 2025-06-01 | 2026-02-10
        a           | 150         | 2026-02-10 | -
    """)
    assert blind.value("upsell_cross_sell_rate") == "source_unavailable"
    assert parts(blind) == {"other": 50}


def test_what_shrank_in_the_same_period_is_taken_from_the_price_rise_first():
    world = book("""
        customer_id | subscription_id | unit_amount | change_kind    | valid_from | valid_to
        a           | core            | 100         | new            | 2025-06-01 | 2026-02-05
        a           | core            | 120         | price_increase | 2026-02-05 | 2026-02-10
        a           | core            | 220         | upsell         | 2026-02-10 | -
        a           | extra           | 40          | new            | 2025-06-01 | 2026-02-20
    """)
    assert world.value("expansion_mrr") == 80
    assert parts(world) == {"upsell": 80}


def test_an_upsell_taken_back_in_the_same_period_is_none():
    world = book("""
        customer_id | unit_amount | change_kind | valid_from | valid_to
        a           | 100         | new         | 2025-06-01 | 2026-02-05
        a           | 300         | upsell      | 2026-02-05 | 2026-02-10
        a           | 110         | downgrade   | 2026-02-10 | -
    """)
    assert parts(world) == {"upsell": 10}  # at most what the customer pays more in the end


def test_a_plan_swapped_for_another_counts_what_is_paid_more():
    world = book("""
        customer_id | subscription_id | unit_amount | change_kind | valid_from       | valid_to
        a           | monthly         | 240         | new         | 2025-06-01       | 2026-02-18 15:00
        a           | yearly          | 300         | upsell      | 2026-02-18 15:20 | -
    """)
    assert parts(world) == {"upsell": 60}


def test_a_rise_at_midnight_belongs_to_the_month_it_opens():
    world = book("""
        customer_id | unit_amount | change_kind    | valid_from | valid_to
        a           | 1000        | new            | 2025-03-01 | 2026-03-01
        a           | 1100        | price_increase | 2026-03-01 | -
    """)
    assert parts(world) == {}
    assert parts(world, "2026-03") == {"price_increase": 100}


def test_growth_abroad_is_valued_at_the_rate_of_the_period():
    world = World(
        {
            "subscription_versions": """
                customer_id | unit_amount | currency | change_kind | valid_from | valid_to
                a           | 100         | EUR      | new         | 2025-06-01 | 2026-02-10
                a           | 150         | EUR      | Cross-Sell  | 2026-02-10 | -
            """,
            "fx_rates": """
                currency | rate_date  | rate_to_usd
                EUR      | 2025-01-01 | 1.10
            """,
        }
    )
    assert parts(world) == {"cross_sell": 55}


def test_growth_abroad_without_a_rate_is_unknown_in_every_part():
    world = book("""
        customer_id | unit_amount | currency | change_kind | valid_from | valid_to
        a           | 100         | EUR      | new         | 2025-06-01 | 2026-02-10
        a           | 150         | EUR      | upsell      | 2026-02-10 | -
    """)
    for variant in KINDS:
        assert world.value("expansion_mrr", variant=variant) == "missing_fx"
    assert world.value("contraction_mrr", variant="pause") == "missing_fx"


def test_after_a_pause_it_is_a_resumption_whatever_it_is_called():
    world = book("""
        customer_id | status | change_kind  | valid_from | valid_to
        larch       | active | new          | 2025-06-01 | 2026-01-10
        larch       | paused | pause        | 2026-01-10 | 2026-02-10
        larch       | active | reactivation | 2026-02-10 | -
    """)
    assert world.value("contraction_mrr", "2026-01", variant="pause") == 100
    assert parts(world) == {"resume": 100}


def test_a_pause_that_ended_in_the_period_hides_no_downgrade():
    world = book("""
        customer_id | subscription_id | status | unit_amount | valid_from | valid_to
        larch       | core            | active | 100         | 2025-06-01 | 2026-02-05
        larch       | core            | paused | 100         | 2026-02-05 | 2026-02-15
        larch       | core            | active | 100         | 2026-02-15 | -
        larch       | extra           | active | 30          | 2025-06-01 | 2026-02-20
    """)
    assert world.value("contraction_mrr") == 30
    assert world.value("contraction_mrr", variant="pause") == 0


LOST = book("""
    customer_id | status   | unit_amount | cancel_requested_at | valid_from | valid_to
    asked       | active   | 50          | 2026-01-20          | 2025-06-01 | 2026-02-15
    dunned      | active   | 300         | -                   | 2025-06-01 | 2026-01-10
    dunned      | past_due | 300         | -                   | 2026-01-10 | 2026-02-12
    dunned      | unpaid   | 300         | -                   | 2026-02-12 | -
    ran_out     | past_due | 20          | -                   | 2025-06-01 | 2026-02-12
    late_goer   | past_due | 7           | 2026-02-01          | 2025-06-01 | 2026-02-12
    recovered   | past_due | 90          | -                   | 2025-06-01 | 2026-02-12
    recovered   | active   | 90          | -                   | 2026-02-12 | -
""")


def test_who_left_unpaid_did_not_choose_to():
    assert LOST.value("churned_mrr", variant="involuntary") == 320
    assert LOST.value("churned_mrr", variant="voluntary") == 57
    assert LOST.value("churned_mrr") == 377


def test_the_last_of_several_subscriptions_says_how_a_customer_left():
    world = book("""
        customer_id | subscription_id | status | unit_amount | valid_from | valid_to
        a           | core            | active | 100         | 2025-06-01 | 2026-02-10
        a           | core            | unpaid | 100         | 2026-02-10 | -
        a           | extra           | active | 30          | 2025-06-01 | 2026-02-20
    """)
    assert world.value("churned_mrr", variant="voluntary") == 130


DAYS = st.integers(0, 90).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
CHANGE = st.tuples(
    DAYS,
    st.sampled_from(["0", "9.99", "100", "333.33"]),
    st.sampled_from(["active", "paused", "past_due", "unpaid"]),
    st.sampled_from([*KINDS, "new", "-"]),
)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.lists(CHANGE, min_size=2, max_size=5), min_size=1, max_size=3))
def test_whatever_happens_the_parts_add_up(subscriptions):
    lines = [
        "customer_id | subscription_id | status | unit_amount | change_kind | valid_from | valid_to"
    ]
    for number, changes in enumerate(subscriptions):
        by_day = sorted({change[0]: change for change in changes}.values())
        ends = [str(day) for day, *_ in by_day[1:]] + ["-"]
        for (day, amount, status, kind), end in zip(by_day, ends, strict=True):
            lines.append(f"acme | s{number} | {status} | {amount} | {kind} | {day} | {end}")
    world = book("\n".join(lines))
    found = world.measured("2026-01", "2026-02", "2026-03", kpis=("expansion_mrr", "churned_mrr"))
    assert found.breaks == ()
    for period in ("2026-01", "2026-02", "2026-03"):
        by = {(o.kpi, o.variant): o.numerator for o in found.observations if o.period == period}
        if by["expansion_mrr", "default"] is not None:
            assert (
                sum(by["expansion_mrr", kind] for kind in KINDS) == by["expansion_mrr", "default"]
            )
            left = by["churned_mrr", "voluntary"] + by["churned_mrr", "involuntary"]
            assert left == by["churned_mrr", "default"]
