"""How values look outside: exact, plain, and harmless in a spreadsheet."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flows.figures import as_csv, as_records, as_table, defused, exact
from tasks.model import Grain, NullReason, Observation
from tests.flows.small import as_rows

AS_OF = datetime(2026, 3, 1, 5, tzinfo=UTC)


def seen(**parts: object) -> Observation:
    return Observation("nrr", "default", Grain.MONTH, "2026-02", "ratio", AS_OF, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Decimal("5.000000"), "5"),
        (Decimal("0.10"), "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal(100), "100"),
        (Decimal("-0.5"), "-0.5"),
        (None, ""),
    ],
)
def test_a_number_has_no_exponent_and_no_idle_zeros(number: Decimal | None, written: str) -> None:
    assert exact(number) == written


def test_a_missing_value_is_empty_and_says_why() -> None:
    row = as_rows(as_csv([seen(null_reason=NullReason.ZERO_DENOMINATOR)]))[0]
    assert (row["value"], row["null_reason"]) == ("", "zero_denominator")
    assert as_records([seen(null_reason=NullReason.ZERO_DENOMINATOR)])[0]["value"] is None


def test_an_instant_is_written_in_utc() -> None:
    assert as_rows(as_csv([seen()]))[0]["as_of"] == "2026-03-01T05:00:00Z"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_segment_that_is_a_formula_is_only_text(name: str) -> None:
    row = as_rows(as_csv([seen(segment_dimension="plan", segment=name)]))[0]
    assert row["segment"] == f"'{name}"


def test_an_ordinary_segment_stays_as_it_is() -> None:
    assert defused("Starter/EMEA") == "Starter/EMEA"


def test_negative_numbers_are_numbers() -> None:
    assert as_rows(as_csv([seen(numerator=Decimal(-50))]))[0]["numerator"] == "-50"


def test_a_table_has_its_numbers_on_the_right() -> None:
    table = as_table([seen(numerator=Decimal(1), denominator=Decimal(3), n=3)])
    assert table.splitlines() == [
        "kpi  variant  period   segment   value  numerator  denominator  n  status",
        "nrr  default  2026-02  ALL      0.3333          1            3  3  final",
    ]
