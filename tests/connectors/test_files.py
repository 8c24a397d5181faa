"""A folder of exports becomes canonical tables: by name, by mapping, by SELECT."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.catalog import CONNECTORS
from tasks.connectors.files import FILES, FilesSettings
from tests.connectors.exports import (
    CUSTOMERS,
    USAGE,
    all_taken_in,
    loaded,
    refused,
    taken_in,
    told,
    write,
)

DATA = Path(__file__).parents[1] / "data"
ACME = "acme,Acme,SMB,,,,,0,\n"
RAW_ORDERS = "Order No;Kunde;Datum;Betrag;Stand\n1;acme;2026-02-01;10.50;bezahlt\n2;acme;2026-02-02;7;storniert\n"
MAPPED = {
    "order_id": "Order No",
    "customer_id": "kunde",
    "ordered_at": "Datum",
    "amount": "Betrag",
    "channel": {"constant": "web"},
    "status": {"from": "Stand", "values": {"bezahlt": "completed", "storniert": "cancelled"}},
    "updated_at": "Datum",
}


def test_files_named_like_tables_are_the_tables_and_others_are_named_in_one_note(tmp_path):
    load = taken_in(
        tmp_path,
        {"customers.csv": CUSTOMERS + ACME, "ticket.csv": "a\n", "README.md": "x", ".hidden": "x"},
    )
    assert loaded(load, "customers", "customer_id", "name", "is_test") == [("acme", "Acme", False)]
    assert told(load, "unused_file") == [
        "Not used, because no table has their name: README.md, ticket.csv (did you mean 'tickets'?)."
    ]


def test_many_other_files_are_still_one_sentence(tmp_path):
    load = taken_in(tmp_path, {"customers.csv": CUSTOMERS, **{f"x{at}.csv": "" for at in range(8)}})
    assert told(load, "unused_file") == [
        "Not used, because no table has their name: x0.csv, x1.csv, x2.csv, x3.csv, x4.csv and 3 more."
    ]


def test_an_unknown_column_is_noted_with_what_was_probably_meant(tmp_path):
    load = taken_in(
        tmp_path,
        {"customers.csv": CUSTOMERS.strip() + ",regoin,zzz\n" + ACME.strip() + ",EMEA,1\n"},
    )
    assert told(load, "unknown_column") == [
        "customers.csv: column 'regoin' is not used; did you mean 'region'?",
        "customers.csv: column 'zzz' is not used.",
    ]
    assert loaded(load, "customers", "region") == [(None,)]


def test_headers_are_recognised_in_other_spellings(tmp_path):
    header = "Event ID,Customer-Id,USER_ID,event at,Feature\n"
    load = taken_in(tmp_path, {"usage_events.csv": header + "G1,a,u,2026-02-01,x\n"})
    assert loaded(load, "usage_events", "event_id", "customer_id") == [("G1", "a")]
    assert told(load, "unknown_column") == []


def test_a_table_without_a_required_column_is_not_loaded_and_the_others_are(tmp_path):
    load = taken_in(
        tmp_path,
        {
            "customers.csv": CUSTOMERS + ACME,
            "usage_events.csv": "event_id,customer_id,feature\nG,acme,x\n",
        },
    )
    assert loaded(load, "customers", "customer_id") == [("acme",)]
    assert "usage_events" not in load.tables
    assert load.failed == ("usage_events",)
    assert [str(problem) for problem in load.problems] == [
        (
            "usage_events is not loaded: the required columns user_id, event_at are missing (the file "
            "has event_id, customer_id, feature). Look at usage_events.csv. Add the column, or map it "
            "under 'tables' in the configuration."
        )
    ]


@pytest.mark.parametrize("content", ["", USAGE, "\ufeff"])
def test_an_empty_file_is_a_table_without_rows_and_a_note(tmp_path, content):
    load = taken_in(tmp_path, {"usage_events.csv": content})
    assert load.tables["usage_events"].rows.num_rows == 0
    assert told(load, "empty_table") == ["exports: usage_events has no rows."]
    assert load.problems == ()


def test_a_row_with_the_wrong_number_of_fields_is_in_quarantine_with_its_text(tmp_path):
    load = taken_in(tmp_path, {"usage_events.csv": USAGE + "G1,a,u,2026-02-01,x\nG2,a\n"})
    assert refused(load) == [("usage_events.csv", 3, "2 fields where the header has 5")]
    assert load.quarantined[0].value == "G2,a"
    assert [(total.read, total.loaded, total.quarantined) for total in load.totals] == [(2, 1, 1)]


def test_no_folder_is_one_problem_and_keeps_what_the_lake_has(tmp_path):
    (load,) = all_taken_in(tmp_path, {"name": "exports", "path": "gone"})
    assert str(load.problems[0]) == (
        f"There is no folder 'gone'. Looked for {tmp_path}/gone. "
        "Create it, or correct 'path' in the configuration."
    )
    assert load.problems[0].exit_code == 3
    assert "customers" in load.failed


def test_a_folder_without_any_table_is_a_problem(tmp_path):
    load = taken_in(tmp_path, {"export.csv": "a,b\n1,2\n"})
    assert [problem.what for problem in load.problems] == ["No file has the name of a table."]


def test_columns_are_mapped_translated_and_filled_in(tmp_path):
    tables = {"orders": {"file": "bestellungen.csv", "columns": MAPPED}}
    load = taken_in(tmp_path, {"bestellungen.csv": RAW_ORDERS}, tables=tables)
    assert loaded(load, "orders", "order_id", "customer_id", "amount", "channel", "status") == [
        ("1", "acme", Decimal("10.50"), "web", "completed"),
        ("2", "acme", Decimal(7), "web", "cancelled"),
    ]
    assert load.notes == ()


def test_a_constant_fills_the_gaps_of_its_column(tmp_path):
    columns = {"currency": {"from": "Waehrung", "constant": "EUR"}}
    text = "period,kind,amount,Waehrung\n2026-02,a,1,\n2026-02,b,1,USD\n"
    load = taken_in(
        tmp_path, {"k.csv": text}, tables={"costs": {"file": "k.csv", "columns": columns}}
    )
    assert loaded(load, "costs", "kind", "currency") == [("a", "EUR"), ("b", "USD")]


def test_yes_and_no_in_yaml_are_the_words_in_the_file(tmp_path):
    columns = {"is_test": {"from": "t", "values": {True: 1, "false": 0}}}
    text = CUSTOMERS.replace("is_test", "t") + "a,A,,,,,,true,\nb,B,,,,,,false,\n"
    load = taken_in(
        tmp_path, {"c.csv": text}, tables={"customers": {"file": "c.csv", "columns": columns}}
    )
    assert loaded(load, "customers", "is_test") == [(True,), (False,)]


def test_a_pattern_and_a_list_of_files_are_one_table(tmp_path):
    row = "G{0},a,u,2026-02-0{0},x\n"
    files = {f"use_{at}.csv": USAGE + row.format(at) for at in (1, 2)} | {
        "more.csv": USAGE + row.format(3)
    }
    tables = {"usage_events": {"file": ["use_*.csv", "more.csv"]}}
    load = taken_in(tmp_path, files, tables=tables)
    assert loaded(load, "usage_events", "event_id") == [("G1",), ("G2",), ("G3",)]


def test_a_missing_file_is_a_problem_of_its_table_alone(tmp_path):
    tables = {
        "orders": {"file": "bestellung.csv", "columns": MAPPED},
        "customers": {"file": "customers.csv"},
    }
    load = taken_in(
        tmp_path, {"bestellungen.csv": RAW_ORDERS, "customers.csv": CUSTOMERS + ACME}, tables=tables
    )
    assert loaded(load, "customers", "customer_id") == [("acme",)]
    assert load.failed == ("orders",)
    assert [str(problem) for problem in load.problems] == [
        (
            "orders is not loaded: there is no file 'bestellung.csv'. "
            f"Looked in {tmp_path}/exports; did you mean 'bestellungen.csv'?"
        )
    ]
    assert load.problems[0].exit_code == 3


def test_a_mapping_from_a_column_that_is_not_there_says_which_was_meant(tmp_path):
    columns = {**MAPPED, "amount": "Betreg"}
    tables = {"orders": {"file": "bestellungen.csv", "columns": columns}}
    load = taken_in(tmp_path, {"bestellungen.csv": RAW_ORDERS}, tables=tables)
    assert [problem.what for problem in load.problems] == [
        "orders is not loaded: there is no column 'Betreg' for amount (did you mean 'Betrag'?)."
    ]


def test_a_select_makes_a_table_out_of_raw_files(tmp_path):
    (tmp_path / "lines.sql").write_text(
        """SELECT o."Order No" AS line_id, o.Kunde AS customer_id, o.Datum AS recognized_on,
                  CAST(o.Betrag AS DECIMAL(18, 2)) * 2 AS amount, 'EUR' AS currency,
                  'subscription' AS kind
           FROM bestellungen o ORDER BY 1"""
    )
    load = taken_in(
        tmp_path,
        {"bestellungen.csv": RAW_ORDERS, "unrelated.parquet": b"never read"},
        tables={"revenue_lines": {"sql": "lines.sql"}},
    )
    assert loaded(load, "revenue_lines", "line_id", "recognized_on", "amount") == [
        ("1", date(2026, 2, 1), Decimal(21)),
        ("2", date(2026, 2, 2), Decimal(14)),
    ]
    assert load.problems == ()


def test_raw_columns_are_text_so_that_leading_zeros_survive(tmp_path):
    sql = "SELECT id AS session_id, id AS user_id, day AS started_at FROM visits"
    load = taken_in(
        tmp_path, {"visits.csv": "id,day\n007,2026-02-01\n"}, tables={"kb_sessions": {"sql": sql}}
    )
    assert loaded(load, "kb_sessions", "session_id") == [("007",)]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT nope FROM visits", 'Binder Error: Referenced column "nope" not found'),
        ("SELEKT 1", 'Parser Error: syntax error at or near "SELEKT"'),
        ("SELECT * FROM besuche", "Catalog Error: Table with name besuche does not exist!"),
        ("SELECT 1; SELECT 2", "this is not one SELECT."),
        ("CREATE TABLE x AS SELECT 1", "this is not one SELECT."),
    ],
)
def test_a_select_that_fails_says_why_in_one_line_and_stops_only_its_table(tmp_path, sql, what):
    load = taken_in(
        tmp_path,
        {"visits.csv": "id\n1\n", "customers.csv": CUSTOMERS + ACME},
        tables={"kb_sessions": {"sql": sql}, "customers": {"file": "customers.csv"}},
    )
    assert list(load.tables) == ["customers"]
    (problem,) = load.problems
    assert problem.what.startswith(f"kb_sessions is not loaded: {what}")
    assert "\n" not in str(problem)
    assert "tables.kb_sessions.sql" in problem.where
    assert problem.exit_code == 2


def test_a_select_file_that_is_missing_is_named(tmp_path):
    load = taken_in(tmp_path, {"a.csv": "x\n"}, tables={"costs": {"sql": "costs.sql"}})
    assert [problem.what for problem in load.problems] == [
        "tables.costs.sql: the file 'costs.sql' cannot be read."
    ]


def test_rows_a_select_cannot_see_are_counted_under_their_file(tmp_path):
    sql = "SELECT id AS session_id, NULL AS user_id, day AS started_at FROM visits"
    load = taken_in(
        tmp_path,
        {"visits.csv": "id,day\n1,2026-02-01\nbroken\n2,never\n"},
        tables={"kb_sessions": {"sql": sql}},
    )
    assert [
        (total.table, total.read, total.loaded, total.quarantined) for total in load.totals
    ] == [
        ("visits.csv", 2 + 1, 2, 1),
        ("kb_sessions", 2, 1, 1),
    ]
    assert refused(load) == [
        ("visits.csv", 3, "1 field where the header has 2"),
        ("tables.kb_sessions.sql", 2, "not a time such as 2026-02-28T17:00:00Z"),
    ]


FLAGGED = {
    "name": "churn flags",
    "sql": "SELECT count(*) FILTER (flag = 'TRUE') AS flagged, count(*) AS everyone FROM accounts",
    "says": "{flagged} of {everyone} accounts carry the churn flag.",
}
ACCOUNTS = {"accounts.csv": "id,flag\n1,TRUE\n2,FALSE\n3,TRUE\n", "customers.csv": CUSTOMERS}


def asked(tmp_path, **changes):
    return taken_in(tmp_path, ACCOUNTS, checks=[{**FLAGGED, **changes}])


def test_a_check_tells_what_the_raw_files_say(tmp_path):
    assert told(asked(tmp_path), "check") == ["2 of 3 accounts carry the churn flag."]
    assert told(asked(tmp_path, expect={"flagged": 2}), "check") == [
        "2 of 3 accounts carry the churn flag."
    ]


def test_a_check_that_is_not_as_expected_says_so(tmp_path):
    assert told(asked(tmp_path, expect={"flagged": 5, "nobody": 1}), "check") == [
        (
            "2 of 3 accounts carry the churn flag; expected flagged 5, found 2; expected nobody 1, "
            "which the SELECT does not give."
        )
    ]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"says": "{gone}"}, "check 'churn flags': its sentence cannot be filled in: 'gone'."),
        ({"sql": "SELECT 1 AS x WHERE false"}, "check 'churn flags' gave no row."),
        ({"sql": "SELECT"}, "check 'churn flags': Parser Error"),
    ],
)
def test_a_check_that_cannot_be_asked_is_a_problem_and_stops_nothing(tmp_path, changes, what):
    load = asked(tmp_path, **changes)
    assert load.problems[0].what.startswith(what)
    assert list(load.tables) == ["customers"]


def test_the_worked_data_set_loads_but_for_its_two_traps():
    (load,) = all_taken_in(DATA, {"name": "micro", "path": "micro"})
    assert load.problems == ()
    assert len(load.tables) == 29
    assert [(row.table, row.key, row.line, row.column, row.value) for row in load.quarantined] == [
        ("survey_responses", "N10", 11, "score", "11"),
        ("orders", "O13", 14, "order_id", "O13"),
    ]
    assert sum(total.read for total in load.totals) == 339
    assert sum(total.loaded for total in load.totals) == 337


def test_two_sources_settle_together(tmp_path):
    write(tmp_path / "crm", {"customers.csv": CUSTOMERS + ACME})
    write(
        tmp_path / "app",
        {"usage_events.csv": USAGE + "G1,acme,u,2026-02-01,x\nG2,ghost,u,2026-02-01,x\n"},
    )
    app, crm = all_taken_in(tmp_path, *({"name": name, "path": name} for name in ("app", "crm")))
    assert loaded(app, "usage_events", "event_id", "source") == [("G1", "app")]
    assert refused(app) == [("usage_events.csv", 3, "not in customers")]
    assert crm.quarantined == ()


def test_the_kind_is_registered_with_its_settings():
    assert CONNECTORS.get("files") is FILES
    assert FILES.settings is FilesSettings
