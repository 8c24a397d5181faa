"""What a database can do to a reading: be away, refuse, break off; and what it never sees: a write."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from tasks.connectors.sql import SQL
from tasks.connectors.sql.settings import SqlSettings
from tasks.errors import SourceRejected, SourceUnavailable
from tests.connectors.sql.shop import CASES, CLIENTS, NOW, TABLES, company_of

HOUR = timedelta(hours=1)
ON_POSTGRES = pytest.mark.parametrize("shop", ["postgres"], indirect=True)


def test_one_select_that_fails_does_not_stop_the_others(shop, company):
    shop.client("c1")
    company.tables["tickets"] = {"sql": "SELECT what FROM nowhere"}
    folded = company.read()
    assert list(folded.tables) == ["customers"]
    (problem,) = folded.problems
    assert isinstance(problem, SourceRejected)
    assert "nowhere" in str(problem)
    assert folded.failed == ("tickets",)


def test_a_column_that_is_missing_is_named(shop, company):
    company.tables = {"tickets": {"sql": "SELECT nr AS ticket_id FROM cases"}}
    (problem,) = company.read().problems
    assert "the required column created_at is missing" in str(problem)


def test_an_incremental_column_that_is_missing_is_named(shop, company):
    company.tables["tickets"] = {"sql": CASES, "incremental_by": "changed"}
    shop.client("c1")
    folded = company.read()
    (problem,) = folded.problems
    assert "its SELECT has no column changed" in str(problem)
    assert list(folded.tables) == ["customers"]


def test_a_statement_that_is_no_select_is_refused(shop, company):
    shop.client("c1")
    company.tables = {"customers": {"sql": "DELETE FROM clients"}}
    assert len(company.read().problems) == 1
    company.tables = {"customers": {"sql": CLIENTS}}
    assert len(company.rows("customers", NOW + HOUR)) == 1


@ON_POSTGRES
def test_a_select_that_writes_is_refused(shop, company):
    shop.run("CREATE SEQUENCE numbers")
    company.tables = {"customers": {"sql": "SELECT nextval('numbers') AS customer_id"}}
    (problem,) = company.read().problems
    assert "read-only transaction" in str(problem)


def test_a_database_file_that_is_not_there_is_not_made(tmp_path):
    with company_of(tmp_path / "company", "sqlite:///gone.db") as company:
        folded = company.read()
    (problem,) = folded.problems
    assert "there is no such database" in str(problem)
    assert folded.failed == tuple(TABLES)
    assert not (tmp_path / "company" / "gone.db").exists()


def test_nobody_answers(tmp_path):
    url = "postgresql+psycopg://reader:hush-hush@127.0.0.1:1/shop"
    with company_of(tmp_path / "company", url) as company:
        folded = company.read()
    (problem,) = folded.problems
    assert isinstance(problem, SourceUnavailable)
    assert "hush-hush" not in f"{problem!r} {problem}"
    assert folded.failed == tuple(TABLES)


def test_without_a_driver_it_says_what_to_install(tmp_path):
    with company_of(tmp_path / "company", "snowflake://reader:hush-hush@acme/shop") as company:
        (problem,) = company.read().problems
    assert "no driver for snowflake" in str(problem)
    assert "hush-hush" not in f"{problem!r} {problem}"


def test_settings_show_no_password():
    said = {"name": "shop", "kind": "sql", "url": "postgresql://reader:hush-hush@db/shop"}
    settings = SqlSettings.model_validate({**said, "tables": TABLES})
    assert "hush-hush" not in f"{settings!r} {settings} {settings.place}"


@ON_POSTGRES
def test_a_select_that_takes_too_long_is_ended(shop, company):
    company.more["timeout_s"] = 0.2
    company.tables = {"customers": {"sql": "SELECT id AS customer_id FROM clients, pg_sleep(60)"}}
    shop.client("c1")
    (problem,) = company.read().problems
    assert isinstance(problem, SourceUnavailable)
    assert "statement timeout" in str(problem)


@ON_POSTGRES
def test_a_reading_that_is_cut_goes_on_where_it_was(shop, company, postgres_server):
    for number in range(12):
        shop.case(number, NOW - timedelta(days=20 - number))
    stream = next(one for one in SQL.streams(company.settings) if one.name == "tickets")
    pages = stream.pages(None, None, NOW)
    first = next(pages)
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()"
        )
    with pytest.raises(SourceUnavailable, match="does not answer"):
        next(pages)
    rest = list(stream.pages(None, first.cursor_out, NOW))
    read = [row["ticket_id"] for page in (first, *rest) for row in page.rows]
    assert read == ["0", "1", "2", *map(str, range(2, 12))]


@ON_POSTGRES
def test_a_database_that_dies_keeps_what_was_loaded(shop, company):
    shop.case(1)
    company.load()
    dies = CASES.replace("topic AS", "pg_terminate_backend(pg_backend_pid())::text AS")
    company.tables = {"tickets": {"sql": dies, "incremental_by": "updated_at"}}
    folded = company.load(NOW + HOUR)
    (problem,) = folded.problems
    assert isinstance(problem, SourceUnavailable)
    assert len(company.lake()["tickets"]) == 1
