"""How long customers stay, and what they are worth while they do."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.kpis.lifetime import survival
from tests.engine.worlds import World, book

THREE_MONTHS = {"survival": {"horizon_months": 3}}
H3 = {"variant": "h3"}


def test_the_curve_multiplies_what_stays_of_those_who_are_seen():
    # (seen, left) of four months: 17 customers, one leaves at once, two of seven in the last
    counted = [17, 1, 12, 0, 9, 0, 7, 2]
    first, last = Fraction(16, 17), Fraction(16, 17) * Fraction(5, 7)
    assert list(survival([Fraction(one) for one in counted])) == [first, first, first, last]


def test_the_curve_ends_where_nobody_has_been_seen_that_long():
    assert list(survival([Fraction(one) for one in (3, 0, 1, 0, 0, 0)])) == [1, 1]


def test_once_all_have_left_nobody_is_there_later():
    assert list(survival([Fraction(one) for one in (2, 2, 0, 0, 0, 0)])) == [0, 0, 0]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=24))
def test_the_curve_never_rises(months):
    counted = [Fraction(n) for seen, left in months for n in (seen, min(seen, left))]
    shares = list(survival(counted))
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)


FOUR = book(
    """
    customer_id | valid_from | valid_to
    early       | 2026-01-05 | 2026-01-20
    month       | 2025-12-10 | 2026-01-10
    fresh       | 2026-02-20 | -
    old         | 2025-06-01 | -
    """,
    settings=THREE_MONTHS,
)


def test_a_lifetime_adds_up_the_chances_of_each_month():
    # of four one leaves in its first month, of the two seen in the second month one leaves
    three, eighths = Fraction(3, 4), Fraction(3, 8)
    assert FOUR.value("lifetime_months_km", **H3) == three + eighths + eighths


def test_the_chance_to_stay_is_the_curve_at_that_month():
    one = FOUR.observe("survival_probability", variant="tenure_6m")
    assert (one.numerator, one.denominator, one.n) == (3, 8, 4)


def test_a_customer_is_worth_its_mrr_for_its_lifetime():
    assert FOUR.value("clv_survival", variant="h3_undiscounted") == 100 * Fraction(3, 2)


def test_the_horizon_names_the_variant_beside_the_usual_one():
    found = FOUR.measured("2026-02", kpis=("lifetime_months_km", "clv_survival")).observations
    assert {one.variant for one in found} == {"h12", "h3", "h12_undiscounted", "h3_undiscounted"}


def test_beyond_what_anybody_was_seen_there_is_no_lifetime():
    assert FOUR.value("lifetime_months_km", variant="h12") == "insufficient_inputs"


def test_everybody_started_in_the_period():
    world = book("customer_id | valid_from\nacorn | 2026-02-03\nbirch | 2026-02-10")
    kpis = ("survival_probability", "lifetime_months_km", "clv_survival", "clv_simple")
    found = world.measured("2026-02", kpis=kpis, all_variants=False).observations
    assert {one.kpi: one.null_reason for one in found} == {
        "survival_probability": "insufficient_inputs",
        "lifetime_months_km": "insufficient_inputs",
        "clv_survival": "insufficient_inputs",
        "clv_simple": "zero_denominator",
    }


def test_with_nobody_lost_the_lifetime_is_the_horizon_where_churn_has_no_answer():
    world = book("customer_id | valid_from\nacorn | 2025-01-03\nbirch | 2025-01-10")
    assert world.value("clv_simple") == "zero_denominator"
    assert world.value("clv_survival") == 12 * 100


def test_the_one_customer_there_ever_was():
    world = book("customer_id | valid_from | valid_to\nacorn | 2025-01-03 | 2025-02-10")
    assert world.value("lifetime_months_km", "2025-01") == "insufficient_inputs"
    assert world.value("lifetime_months_km", "2025-02") == 1
    assert world.value("clv_survival", "2025-02") == "zero_denominator"


GAP = """
    customer_id | valid_from | valid_to
    acorn       | 2025-01-10 | 2025-03-10
    acorn       | {back}     | -
    birch       | 2025-01-01 | -
"""


def test_back_after_a_long_gap_is_a_second_spell():
    one = book(GAP.format(back="2025-09-10"), settings=THREE_MONTHS).observe(
        "lifetime_months_km", **H3
    )
    assert (one.numerator, one.denominator, one.n) == (8, 3, 3)


def test_back_after_a_short_gap_has_never_left():
    one = book(GAP.format(back="2025-03-30"), settings=THREE_MONTHS).observe(
        "lifetime_months_km", **H3
    )
    assert (one.numerator, one.denominator, one.n) == (3, 1, 2)


def test_how_short_a_gap_has_to_be_is_a_setting():
    settings = {**THREE_MONTHS, "reactivation_gap_days": 10}
    world = book(GAP.format(back="2025-03-30"), settings=settings)
    assert world.value("lifetime_months_km", **H3) == 1 + 1 + Fraction(2, 3)


def test_who_is_away_at_the_close_has_left_as_far_as_is_known():
    world = book(GAP.format(back="2025-04-05"), settings=THREE_MONTHS)
    assert world.value("lifetime_months_km", "2025-03", **H3) == 1 + 1 + Fraction(1, 2)
    assert world.value("lifetime_months_km", "2025-04", **H3) == 3


TWO = {"settings": {"survival": {"horizon_months": 2}}}


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "lifetime"),
    [
        ("2026-01-15", "2026-02-14", 1),  # a day short of a month: left in its first
        ("2026-01-15", "2026-02-15", Fraction(3, 2)),
        ("2026-01-31", "2026-02-28", Fraction(3, 2)),  # the last day of a shorter month
        ("2026-01-30", "2026-02-27", 1),
        ("2026-01-31", "2026-03-01", 2),  # at the very close, it is still there just before
    ],
)
def test_months_are_counted_as_invoices_count_them(valid_from, valid_to, lifetime):
    world = book(
        f"""
        customer_id | valid_from   | valid_to
        acorn       | {valid_from} | {valid_to}
        old         | 2025-06-01   | -
        """,
        **TWO,
    )
    assert world.value("lifetime_months_km", variant="h2") == lifetime


def test_the_days_of_a_month_are_the_company_s_own():
    # from the evening of 15 January to noon of 15 February in New York
    world = book(
        """
        customer_id | valid_from       | valid_to
        acorn       | 2026-01-16 03:00 | 2026-02-15 17:00
        old         | 2025-06-01       | -
        """,
        zone="America/New_York",
        **TWO,
    )
    assert world.value("lifetime_months_km", variant="h2") == Fraction(3, 2)


def test_a_pause_that_lasts_is_leaving_when_its_days_are_over():
    world = book(
        """
        customer_id | valid_from | valid_to   | status
        larch       | 2025-10-01 | 2025-10-20 | active
        larch       | 2025-10-20 | -          | paused
        old         | 2025-06-01 | -          | active
        """,
        settings=THREE_MONTHS,
    )
    assert world.value("lifetime_months_km", "2025-12", **H3) == 3
    assert world.value("survival_probability", "2026-02") == Fraction(1, 2)


LATE = """
    customer_id | valid_from | valid_to
    before      | 2025-01-10 | 2025-03-10
    old         | 2025-01-10 | -
    gone        | 2025-09-05 | 2025-11-10
    there       | 2025-09-05 | -
"""


def test_who_left_before_the_history_began_and_the_months_before_it_are_out():
    # old is first seen in the eighth month of its tenure: it says nothing about the first three
    settings = {"survival": {"horizon_months": 3, "observed_since": date(2025, 9, 1)}}
    whole, late = book(LATE, settings=THREE_MONTHS), book(LATE, settings=settings)
    assert whole.value("lifetime_months_km", **H3) == 1 + 1 + Fraction(2, 4)
    assert late.value("lifetime_months_km", **H3) == 1 + 1 + Fraction(1, 2)
    assert late.observe("lifetime_months_km", **H3).n == 3


def test_tests_have_no_lifetime_and_segments_have_their_own():
    world = World(
        {
            "customers": """
                customer_id | segment | is_test
                acorn       | SMB     | false
                birch       | SMB     | false
                elm         | ENT     | false
                qa          | ENT     | true
            """,
            "subscription_versions": """
                customer_id | valid_from | valid_to   | unit_amount
                acorn       | 2025-01-03 | 2025-02-10 | 100
                birch       | 2025-01-03 | -          | 100
                elm         | 2025-01-03 | -          | 500
                qa          | 2025-01-03 | 2025-01-10 | 999
            """,
        },
        segments=("segment",),
        settings=THREE_MONTHS,
    )
    found = world.measured("2026-02", kpis=("clv_survival",)).observations
    values = {one.segment: one.value for one in found if one.variant == "h3_undiscounted"}
    assert values["SMB"] == 100 * (1 + Fraction(1, 2) + Fraction(1, 2))
    assert values["ENT"] == 500 * 3
    assert set(values) == {"ALL", "SMB", "ENT"}


def test_a_tenure_band_holds_the_spells_that_began_then():
    # the first spell of juniper began over a year ago, its second one a week ago
    world = book(
        """
        customer_id | valid_from | valid_to
        juniper     | 2024-05-20 | 2024-07-25
        juniper     | 2026-02-20 | -
        old         | 2024-06-01 | -
        """,
        segments=("tenure_band",),
        settings=THREE_MONTHS,
    )
    found = world.measured("2026-02", kpis=("lifetime_months_km",)).observations
    values = {one.segment: one.value or one.null_reason for one in found if one.variant == "h3"}
    assert values["1 to 3 years"] == 1 + 1 + Fraction(1, 2)
    assert values["under 90 days"] == "insufficient_inputs"
