"""Which periods --grain, --from and --to stand for."""

from __future__ import annotations

import pytest

from flows.asking import Asked, asked
from tasks.calendar import Calendar
from tasks.errors import UnknownName, WrongUse
from tasks.model import Grain

CALENDAR = Calendar("America/New_York")


def test_the_periods_named_decide_the_grain() -> None:
    assert asked(CALENDAR, None, "2026-02", None).grain is Grain.MONTH
    assert asked(CALENDAR, None, None, "2026-W09").grain is Grain.WEEK


def test_nothing_named_is_everything() -> None:
    assert asked(CALENDAR, None, None, None) == Asked()
    assert Asked().holds(CALENDAR.period("1999"))


@pytest.mark.parametrize(
    ("key", "inside"),
    [("2026-01", False), ("2026-02", True), ("2026-03", True), ("2026-04", False)],
)
def test_both_ends_are_included(key: str, inside: bool) -> None:
    stretch = asked(CALENDAR, None, "2026-02", "2026-03")
    assert stretch.holds(CALENDAR.period(key)) is inside


def test_a_coarser_period_stands_for_the_finer_ones_it_is_made_of() -> None:
    quarter = asked(CALENDAR, "month", "2026-Q1", "2026-Q1")
    months = [CALENDAR.period(f"2026-{number:02d}") for number in range(1, 13)]
    assert [month.key for month in months if quarter.holds(month)] == [
        "2026-01",
        "2026-02",
        "2026-03",
    ]


def test_a_finer_period_cannot_bound_a_coarser_grain() -> None:
    with pytest.raises(WrongUse, match="shorter than a month"):
        asked(CALENDAR, "month", "2026-W01", None)


def test_the_end_comes_after_the_beginning() -> None:
    with pytest.raises(WrongUse, match="2026-01 ends before 2026-02"):
        asked(CALENDAR, None, "2026-02", "2026-01")


def test_an_unknown_grain_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match="did you mean 'month'"):
        asked(CALENDAR, "mounth", None, None)
