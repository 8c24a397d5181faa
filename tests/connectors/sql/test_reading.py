"""What is read of a database, and what is read again?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.connectors.sql.shop import CASES, NOW, TABLES

HOUR = timedelta(hours=1)


def at(moment):
    """As the lake has it: UTC, without a zone."""
    return datetime.fromisoformat(moment)


def numbers(rows):
    return [int(row["ticket_id"]) for row in rows]


def test_each_select_is_a_table(shop, company):
    for number in range(8):
        shop.client(f"c{number}", f"Client {number}")
    shop.case(1)
    assert len(company.rows("customers")) == 8
    (ticket,) = company.rows("tickets")
    assert (ticket["ticket_id"], ticket["subject"]) == ("1", "Help")
    assert ticket["created_at"] == at("2026-02-21 13:00")
    assert ticket["source"] is None or ticket["source"] == "shop"


def test_a_whole_table_follows_changes_and_deletions(shop, company):
    for number in range(4):
        shop.client(f"c{number}")
    company.read()
    shop.run("DELETE FROM clients WHERE id = 'c1'")
    shop.run("UPDATE clients SET label = 'Other' WHERE id = 'c2'")
    rows = company.rows("customers", NOW + HOUR)
    assert [(row["customer_id"], row["name"]) for row in rows] == [
        ("c0", "Acme"),
        ("c2", "Other"),
        ("c3", "Acme"),
    ]


def test_a_table_that_was_emptied_is_empty(shop, company):
    shop.client("c1")
    company.read()
    shop.run("DELETE FROM clients")
    assert company.rows("customers", NOW + HOUR) == []


def test_only_what_changed_is_read_again(shop, company):
    for number in range(9):
        shop.case(number, NOW - timedelta(days=9 - number))
    company.read()
    before = company.pages()
    shop.change(2, "Again", NOW + HOUR)
    rows = company.rows("tickets", NOW + 2 * HOUR)
    assert [row["subject"] for row in rows if row["ticket_id"] == "2"] == ["Again"]
    assert numbers(rows) == list(range(9))
    assert company.pages() == before + 2  # the clients, none of them, and one page of cases


def test_what_was_committed_late_is_within_the_overlap(shop, company):
    shop.case(1, NOW)
    company.read()
    shop.case(2, NOW - timedelta(minutes=10))
    shop.case(3, NOW - timedelta(minutes=20))
    assert numbers(company.rows("tickets", NOW + HOUR)) == [1, 2]
    company.tables["tickets"] = {**TABLES["tickets"], "overlap": "1d"}
    assert numbers(company.rows("tickets", NOW + 2 * HOUR)) == [1, 2, 3]


def test_rows_without_a_time_of_change_are_read_each_time(shop, company):
    shop.case(1, None)
    for number in range(2, 9):
        shop.case(number, None if number % 2 else NOW)
    assert numbers(company.rows("tickets")) == list(range(1, 9))
    shop.change(1, "Again", None)
    shop.case(9, None)
    rows = company.rows("tickets", NOW + HOUR)
    assert numbers(rows) == list(range(1, 10))
    assert rows[0]["subject"] == "Again"


def test_many_changes_at_one_moment_are_all_read(shop, company):
    for number in range(20):
        shop.case(number, NOW)
    assert sorted(numbers(company.rows("tickets"))) == list(range(20))


def test_deletions_are_found_when_the_keys_are_compared(shop, company):
    for number in range(4):
        shop.case(number, NOW - timedelta(days=5))
    company.read()
    shop.run("DELETE FROM cases WHERE nr = 2")
    assert numbers(company.rows("tickets", NOW + HOUR)) == [0, 1, 2, 3]
    assert numbers(company.rows("tickets", NOW + timedelta(days=8))) == [0, 1, 3]


def test_it_can_grow_by_a_number(shop, company):
    company.tables = {
        "tickets": {"sql": CASES.replace("nr AS", "nr AS no, nr AS"), "incremental_by": "no"}
    }
    for number in range(1, 6):
        shop.case(number * 1000)
    assert len(company.rows("tickets")) == 5
    shop.case(4500)
    shop.case(9000)
    shop.case(1500)
    found = sorted(numbers(company.rows("tickets", NOW + HOUR)))
    assert found == [1000, 2000, 3000, 4000, 4500, 5000, 9000]


def test_another_select_begins_anew(shop, company):
    for number in range(4):
        shop.case(number, NOW - timedelta(days=number))
    company.read()
    company.tables["tickets"] = {
        "sql": CASES.replace("topic AS", "upper(topic) AS"),
        "incremental_by": "updated_at",
    }
    rows = company.rows("tickets", NOW + HOUR)
    assert {row["subject"] for row in rows} == {"HELP"}


def test_a_key_of_several_columns(shop, company):
    shop.run("CREATE TABLE seats (who text, since text, seats int)")
    for number in range(10):
        shop.run(f"INSERT INTO seats VALUES ('c{number % 2}', '2026-01-1{number}', {number})")
    company.tables = {
        "licenses": {"sql": "SELECT who AS customer_id, since AS valid_from, seats FROM seats"}
    }
    assert len(company.rows("licenses")) == 10


def test_rows_without_a_key_are_refused_one_by_one(shop, company):
    for key in ("c1", None, None):
        shop.client(key)
    shop.client(None, "Other")
    folded = company.read()
    assert folded.tables["customers"].rows.num_rows == 1
    assert len(folded.quarantined) == 2  # two of them are one and the same


def test_a_select_may_have_colons_percents_comments_and_an_end(shop, company):
    shop.client("c1", "50 % off :now")
    company.tables = {
        "customers": {
            "sql": "SELECT id AS customer_id, label AS name, ':at 10%' AS plan FROM clients\n"
            "WHERE label LIKE '%:now' -- that is all;",
        }
    }
    (row,) = company.rows("customers")
    assert (row["name"], row["plan"]) == ("50 % off :now", ":at 10%")


def test_a_select_may_stand_in_a_file(shop, company):
    shop.client("c1")
    (company.folder / "customers.sql").write_text(TABLES["customers"]["sql"], encoding="utf-8")
    company.tables = {"customers": {"sql": "customers.sql"}}
    assert len(company.rows("customers")) == 1
    company.tables = {"customers": {"sql": "other.sql"}}
    (problem,) = company.read(NOW + HOUR).problems
    assert "'other.sql' cannot be read" in str(problem)


def test_a_column_that_is_none_of_ours_is_named_and_not_kept(shop, company):
    shop.client("c1", "Secret words")
    company.tables = {"customers": {"sql": "SELECT id AS customer_id, label AS nmae FROM clients"}}
    folded = company.read()
    assert [note.text for note in folded.notes] == [
        "the SELECT of customers: column 'nmae' is not used; did you mean 'name'?"
    ]
    kept = b"".join(path.read_bytes() for path in company.folder.glob("raw/**/*.*"))
    assert b"Secret" not in kept


def test_times_without_a_zone_are_the_companys_or_those_of_the_setting(shop, company):
    shop.client("c1")
    made = "SELECT id AS customer_id, {} AS created_at FROM clients"
    moment = "'2026-01-01 12:00:00'"
    if shop.url.startswith("postgresql"):
        moment = f"timestamp {moment}"
    company.tables = {"customers": {"sql": made.format(moment)}}
    assert company.rows("customers")[0]["created_at"] == at("2026-01-01 17:00")
    company.more["timezone"] = "UTC"
    assert company.rows("customers", NOW + HOUR)[0]["created_at"] == at("2026-01-01 12:00")


@pytest.mark.parametrize("shop", ["postgres"], indirect=True)
def test_values_of_all_kinds_of_postgres(shop, company):
    company.tables = {
        "orders": {
            "sql": "SELECT gen_random_uuid() AS order_id, 'c1' AS customer_id,"
            " timestamptz '2026-01-01 12:00+02' AS ordered_at, 1234567.89::numeric AS amount,"
            " 'completed' AS status"
        },
        "tickets": {
            "sql": "SELECT 7::bigint AS ticket_id, timestamptz '2026-01-01 12:00Z' AS created_at,"
            " ARRAY['a','b'] AS tags, true AS escalated, '{\"a\": 1}'::jsonb AS body"
        },
    }
    folded = company.read()
    (order,) = folded.tables["orders"].rows.to_pylist()
    (ticket,) = folded.tables["tickets"].rows.to_pylist()
    assert (order["ordered_at"], order["amount"]) == (
        at("2026-01-01 10:00"),
        Decimal("1234567.89"),
    )
    assert (ticket["ticket_id"], ticket["tags"], ticket["escalated"]) == ("7", "a|b", True)


def test_the_rows_of_the_last_sync_stay_when_nothing_is_new(shop, company):
    shop.case(1, datetime(2026, 1, 1, tzinfo=UTC))
    for hours in range(3):
        assert numbers(company.rows("tickets", NOW + hours * HOUR)) == [1]


def test_a_part_of_a_key_may_be_empty_where_ours_may(shop, company):
    shop.run("CREATE TABLE spent (month text, what text, amount int, changed text)")
    shop.run("INSERT INTO spent VALUES ('2026-01', 'support', 10, 'a')")
    sql = "SELECT month AS period, what AS kind, amount, NULL AS currency, changed FROM spent"
    company.tables = {"costs": {"sql": sql, "incremental_by": "changed"}}
    assert len(company.rows("costs")) == 1
    shop.run("UPDATE spent SET amount = 20, changed = 'b'")
    (cost,) = company.rows("costs", NOW + HOUR)
    assert cost["amount"] == 20
