"""How one raw value is read: instants, days, numbers, words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tasks.calendar import Calendar
from tests.facts.drawn import folded, one, raw, refused, utc, values

NEW_YORK = ZoneInfo("America/New_York")


def instant(text):
    return values(one("kb_sessions", [{"session_id": "s", "started_at": text}]), "started_at")


def day(text):
    row = {"line_id": "r", "customer_id": "acme", "recognized_on": text, "amount": "1"}
    return values(one("revenue_lines", [row], currency="USD", kind="tax"), "recognized_on")


def amount(text):
    row = {"cost": "x", "period": "2026-02", "kind": "tools", "amount": text}
    return values(one("costs", [row]), "amount")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-02-01T05:00:00Z", utc("2026-02-01 05:00")),
        ("2026-02-01T05:00:00z", utc("2026-02-01 05:00")),
        ("2026-02-01 05:00:00 UTC", utc("2026-02-01 05:00")),
        ("2026-02-01T05:00:00+02:00", utc("2026-02-01 03:00")),
        ("2026-02-01 05:00:00 +0200", utc("2026-02-01 03:00")),
        ("2026-02-01T05:00:00.250-05", utc("2026-02-01 10:00:00.250000")),
        ("2026-02-01T05:00:00", utc("2026-02-01 10:00")),
        ("2026-02-01 05:00", utc("2026-02-01 10:00")),
        ("2026-07-01 05:00", utc("2026-07-01 09:00")),
        ("2026-02-01", utc("2026-02-01 05:00")),
        ("2026-07-01", utc("2026-07-01 04:00")),
        ("1769922000", utc("2026-02-01 05:00")),
        ("1769922000000", utc("2026-02-01 05:00")),
        ("  2026-02-01T05:00:00Z ", utc("2026-02-01 05:00")),
    ],
)
def test_without_an_offset_a_time_is_the_companys_and_all_become_utc(text, utc):
    assert instant(text) == [(utc,)]


def test_a_time_the_clocks_skip_and_one_they_show_twice_have_one_answer():
    assert instant("2026-03-08 02:30:00") == [(utc("2026-03-08 07:30"),)]
    assert instant("2026-11-01 01:30:00") == [(utc("2026-11-01 05:30"),)]


@pytest.mark.parametrize(
    "zone", ["America/Havana", "Atlantic/Azores", "Australia/Lord_Howe", "Asia/Beirut"]
)
def test_a_date_in_a_column_of_instants_is_the_calendars_midnight(zone):
    calendar = Calendar(zone)
    days = [date(2026, month, d) for month in (3, 4, 9, 10, 11) for d in range(1, 31)]
    rows = [{"session_id": str(d), "started_at": str(d)} for d in days]
    table = folded(raw("kb_sessions", rows), calendar=calendar).tables["kb_sessions"]
    expected = [(calendar.midnight(d).replace(tzinfo=None),) for d in days]
    assert values(table, "started_at") == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-02-01T25:00:00Z",
        "02/03/2026",
        "soon",
        "2026-02-01 05:00 PM",
        "0026-02-01",
        "2026-02-01 (BC)",
        "infinity",
        "20260201",
    ],
)
def test_what_is_no_time_is_refused_with_what_one_looks_like(text):
    table = one("kb_sessions", [{"session_id": "s", "started_at": text}])
    assert values(table, "started_at") == []
    assert refused(table) == [("s", "started_at", text, "not a time such as 2026-02-28T17:00:00Z")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-10", date(2026, 2, 10)),
        ("2026-2-5", date(2026, 2, 5)),
        ("2026-02-10T23:30:00", date(2026, 2, 10)),
        ("2026-02-10T00:00:00Z", date(2026, 2, 10)),
        ("2026-02-10T00:00:00.000+00:00", date(2026, 2, 10)),
        ("2026-02-10T03:30:00Z", date(2026, 2, 9)),
    ],
)
def test_a_date_stays_a_date_and_an_instant_is_the_companys_day(text, expected):
    assert day(text) == [(expected,)]


def test_typed_columns_are_read_like_text():
    rows = [
        {
            "event_id": 7,
            "customer_id": 12.0,
            "event_at": datetime(2026, 2, 1, 5, tzinfo=UTC),
            "duration_s": 0.1,
            "feature": "x",
        },
        {
            "event_id": 8,
            "customer_id": 13.0,
            "event_at": datetime(2026, 2, 1, 0, tzinfo=NEW_YORK).astimezone(UTC),
            "duration_s": None,
            "feature": None,
        },
    ]
    assert values(
        one("usage_events", rows), "event_id", "customer_id", "event_at", "duration_s", "feature"
    ) == [
        ("7", "12", utc("2026-02-01 05:00"), Decimal("0.100000"), "x"),
        ("8", "13", utc("2026-02-01 05:00"), None, None),
    ]


def test_typed_times_without_a_zone_and_dates_are_the_companys():
    rows = [{"session_id": "a", "started_at": utc("2026-02-01 05:00")}]
    assert values(one("kb_sessions", rows), "started_at") == [(utc("2026-02-01 10:00"),)]
    rows = [{"session_id": "a", "started_at": date(2026, 2, 1)}]
    assert values(one("kb_sessions", rows), "started_at") == [(utc("2026-02-01 05:00"),)]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("0.1", "0.100000"),
        ("1234567890.123456", "1234567890.123456"),
        ("-25", "-25.000000"),
        ("1e3", "1000.000000"),
        (".5", "0.500000"),
        (Decimal("19.99"), "19.990000"),
        (19.99, "19.990000"),
    ],
)
def test_numbers_are_exact_and_never_go_through_floats(text, exact):
    assert amount(text) == [(Decimal(exact),)]


@pytest.mark.parametrize("text", ["1,234.50", "$5", "1_000", "12 EUR", "abc", "99999999999999"])
def test_what_is_no_number_is_refused(text):
    assert refused(one("costs", [{"period": "2026-02", "kind": "a", "amount": text}])) == [
        ("2026-02/a/", "amount", text, "not a number such as 1234.50")
    ]


def test_words_for_missing_are_missing_except_in_text():
    rows = [
        {
            "ticket_id": f"t{at}",
            "created_at": "2026-02-01",
            "first_solved_at": word,
            "subject": word,
        }
        for at, word in enumerate(["NULL", "\\N", "nan", "NaT", "None", "n/a", "", " "])
    ]
    assert values(one("tickets", rows), "first_solved_at", "subject") == [
        (None, "NULL"),
        (None, "\\N"),
        (None, "nan"),
        (None, "NaT"),
        (None, "None"),
        (None, "n/a"),
        (None, None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("1", True),
        ("0", False),
        ("TRUE", True),
        ("no", False),
        ("Y", True),
        (True, True),
        (0, False),
    ],
)
def test_flags_are_yes_and_no_in_many_spellings(text, flag):
    assert values(one("customers", [{"customer_id": "a", "is_test": text}]), "is_test") == [(flag,)]


def test_a_flag_that_is_neither_is_refused():
    assert refused(one("customers", [{"customer_id": "a", "is_test": "maybe"}])) == [
        ("a", "is_test", "maybe", "neither yes nor no (1/0, true/false, yes/no)")
    ]


def test_counts_are_whole():
    assert values(
        one("site_traffic", [{"period": "2026-02", "sessions": "100.0"}]), "sessions"
    ) == [(100,)]
    assert refused(one("site_traffic", [{"period": "2026-02", "sessions": "1.5"}])) == [
        ("2026-02", "sessions", "1.5", "not a whole number")
    ]


def test_months_and_currencies_have_one_spelling():
    rows = [{"period": "2026-02-01", "kind": "a", "amount": "1", "currency": "eur"}]
    assert values(one("costs", rows), "period", "currency") == [("2026-02", "EUR")]
    rows = [
        {"period": "Feb 2026", "kind": "a", "amount": "1"},
        {"period": "2026-13", "kind": "a", "amount": "1"},
        {"period": "2026-02", "kind": "a", "amount": "1", "currency": "Euro"},
    ]
    assert [(row.column, row.reason) for row in one("costs", rows).quarantined] == [
        ("period", "not a month such as 2026-02"),
        ("period", "not a month such as 2026-02"),
        ("currency", "not a currency code such as EUR"),
    ]


def test_lists_become_text_divided_by_bars():
    rows = [{"feedback_id": "f", "received_at": "2026-02-01", "themes": ["ease_of_use", "support"]}]
    assert values(one("feedback", rows), "themes") == [("ease_of_use|support",)]


def test_the_year_9999_means_no_end_and_is_wrong_everywhere_else():
    version = {
        "version_id": "v",
        "subscription_id": "s",
        "customer_id": "a",
        "status": "Active",
        "valid_from": "2026-02-01",
        "valid_to": "9999-12-31",
        "unit_amount": "10",
        "quantity": "1",
        "currency": "USD",
        "interval": "month",
        "interval_count": "1",
    }
    assert values(one("subscription_versions", [version]), "valid_to", "status") == [
        (None, "active")
    ]
    assert values(one("subscription_versions", [{**version, "valid_from": "9999-12-31"}])) == []


def test_rates_keep_eight_digits_and_are_above_zero():
    rate = {"currency": "EUR", "rate_date": "2026-02-01", "kind": "spot"}
    assert values(one("fx_rates", [{**rate, "rate_to_usd": "1.08765432"}]), "rate_to_usd") == [
        (Decimal("1.08765432"),)
    ]
    assert refused(one("fx_rates", [{**rate, "rate_to_usd": "0"}])) == [
        ("EUR/2026-02-01/spot", "rate_to_usd", "0", "not above 0")
    ]
