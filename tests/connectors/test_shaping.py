"""Foreign sheets become tables without SQL: which rows, how they are written, ids of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from tasks.connectors.files import TableSettings
from tests.connectors.exports import loaded, refused, taken_in, told

SHEET = """\
Kunde;Beginn;Ende;Betrag;Stand
Äcme;01.02.26;28.02.26;1.200,50 €;aktiv
ACME;01.03.26;;1.300,00 €;aktiv

;;;;
Bolt;03.02.26;;200,00 $;gekündigt
Corn;04.02.26;;auf Anfrage;aktiv
Dill;05.02.26;;10,00 €;Angebot
Summe;;;2.710,50 €;
"""
CUSTOMERS = {
    "file": "k.csv",
    "each_once": True,
    "without": {"Kunde": "summe"},
    "lacks": ["segment", "industry", "country", "acquired_via", "referrer_id", "is_test"],
    "columns": {
        "customer_id": {"id_of": "Kunde"},
        "name": "Kunde",
        "merged_into": {"constant": ""},
    },
}
VERSIONS = {
    "file": "k.csv",
    "dates": "day_first",
    "numbers": "comma",
    "without": {"Kunde": ["Summe"]},
    "only": {"Stand": ["Aktiv", "gekündigt"]},
    "lacks": ["product", "discount_pct", "change_kind", "cancel_at"],
    "columns": {
        "version_id": {"id_of": ["Kunde", "Beginn"]},
        "subscription_id": {"id_of": ["Kunde", "Beginn"]},
        "customer_id": {"id_of": ["Kunde"]},
        "status": {"constant": "active"},
        "valid_from": "Beginn",
        "valid_to": {"from": "Ende", "plus_days": 1, "needed_where": {"Stand": "gekündigt"}},
        "unit_amount": "Betrag",
        "quantity": {"constant": 1},
        "currency": {"from": "Betrag", "constant": "CHF"},
        "interval": {"constant": "month"},
        "interval_count": {"constant": 1},
    },
}


@pytest.fixture
def load(tmp_path):
    tables = {"customers": CUSTOMERS, "subscription_versions": VERSIONS}
    return taken_in(tmp_path, {"k.csv": SHEET.encode("cp1252")}, tables=tables)


def test_one_sheet_is_customers_and_what_they_pay(load):
    assert loaded(load, "customers", "customer_id", "name") == [
        ("acme", "ACME"),
        ("bolt", "Bolt"),
        ("corn", "Corn"),
        ("dill", "Dill"),
    ]
    names = ("customer_id", "valid_from", "valid_to", "unit_amount", "currency")
    assert loaded(load, "subscription_versions", *names) == [
        ("acme", at(2026, 2, 1), at(2026, 3, 1), Decimal("1200.50"), "EUR"),
        ("acme", at(2026, 3, 1), None, Decimal(1300), "EUR"),
    ]


def at(year, month, day):
    return datetime(year, month, day, 5, tzinfo=UTC).replace(tzinfo=None)  # midnight in New York


def test_rows_that_are_no_use_are_in_quarantine_once_and_blank_lines_are_none(load):
    assert refused(load) == [
        ("k.csv", 9, "left out, because Kunde is 'Summe'"),
        ("k.csv", 6, "Stand is 'gekündigt', but the date that should be there is missing"),
        ("k.csv", 7, "not a number such as 1234.50"),
    ]


def test_rows_that_are_left_out_on_purpose_are_counted(load):
    assert told(load, "sheet") == [
        "k.csv: 1 of 4 customers stand in rows that differ; the last row of each counts.",
        "k.csv: 1 of 7 rows are left out on purpose (1 with Stand 'Angebot').",
    ]


def test_a_row_that_names_nobody_is_counted(tmp_path):
    text = "Kunde;Stand\nAcme;x\n;y\n"
    load = taken_in(tmp_path, {"k.csv": text}, tables={"customers": {**CUSTOMERS, "without": {}}})
    assert told(load, "sheet") == ["k.csv: 1 of 2 rows name no customer."]


def test_minutes_after_a_time_are_a_time(tmp_path):
    columns = {
        "session_id": "Id",
        "started_at": {"from": "Wait", "minutes_after": "Asked"},
        "user_id": {"constant": "u"},
    }
    text = "Id,Asked,Wait\n1,2/23/2026 9:00 AM,90\n2,2/23/2026 9:00 AM,\n3,2/23/2026 9:00 AM,x\n"
    sheet = {"file": "s.csv", "dates": "month_first", "timezone": "UTC", "columns": columns}
    load = taken_in(tmp_path, {"s.csv": text}, tables={"kb_sessions": sheet})
    assert loaded(load, "kb_sessions", "session_id", "started_at") == [
        ("1", datetime(2026, 2, 23, 10, 30, tzinfo=UTC).replace(tzinfo=None))
    ]
    assert [reason for _, _, reason in refused(load)] == [
        "empty",
        "not a time such as 2026-02-28T17:00:00Z",
    ]


def test_a_file_may_speak_for_the_time_at_which_it_was_written(tmp_path):
    columns = {**CUSTOMERS["columns"], "updated_at": {"file_time": True}}
    sheet = {**CUSTOMERS, "without": {}, "columns": columns}
    load = taken_in(tmp_path, {"k.csv": "Kunde;x\nAcme;1\n"}, tables={"customers": sheet})
    ((written,),) = loaded(load, "customers", "updated_at")
    assert abs((datetime.now(UTC).replace(tzinfo=None) - written).total_seconds()) < 600


def test_a_column_of_an_id_that_is_not_there_says_which_was_meant(tmp_path):
    columns = {**CUSTOMERS["columns"], "customer_id": {"id_of": "Kunden"}}
    load = taken_in(
        tmp_path,
        {"k.csv": "Kunde;x\nAcme;1\n"},
        tables={"customers": {**CUSTOMERS, "without": {}, "columns": columns}},
    )
    assert [problem.what for problem in load.problems] == [
        "customers is not loaded: there is no column 'Kunden' (did you mean 'Kunde'?)."
    ]


def test_dates_stay_dates(tmp_path):
    columns = {"customer_id": "k", "valid_from": "ab", "seats": "n"}
    tables = {
        "customers": {
            **CUSTOMERS,
            "without": {},
            "file": "l.csv",
            "columns": {"customer_id": "k", "name": "k", "merged_into": {"constant": ""}},
        },
        "licenses": {"file": "l.csv", "dates": "day_first", "columns": columns},
    }
    load = taken_in(tmp_path, {"l.csv": "k;ab;n\na;1.2.26;5\n"}, tables=tables)
    assert loaded(load, "licenses", "valid_from", "seats") == [(date(2026, 2, 1), 5)]


def test_a_select_says_by_itself_which_rows_and_how():
    with pytest.raises(ValidationError, match="a SELECT says by itself which rows, and how"):
        TableSettings.model_validate({"sql": "SELECT 1", "dates": "day_first"})
