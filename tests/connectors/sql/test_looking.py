"""`check --connect` of a database: who answers, what each table says, and what is in the way."""

from __future__ import annotations

import psycopg
import pytest

from tasks.connectors.reaching import reached
from tests.connectors.sql.shop import CASES, NOW, Shop, company_of


def looked(company):
    return reached(company.settings, company.around(NOW))


def by_table(found):
    return {one.stream: one for one in found.streams}


def test_it_says_who_answers_and_what_is_newest(company, shop):
    shop.client("c1")
    shop.case(1)
    found = looked(company)
    tables = by_table(found)
    assert set(tables) == {"customers", "tickets"}
    assert [one.problem for one in found.streams] == ["", ""]
    assert tables["tickets"].told.startswith("newest updated_at 2026-03-02")
    assert tables["tickets"].upto is None
    assert found.about.startswith(("sqlite 3.", "postgresql 1"))
    assert company.pages() == 0


def test_after_a_sync_it_says_what_is_held_and_since_when(company, shop):
    shop.client("c1")
    shop.case(1)
    shop.case(2)
    company.load()
    tickets = by_table(looked(company))["tickets"]
    assert tickets.told.endswith("2 rows loaded")
    assert (tickets.upto, tickets.last) == (NOW, NOW)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (CASES.replace("FROM cases", "FROM cases_of_old"), "cases_of_old"),
        (CASES.replace("topic AS subject", "subjekt AS subject"), "subjekt"),
        (CASES.replace("opened AS created_at, ", ""), "created_at"),
        (CASES.replace("updated_at", "changed_at"), "its SELECT has no column updated_at"),
    ],
)
def test_a_table_that_cannot_be_read_is_said_and_the_others_answer(company, sql, said):
    company.tables["tickets"] = {"sql": sql, "incremental_by": "updated_at"}
    tables = by_table(looked(company))
    assert said in tables["tickets"].problem
    assert tables["customers"].problem == ""


def test_a_driver_that_is_not_there_and_a_file_that_is_not(tmp_path):
    with company_of(tmp_path / "a", "firebird://reader@db.example.com/shop") as company:
        (one,) = looked(company).streams
        assert "there is no driver" in one.problem
    with company_of(tmp_path / "b", "sqlite:///nowhere.db") as company:
        (one,) = looked(company).streams
        assert "there is no such database" in one.problem


@pytest.fixture
def reader(postgres_server, postgres_url):
    """A user of the server who owns nothing, and the address with its name."""
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute("CREATE ROLE reader LOGIN")
        yield postgres_url.replace("//postgres:", "//reader:").replace("//postgres@", "//reader@")
        server.execute("DROP OWNED BY reader")
        server.execute("DROP ROLE reader")


def schema_of(url):
    return url.rpartition("%3D")[2]


@pytest.mark.parametrize("rights", ["SELECT", "SELECT, INSERT"])
def test_a_user_who_may_write_is_told_what_is_enough(
    tmp_path, postgres_server, postgres_url, reader, rights
):
    shop = Shop(postgres_url)
    schema = schema_of(postgres_url)
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader")
        server.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO reader")
    with company_of(tmp_path / "company", reader) as company:
        found = looked(company)
    shop.engine.dispose()
    assert found.about.endswith(" as reader")
    assert [one.problem for one in found.streams] == ["", ""]
    assert ["GRANT SELECT" in note for note in found.notes] == [True] * ("INSERT" in rights)


def test_who_is_not_let_in_is_said_so_at_once(tmp_path, postgres_url):
    url = postgres_url.replace("//postgres:@", "//nobody:s3cret@").replace(
        "//postgres@", "//nobody:s3cret@"
    )
    with company_of(tmp_path / "company", url) as company:
        found = looked(company)
        problems = company.read().problems
    (one,) = found.streams
    assert "does not let nobody in" in one.problem
    assert "s3cret" not in repr(found) + repr(problems)
