"""Contributions add up exactly, to the last digit that is shown."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.drivers import Contribution, drivers, rounded
from tasks.model import NullReason
from tests.alerts.company import cell, seen


def history(kpi, of=None, **segments):
    return {
        name: seen(cell(kpi, "plan", name), numbers, None if of is None else of[name])
        for name, numbers in segments.items()
    }


def test_a_count_is_what_each_segment_has_over_its_usual_number():
    found = drivers(
        history(
            "churned_customers",
            Starter=[0, 1, 0, 0, 0, 5],
            Growth=[1, 1, 1, 1, 1, 2],
            Scale=[1, 0, 1, 0, 0, 0],
        )
    )
    assert found.change == Decimal("5.4")
    assert found.contributions == (
        Contribution("Starter", Decimal("4.8")),
        Contribution("Growth", Decimal("1.0")),
        Contribution("Scale", Decimal("-0.4")),
    )


def test_a_rate_is_told_in_events_over_the_usual_rate():
    found = drivers(
        history(
            "logo_churn_rate",
            of={"Starter": 60, "Growth": 240},
            Starter=[1, 1, 1, 1, 6],
            Growth=[2, 2, 2, 2, 1],
        )
    )
    assert found.change == Decimal("4.0")
    assert found.mix == 0
    assert [(each.segment, each.amount) for each in found.contributions] == [
        ("Starter", Decimal("5.0")),
        ("Growth", Decimal("-1.0")),
    ]


def observed(now, of_now, before, of_before):
    where = cell("logo_churn_rate", "plan", "any")
    return (*seen(where, [before], of_before), *seen(where, [now], of_now))


def test_a_mix_that_moved_is_not_a_rate_that_moved():
    found = drivers(
        {
            "Starter": observed(20, 200, 10, 100),  # 10 % as ever, twice the customers
            "Scale": observed(1, 100, 2, 200),  # 1 % as ever, half the customers
        }
    )
    assert found.change == Decimal("9.0")  # 21 of 300 where 4 % would be 12
    assert found.mix == found.change


def test_a_new_segment_is_a_matter_of_mix():
    found = drivers(
        {
            "Starter": observed(10, 100, 10, 100),
            "Trial": observed(30, 100, 0, 0),
        }
    )
    assert found.change == Decimal("20.0")
    assert found.mix == Decimal("20.0")


def test_a_segment_without_a_value_counts_as_empty():
    old, new = observed(3, 50, 2, 50)
    missing = replace(new, numerator=None, null_reason=NullReason.ZERO_DENOMINATOR)
    found = drivers({"Starter": observed(10, 100, 10, 100), "Gone": (old, missing)})
    assert found.change == sum(each.amount for each in found.contributions)


def test_nothing_to_divide_by_moves_nothing():
    assert drivers({"Starter": observed(0, 0, 0, 0)}).change == 0
    assert drivers({}).contributions == ()


def test_the_small_ones_are_told_together():
    found = drivers(history("churned_customers", A=[0, 5], B=[0, 3], C=[0, 1], D=[1, 0]))
    assert [(each.segment, each.amount) for each in found.leading(2)] == [
        ("A", Decimal("5.0")),
        ("B", Decimal("3.0")),
        ("rest", Decimal("0.0")),
    ]
    assert found.leading(3) == found.contributions


def test_rounding_keeps_the_sum():
    thirds = [Fraction(1, 3)] * 3
    assert rounded(thirds, Decimal("0.1")) == [Decimal("0.4"), Decimal("0.3"), Decimal("0.3")]


fractions = st.fractions(-1000, 1000, max_denominator=97)


@given(st.lists(fractions, max_size=12), st.integers(0, 3))
def test_rounded_numbers_add_up_to_the_rounded_sum(exact, places):
    unit = Decimal(1).scaleb(-places)
    kept = rounded(exact, unit)
    assert sum(kept, Decimal(0)) == round(sum(exact, Fraction(0)) / Fraction(unit)) * unit
    assert all(abs(Fraction(a) - b) < Fraction(unit) for a, b in zip(kept, exact, strict=True))


segments = st.lists(
    st.tuples(st.integers(0, 50), st.integers(51, 500), st.integers(0, 50), st.integers(51, 500)),
    min_size=1,
    max_size=8,
)


@given(segments)
def test_contributions_add_up_to_the_change_of_the_whole(drawn):
    found = drivers({str(i): observed(*each) for i, each in enumerate(drawn)})
    now, of_now, before, of_before = (sum(each[i] for each in drawn) for i in range(4))
    exact = now - Fraction(before, of_before) * of_now
    assert found.change == sum(each.amount for each in found.contributions)
    assert abs(Fraction(found.change) - exact) <= Fraction(1, 20)


@given(segments, st.integers(51, 500))
def test_a_segment_that_did_not_change_contributes_only_mix(drawn, size):
    steady = (size // 10, size, size // 10, size)
    alone = drivers({"steady": observed(*steady)})
    assert alone.change == 0
