"""Each day of the periods asked for is a bit; a column that nobody reads is not computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import func, select

from tasks.calendar import Calendar
from tasks.engine.daybits import day_bits, fits, period_bits
from tasks.engine.needed import needed
from tasks.facts.book import BOOK, opening_book
from tasks.model import Grain, Period

CALENDAR = Calendar("UTC", fiscal_year_start=1)


@dataclass(frozen=True)
class One:
    number: int
    period: Period


def wanted(grain, *days):
    return [One(n, CALENDAR.containing(grain, day)) for n, day in enumerate(days)]


def test_a_day_has_its_bit_in_every_period_that_holds_it():
    month, week = (wanted(grain, date(2026, 3, 18))[0] for grain in (Grain.MONTH, Grain.WEEK))
    both = [One(0, month.period), One(1, week.period)]
    of_day = {row["day"]: row["bit"] for row in day_bits(both)}
    masks = [row["word_0"] for row in period_bits(both)]
    assert len(of_day) == 31
    assert [masks[0].bit_count(), masks[1].bit_count()] == [31, 7]
    assert masks[1] == sum(of_day[date(2026, 3, day)] for day in range(16, 23))


def test_two_years_fit_and_three_do_not():
    years = wanted(Grain.YEAR, *(date(year, 5, 1) for year in (2024, 2025, 2026)))
    assert fits(one.period for one in years[:2])
    with pytest.raises(ValueError, match="more than two years"):
        day_bits(years)


def test_a_column_behind_a_subquery_is_needed_only_if_it_is_read():
    book = opening_book().c
    read = select(book.period_id, func.sum(book.opening)).where(book.opened)
    assert needed([read])[BOOK] == {"period_id", "opening", "opened"}
