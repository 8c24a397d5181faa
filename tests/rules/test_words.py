"""Numbers, odds and periods as they stand in a sentence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.model import Grain
from tasks.rules.base import Usual
from tasks.rules.words import amount, counts, money, named, odds, one_in, signed, this, usually
from tests.rules.drawing import (
    CALENDAR,
    CHURN,
    CSAT,
    FIRST_RESPONSE,
    LOAD,
    MRR,
    NPS,
    QUICK_RATIO,
    TICKETS,
    weeks,
)


@pytest.mark.parametrize(
    ("subject", "value", "text"),
    [
        (CSAT, "0.91", "91 %"),
        (CSAT, "1.0412", "104.1 %"),
        (CHURN, "0.02", "2 %"),
        (CHURN, "0.0033", "0.33 %"),
        (MRR, "412300", "$412,300"),
        (FIRST_RESPONSE, "42.4", "42 min"),
        (FIRST_RESPONSE, "330", "5.5 h"),
        (NPS, "38.2", "38"),
        (NPS, "-0.2", "0"),
        (LOAD, "0.3096", "0.31"),
        (TICKETS, "1204", "1,204"),
        (QUICK_RATIO, "3.96", "4x"),
    ],
)
def test_a_value_with_its_unit(subject, value, text):
    assert amount(Decimal(value), subject) == text


def test_money_of_any_currency():
    assert money(Decimal(-1200), "EUR") == "-€1,200"
    assert money(Decimal(1200), "CHF") == "CHF 1,200"
    assert money(Decimal("4.5"), "USD") == "$4.50"


def test_a_signed_change():
    assert signed(Decimal("-0.004"), CSAT) == "-0.4 pt"
    assert signed(Decimal("0.0001"), CSAT) == "no change"
    assert signed(Decimal(1700), MRR) == "+$1,700"


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.08, "1 in 12"),
        (0.05, "1 in 20"),
        (0.0172, "1 in 60"),
        (0.0111, "1 in 90"),
        (0.0045, "1 in 200"),
        (2.4e-4, "1 in 4,000"),
        (1e-5, "1 in 100,000"),
        (9e-6, "less than 1 in 100,000"),
        (0.0, "less than 1 in 100,000"),
        (1.0, "1 in 1"),
    ],
)
def test_odds_are_rough(chance, text):
    assert odds(chance) == text


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("0.2", "one in five weeks"),
        ("0.45", "one in two weeks"),
        ("0.1", "one in ten weeks"),
        ("0.04", "one in 25 weeks"),
        ("0.001", "none in 200 weeks"),
    ],
)
def test_rare_events_are_counted_in_weeks(expected, text):
    assert one_in(Decimal(expected), Grain.WEEK) == text


def test_what_is_usual():
    rare = Usual(Decimal("0.0033"), Decimal(0), Decimal("0.0164"), Decimal("0.2"))
    assert usually(rare, CHURN, Grain.MONTH, Decimal(61)) == "one in five months"
    few = Usual(Decimal("0.02"), Decimal(0), Decimal("0.05"), Decimal("2.1"))
    assert usually(few, CHURN, Grain.WEEK, Decimal(100)) == "2 (range 0 to 5)"
    common = Usual(Decimal("0.92"), Decimal("0.88"), Decimal("0.95"), Decimal(184))
    assert usually(common, CSAT, Grain.WEEK, Decimal(200)) == "92 % (range 88 to 95 %)"
    handful = Usual(Decimal("0.85"), Decimal("0.6"), Decimal(1), Decimal("8.5"))
    assert usually(handful, CSAT, Grain.WEEK, Decimal(10)) == "9 (range 6 to 10)"
    score = Usual(Decimal(36), Decimal(22), Decimal(50))
    assert usually(score, NPS, Grain.WEEK, None) == "36 (range 22 to 50)"


def test_the_counts_behind_a_value():
    assert counts(weeks("5", of=61).observations[0], CHURN) == "5 of 61 customers left"
    assert counts(weeks("187", subject=TICKETS).observations[0], TICKETS) == "187 tickets"
    load = weeks("187", of=604, subject=LOAD).observations[0]
    assert counts(load, LOAD) == "187 tickets for 604 customers"
    assert counts(weeks("412300", subject=MRR).observations[0], MRR) == "MRR $412,300"


def test_so_many_in_a_million_is_a_value_not_a_count():
    defects = replace(CHURN, key="defect_ppm", name="Defective in a million", unit="ppm")
    made = weeks("15000000", of=1500, subject=defects).observations[0]
    assert counts(made, defects) == "Defective in a million 10,000 ppm"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026-W47", "week 47"),
        ("2026-11", "November"),
        ("2026-Q4", "Q4"),
        ("2026-11-21", "21 November"),
        ("2026", "2026"),
        ("2025-W47", "week 47 2025"),
        ("2025-Q4", "Q4 2025"),
    ],
)
def test_periods_have_names(key, name):
    assert named(CALENDAR.period(key), CALENDAR.period("2026-W48")) == name


def test_this_period():
    assert [this(grain) for grain in Grain] == [
        "that day",
        "this week",
        "this month",
        "this quarter",
        "this year",
    ]
