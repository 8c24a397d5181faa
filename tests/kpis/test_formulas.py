"""How values are put together out of several totals and other values, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.facts.standing import days
from tasks.kpis.formulas import DIGITS, derived, divided, product
from tasks.kpis.measures import count, ratio, total
from tasks.kpis.value import Measure, Sample
from tasks.model import NullReason

A, B, C = (count(days()) for _ in range(3))


def samples(**given):
    """Return what three measures came to; a reason instead of a number makes one unknown."""
    known = {A: given.get("a", 0), B: given.get("b", 0), C: given.get("c", 0)}

    def sample(measure: Measure) -> Sample:
        found = known[measure]
        if isinstance(found, NullReason):
            return Sample(missing=found)
        return Sample(Decimal(found), int(found))

    return sample


def test_a_product_multiplies_above_and_below():
    value = product(A, B, over=(C,), times=Decimal("0.8"))
    assert divided(value.components(samples(a=10, b=3, c=4))) == Fraction(6)


def test_a_product_over_nothing_is_no_value():
    found = product(A, over=(B, C)).components(samples(a=1, b=0, c=4))
    assert found.null_reason is NullReason.ZERO_DENOMINATOR


def test_a_product_of_something_unknown_is_unknown():
    found = product(A, over=(B,)).components(samples(a=NullReason.MISSING_FX, b=1))
    assert found.null_reason is NullReason.MISSING_FX


def test_a_derived_value_is_exact():
    value = derived(ratio(A, B), ratio(A, C), of=lambda left, right: left - right)
    found = value.components(samples(a=1, b=3, c=7))
    assert (found.numerator, found.denominator) == (4, 21)


def test_a_derived_value_rests_on_all_its_parts():
    value = derived(total(A), ratio(A, B), of=lambda left, right: left + right)
    assert value.components(samples(a=1)).null_reason is NullReason.ZERO_DENOMINATOR


def test_a_derived_value_can_say_why_there_is_none():
    value = derived(total(A), of=lambda _: NullReason.INSUFFICIENT_INPUTS)
    assert value.components(samples()).null_reason is NullReason.INSUFFICIENT_INPUTS


def test_n_is_the_number_of_units_behind_it():
    assert product(A, over=(B,), n_of=C).components(samples(a=1, b=2, c=9)).n == 9


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30))
def test_no_part_gets_too_long_to_keep(numbers):
    value = derived(
        total(A), of=lambda _: Fraction(1) + sum(Fraction(1, one) for one in numbers)
    ).components(samples())
    assert max(len(str(value.numerator)), len(str(value.denominator))) <= DIGITS + 1
    exact = Fraction(1) + sum(Fraction(1, one) for one in numbers)
    assert divided(value) == pytest.approx(float(exact), rel=1e-15)
