"""Numbers are written with their unit, their sign and the reader's own separators."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.messages.figures import Figures, sparkline

HERE = Figures("en_US", "USD")


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("412300.4", "USD", "$412,300"),
        ("412300.4", "money", "$412,300"),
        ("12.5", "USD", "$12.50"),
        ("-1700", "USD", "-$1,700"),
        ("0", "USD", "$0"),
        ("640", "EUR", "€640"),
        ("0.0116", "ratio", "1.2 %"),
        ("1.041", "ratio", "104.1 %"),
        ("0.91", "ratio", "91 %"),
        ("0.0004", "ratio", "0.04 %"),
        ("0", "ratio", "0 %"),
        ("42.4", "minutes", "42 min"),
        ("195", "minutes", "3.2 h"),
        ("9000", "minutes", "6.2 days"),
        ("18.33", "seconds", "18.3 s"),
        ("150", "days", "150 days"),
        ("26.316", "months", "26.3 months"),
        ("10000", "ppm", "10,000 ppm"),
        ("38", "points", "38"),
        ("4.256", "x", "4.26"),
        ("71.25", "score", "71.2"),
        ("1234", "count", "1,234"),
    ],
)
def test_a_value_is_written_with_its_unit(value, unit, written):
    assert HERE.value(Decimal(value), unit) == written


@pytest.mark.parametrize(
    ("locale", "currency", "money", "percent"),
    [
        ("de_DE", "EUR", "412.300\u00a0€", "1,2 %"),
        ("en_IN", "INR", "₹4,12,300", "1.2 %"),
        ("ja-JP", "JPY", "￥412,300", "1.2 %"),
        ("xx_misspelt", "USD", "$412,300", "1.2 %"),
    ],
)
def test_numbers_follow_the_readers_locale(locale, currency, money, percent):
    figures = Figures(locale, currency)
    assert figures.money(Decimal(412300)) == money
    assert figures.percent(Decimal("0.0123")) == percent


@pytest.mark.parametrize(
    ("now", "before", "unit", "written"),
    [
        ("0.031", "0.019", "ratio", "▲ 1.2 pt"),
        ("412300", "409800", "USD", "▲ 0.6 %"),
        ("2120", "420", "USD", "▲ $1,700"),
        ("5", "0", "USD", "▲ $5"),
        ("34", "42", "minutes", "▼ 8 min"),
        ("0.31", "0.25", "x", "▲ 24 %"),
        ("38", "35", "points", "▲ 3"),
        ("5", "7", "count", "▼ 2"),
        ("1.00001", "1", "ratio", "unchanged"),
        ("7", "7", "count", "unchanged"),
    ],
)
def test_a_change_has_a_sign_and_a_size(now, before, unit, written):
    assert HERE.change(Decimal(now), Decimal(before), unit) == written


def test_a_contribution_has_plus_or_minus():
    assert HERE.signed(Decimal("4.8"), "count") == "+4.8"
    assert HERE.signed(Decimal(-1700), "money") == "-$1,700"
    assert HERE.signed(Decimal(0), "count") == "0"


def test_an_axis_is_labelled_briefly():
    assert HERE.tick(Decimal(420000), "USD") == "$420K"
    assert HERE.tick(Decimal("0.02"), "ratio") == "2 %"
    assert Figures("de_DE", "EUR").tick(Decimal(420000), "EUR") == "420.000\u00a0€"


def drawn(*values):
    return sparkline(tuple(None if value is None else Decimal(value) for value in values))


def test_a_history_is_one_character_per_period():
    assert drawn(1, 2, 3, 7) == "▁▂▃▇"


def test_a_gap_in_a_history_is_a_dot_and_not_a_zero():
    assert drawn(1, None, 7) == "▁·▇"


def test_a_history_that_never_moved_is_a_flat_line():
    assert drawn(5, 5, 5) == "▄▄▄"


def test_no_history_draws_nothing():
    assert drawn(None, None) == ""


def test_a_range_of_money_is_no_finer_than_it_is_wide():
    assert HERE.between(Decimal("27.30"), Decimal(1222), "USD") == "$30 to $1,220"
    assert HERE.between(Decimal(412350), Decimal(415173), "USD") == "$412,350 to $415,170"
    assert HERE.between(Decimal("12.40"), Decimal("18.20"), "USD") == "$12.40 to $18.20"
    assert HERE.between(Decimal("0.38"), Decimal("0.52"), "ratio") == "38 % to 52 %"


def test_parts_of_a_rate_are_points():
    assert HERE.signed(Decimal("-0.0042"), "ratio") == "-0.4 pt"
    assert HERE.signed(Decimal("0.0001"), "ratio") == "0 pt"
