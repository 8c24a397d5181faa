"""A real PostgreSQL, copied and computed on in place: do both say the same?"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from fractions import Fraction

import psycopg
import pyarrow.parquet as pq
import pytest

from flows.cli import run
from tasks.connectors.sql import SQL
from tasks.connectors.sql.settings import SqlSettings
from tasks.engine.base import Limits, Live
from tasks.engine.basis import Basis
from tasks.engine.measure import Lake, Request, measure
from tasks.engine.postgres import open_session
from tasks.engine.written import columns_of
from tasks.facts import FACTS
from tasks.facts.folding import fold
from tasks.facts.lake import write
from tasks.facts.settling import settle
from tests.connectors.sql.shop import company_of
from tests.engine.test_micro import EXPECTED, NEW_YORK, NOW, must_be_exact
from tests.engine.test_micro import folded as micro
from tests.engine.worlds import OFFICE
from tests.flows.small import CUSTOMERS, VERSIONS, as_rows

pytestmark = pytest.mark.long

__all__ = ["micro"]
COPIED = "feedback"  # its themes are told as it is loaded


@pytest.fixture(scope="module")
def product(postgres_server, micro):
    """The worked company in the database of its product: its address, and a SELECT a table."""
    lake, files = micro
    selects = {}
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA product")
        connection.execute("SET timezone = 'UTC'")
        for name in dict.fromkeys(file.table for file in files):
            columns = columns_of(FACTS[name]).replace("TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMPTZ")
            connection.execute(f'CREATE TABLE product."{name}" ({columns})')
            for file in files:
                if file.table == name:
                    _fill(connection, name, pq.read_table(lake / file.path))
            ours = ", ".join(f'"{one.name}"' for one in FACTS[name].columns if one.name != "source")
            selects[name] = f'SELECT {ours} FROM product."{name}"'
        yield postgres_server, selects
        connection.execute("DROP SCHEMA product CASCADE")


def _fill(connection, name, rows):
    names = ", ".join(f'"{one}"' for one in rows.column_names)
    target = f'COPY product."{name}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        for row in rows.to_pylist():
            copy.write_row(tuple(row.values()))


def measured(url, lake, files, tables, live=()):
    settings = {"renewal_rate": {"as_of_dates": ["2026-04-01"]}}
    basis = Basis(NEW_YORK, OFFICE, "USD", segments=("segment",), settings=settings)
    request = Request((NEW_YORK.period("2026-02"),), NOW, all_variants=True)
    with open_session(lake, files, Limits(url=url, live=live)) as session:
        found = measure(session, basis, Lake(frozenset(tables), {}), request)
    assert found.breaks == ()
    return {(one.kpi, one.variant, one.segment, one.period): one for one in found.observations}


def test_the_worked_company_says_the_same_copied_and_in_place(product, tmp_path):
    url, selects = product
    tables = {name: {"sql": sql} for name, sql in selects.items()}
    address = url.replace("postgresql:", "postgresql+psycopg:")
    with company_of(tmp_path / "company", address, tables=tables) as company:
        said = {"name": "shop", "kind": "sql", "url": address, "tables": tables}
        settings = SqlSettings.model_validate(said)
        extracted = SQL.extract(settings, company.around(NOW))
        assert extracted.problems == ()
        (load,) = settle(
            [fold(extracted, calendar=NEW_YORK, now=NOW)], currency="USD", elsewhere={}
        )
    files = write(tmp_path / "lake", load, "load")
    copied = measured(url, tmp_path / "lake", files, selects)
    live = tuple(
        Live("shop", name, sql, "America/New_York")
        for name, sql in selects.items()
        if name != COPIED
    )
    themes = [file for file in files if file.table == COPIED]
    in_place = measured(url, tmp_path / "lake", themes, selects, live)
    assert in_place == copied
    for row in EXPECTED:
        must_be_exact(in_place, row)


CONFIG = """\
company: {{name: Tiny, timezone: America/New_York, currency: USD}}
store: "sqlite:///{name}.db"
lake: ./{name}
engine: {{kind: postgres, url: "{url}"}}
kpis: {{include: [mrr, logo_churn_rate]}}
sources:
  - name: product
    kind: sql
    url: "{url}"
    in_place: {in_place}
    tables:
      customers: {{sql: SELECT * FROM tiny.customers}}
      subscription_versions: {{sql: SELECT * FROM tiny.subscription_versions}}
"""
MONDAY = datetime(2026, 3, 2, 13, tzinfo=UTC)
WEEK = ("--grain", "week", "--from", "2026-W09", "--to", "2026-W09")


@pytest.fixture
def tiny(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA tiny")
        for name, text in (("customers", CUSTOMERS), ("subscription_versions", VERSIONS)):
            rows = list(csv.DictReader(text.splitlines()))
            kinds = {"valid_from": "timestamptz", "valid_to": "timestamptz"}
            kinds |= {"cancel_at": "timestamptz", "unit_amount": "numeric"}
            columns = ", ".join(f'"{one}" {kinds.get(one, "text")}' for one in rows[0])
            connection.execute(f"CREATE TABLE tiny.{name} ({columns})")
            for row in rows:
                places = ", ".join(["%s"] * len(row))
                values = [value or None for value in row.values()]
                connection.execute(f"INSERT INTO tiny.{name} VALUES ({places})", values)
        yield connection
        connection.execute("DROP SCHEMA tiny CASCADE")


@pytest.fixture
def values(tmp_path, monkeypatch, capsys, postgres_server):
    """What the command line says of a week after a sync and a measuring."""
    monkeypatch.chdir(tmp_path)

    def say(*, in_place, engine="postgres", now=MONDAY):
        url = postgres_server.replace("postgresql:", "postgresql+psycopg:")
        name = "live" if in_place else "copied"
        written = CONFIG.format(url=url, name=name, in_place=str(in_place).lower())
        written = written.replace("kind: postgres,", f"kind: {engine},")
        (tmp_path / "keepwell.yaml").write_text(written, encoding="utf-8")
        codes = [run([command, "--now", now.isoformat()]) for command in ("sync", "measure")]
        told = capsys.readouterr()
        run(["values", *WEEK, "--format", "csv"])
        found = as_rows(capsys.readouterr().out)
        rows = {
            (one["kpi"], one["variant"], one["segment"]): (one["value"], one["null_reason"])
            for one in found
        }
        return codes, rows, told.err

    return say


def test_the_command_line_says_the_same_copied_and_in_place(tiny, values, tmp_path):
    codes, copied, _ = values(in_place=False)
    assert codes == [0, 0]
    codes, live, told = values(in_place=True)
    assert (codes, told) == ([0, 0], told)
    assert live == copied
    assert Fraction(live["logo_churn_rate", "default", "ALL"][0]) == Fraction("0.1")
    assert not list((tmp_path / "live").glob("facts/**/*.parquet"))


def test_a_change_in_the_database_is_measured_after_the_next_sync(tiny, values):
    values(in_place=True)
    tiny.execute(
        "UPDATE tiny.subscription_versions SET valid_to = '2026-02-26 17:00Z'"
        " WHERE customer_id = 'c1'"
    )
    _, live, _ = values(in_place=True, now=MONDAY.replace(hour=14))
    assert Fraction(live["logo_churn_rate", "default", "ALL"][0]) == Fraction("0.2")


def test_another_engine_cannot_compute_in_place(tiny, values):
    codes, _, told = values(in_place=True, engine="duckdb")
    assert codes[1] == 2
    assert "product cannot stay in place: the engine computes elsewhere" in told
