"""What goes into the store comes out: the digits, the instants, the reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy.exc import StatementError

from tasks.model import NullReason, Status
from tasks.store import read, record
from tests.store.drawn import NOW, drawn


def there_and_back(store, **changes):
    (one,) = drawn("value\n1")
    record(store, [replace(one, **changes)], recorded_at=NOW)
    (stored,) = read(store)
    return stored


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "0.1",
        "-0.1",
        "10159608",
        "10159608.000001",
        "12345678901234567890123456789012345678",
        "1234567890123456789.1234567890123456789",
        "0.00000000000000000000000000000000000001",
        "1E+30",
    ],
)
def test_a_decimal_comes_back_digit_for_digit(store, number):
    exact = Decimal(number)
    stored = there_and_back(store, numerator=exact, denominator=exact, sum_of_squares=exact)
    assert (stored.numerator, stored.denominator, stored.sum_of_squares) == (exact,) * 3
    assert type(stored.numerator) is Decimal


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(store, number):
    with pytest.raises(StatementError, match="not a number a KPI can have"):
        there_and_back(store, numerator=Decimal(number))
    assert read(store) == ()


def test_an_instant_comes_back_as_aware_utc(store):
    new_york = timezone(timedelta(hours=-5))
    stored = there_and_back(store, as_of=datetime(2026, 2, 28, 19, 0, 0, 1, tzinfo=new_york))
    assert stored.as_of.tzinfo is UTC
    assert stored.as_of == datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert stored.recorded_at == NOW


@pytest.mark.parametrize("reason", NullReason)
def test_a_missing_value_keeps_its_reason(store, reason):
    stored = there_and_back(store, numerator=None, denominator=None, null_reason=reason)
    assert stored.null_reason is reason
    assert stored.value is None


@pytest.mark.parametrize("status", Status)
def test_a_status_comes_back(store, status):
    assert there_and_back(store, status=status).status is status


@pytest.mark.parametrize(
    "name", ["(none)", "Ω & <b>", "it's 100 %", "a/b", "", "50% :x ?", "\N{PARTY POPPER}"]
)
def test_a_segment_may_be_called_anything(store, name):
    stored = there_and_back(store, segment_dimension="plan", segment=name, n=2**40)
    assert (stored.segment, stored.n) == (name, 2**40)
    assert read(store, segment=name) == (stored,)
