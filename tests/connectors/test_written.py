"""How people write dates, amounts and currencies, and what is made of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tasks.connectors.tabular.written import as_currency, as_date, as_id, as_number

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "day_first", "month_first"),
    [
        ("03/04/2026", "2026-04-03", "2026-03-04"),
        ("3.4.26", "2026-04-03", "2026-03-04"),
        ("31.12.99", "1999-12-31", "31.12.99"),
        ("12/31/2026", "12/31/2026", "2026-12-31"),
        ("3 Apr 2026", "2026-04-03", "2026-04-03"),
        ("3. März 2026", "2026-03-03", "2026-03-03"),
        ("April 3, 2026", "2026-04-03", "2026-04-03"),
        ("2026-04-03", "2026-04-03", "2026-04-03"),
        ("03/04/2026, 2:05 PM", "2026-04-03T14:05:00", "2026-03-04T14:05:00"),
        ("03/04/2026 12:00 am", "2026-04-03T00:00:00", "2026-03-04T00:00:00"),
        ("2026-04-03 14:05 UTC", "2026-04-03T14:05:00Z", "2026-04-03T14:05:00Z"),
        ("soon", "soon", "soon"),
        ("03/04/2026 at noon", "03/04/2026 at noon", "03/04/2026 at noon"),
    ],
)
def test_a_date_is_read_in_the_stated_order_or_left_as_it_stands(text, day_first, month_first):
    assert as_date(text, day_first=True) == day_first
    assert as_date(text, day_first=False) == month_first


def test_without_a_stated_order_only_dates_that_mean_one_day_are_read():
    assert as_date("03/04/2026", day_first=None) == "03/04/2026"
    assert as_date("3 Apr 2026", day_first=None) == "2026-04-03"


def test_a_time_of_day_is_that_of_the_stated_zone_and_a_date_has_none():
    assert as_date("2026-02-24 23:30", day_first=None, zone=NEW_YORK) == "2026-02-24T23:30:00-05:00"
    assert as_date("2026-02-24", day_first=None, zone=NEW_YORK) == "2026-02-24"


@pytest.mark.parametrize(
    ("text", "comma", "point"),
    [
        ("1.234,56 €", "1234.56", "1.234,56 €"),
        ("$1,234.56", "$1,234.56", "1234.56"),
        ("1.234", "1234", "1.234"),
        ("1,234", "1.234", "1234"),
        ("1\u00a0234,50", "1234.50", "1\u00a0234,50"),
        ("CHF 1'234.50", "CHF 1'234.50", "1234.50"),
        ("(5)", "-5", "-5"),
        ("12 %", "12", "12"),
        ("12k", "12k", "12k"),
        ("1,23,4", "1,23,4", "1,23,4"),
        ("on request", "on request", "on request"),
        ("-", "-", "-"),
    ],
)
def test_an_amount_is_read_in_the_stated_way_or_left_as_it_stands(text, comma, point):
    assert as_number(text, comma=True) == comma
    assert as_number(text, comma=False) == point


def test_a_currency_is_a_code_or_a_sign():
    assert [as_currency(text) for text in ("1.200,00 €", "usd", "GBP 5", "12", "$5")] == [
        "EUR",
        "USD",
        "GBP",
        "",
        "USD",
    ]


def test_an_id_of_words_is_the_same_in_every_spelling():
    assert as_id(("BÄCKEREI Nordwind, GmbH",)) == as_id(("Bäckerei  Nordwind GmbH.",))
    assert as_id(("Acme", "2026-01-01")) == "acme-2026-01-01"
    assert as_id(("", None)) is None
    assert as_id(("株式会社",)) == "株式会社"
