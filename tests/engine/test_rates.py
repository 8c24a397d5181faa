"""Exchange rates at both ends of a period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tasks.calendar import Calendar
from tasks.engine.rates import QuotedRate, RateTable

QUOTED = (
    QuotedRate("EUR", date(2025, 1, 1), Decimal("1.10"), "locked"),
    QuotedRate("EUR", date(2026, 1, 1), Decimal("1.20"), "locked"),
    QuotedRate("EUR", date(2026, 1, 30), Decimal("1.15"), "spot"),
)
JANUARY = Calendar().period("2026-01")


def ends(base="USD", mode="locked", currency="EUR"):
    return RateTable(base, QUOTED, mode).at_both_ends(currency, JANUARY, JANUARY.end_day)


def test_a_new_table_takes_over_inside_its_first_period():
    assert (ends()["opening_rate"], ends()["closing_rate"]) == (Decimal("1.10"), Decimal("1.20"))


def test_the_spot_rate_is_the_newest_on_or_before_the_boundary():
    assert (ends()["opening_spot"], ends()["closing_spot"]) == (None, Decimal("1.15"))


def test_in_spot_mode_the_day_decides():
    assert ends(mode="spot")["closing_rate"] == Decimal("1.15")


def test_a_company_that_counts_in_euro_turns_the_rate_round():
    assert ends(base="EUR", currency="USD")["closing_rate"] == Decimal("0.833333333333")


def test_no_rate_is_never_one():
    assert ends(currency="GBP")["closing_rate"] is None
