"""The PostgreSQL executor copies a file once, shows a session just its own, and says what ails it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from tasks.engine.base import Limits
from tasks.engine.mirror import PART, PARTS, SCHEMA
from tasks.engine.postgres import open_session
from tasks.errors import Fix, SourceUnavailable
from tasks.facts.lake import write
from tests.facts.drawn import folded, raw
from tests.postgres import address

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_each_engine():
    """These tests are about one engine."""


@pytest.fixture
def database():
    """A database of one's own."""
    name = "keepwell_mirror"
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    base, _, options = address().partition("?")
    yield f"{base.rpartition('/')[0]}/{name}?{options}"
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name}")


def load(lake, name, *, source="crm", updated_at="2026-01-01", load_id="one"):
    """Write a load of one customer."""
    rows = [{"customer_id": "acme", "name": name, "updated_at": updated_at}]
    return write(lake, folded(raw("customers", rows), source=source), load_id)


def names(url, lake, files):
    """Return the customers' names a session sees."""
    with open_session(lake, files, Limits(url=url)) as session:
        return session.rows("SELECT name FROM customers ORDER BY 1")


def parts(url):
    """Return how many files the server holds, and how many rows."""
    with psycopg.connect(url) as connection:
        files = connection.execute(f"SELECT count(*) FROM {SCHEMA}.{PARTS}").fetchone()
        rows = connection.execute(f"SELECT count(*) FROM {SCHEMA}.customers").fetchone()
    return files[0], rows[0]


def test_a_session_sees_the_files_it_was_given(database, tmp_path):
    old, new = load(tmp_path, "Acme"), load(tmp_path, "Acme Inc", load_id="two")
    assert names(database, tmp_path, old) == [("Acme",)]
    assert names(database, tmp_path, new) == [("Acme Inc",)]
    assert names(database, tmp_path, ()) == []


def test_a_file_is_copied_once(database, tmp_path):
    files = load(tmp_path, "Acme")
    for _ in range(2):
        names(database, tmp_path, files)
    assert parts(database) == (1, 1)


def test_what_the_lake_has_no_more_goes(database, tmp_path):
    old, new = load(tmp_path, "Acme"), load(tmp_path, "Acme Inc", load_id="two")
    names(database, tmp_path, old)
    (tmp_path / old[0].path).unlink()
    names(database, tmp_path, new)
    assert parts(database) == (1, 1)


def test_two_lakes_share_a_server(database, tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    mine, other = load(ours, "Acme"), load(theirs, "Zenith")
    assert names(database, ours, mine) == [("Acme",)]
    assert names(database, theirs, other) == [("Zenith",)]
    assert parts(database) == (2, 2)


def test_a_customer_whom_two_systems_know_is_one_customer(database, tmp_path):
    files = (
        *load(tmp_path, "Acme"),
        *load(tmp_path, "Acme Inc", source="billing", updated_at="2026-02-01"),
    )
    assert names(database, tmp_path, files) == [("Acme Inc",)]


def test_a_table_of_an_older_version_is_copied_again(database, tmp_path):
    files = load(tmp_path, "Acme")
    names(database, tmp_path, files)
    with psycopg.connect(database) as connection:
        connection.execute(f"ALTER TABLE {SCHEMA}.customers DROP COLUMN {PART} CASCADE")
    assert names(database, tmp_path, files) == [("Acme",)]


def test_odd_text_arrives_as_it_is(database, tmp_path):
    odd = 'A "b", c\nd\\N é 字 \' %s {x}'
    assert names(database, tmp_path, load(tmp_path, odd)) == [(odd,)]


def test_a_lost_file_is_one_sentence(database, tmp_path):
    files = load(tmp_path, "Acme")
    (tmp_path / files[0].path).unlink()
    with pytest.raises(Fix, match="the lake has lost files of customers"):
        names(database, tmp_path, files)


def test_a_server_that_is_not_there_is_one_sentence():
    session = open_session(Path(), (), Limits(url="postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(SourceUnavailable, match="nobody answers at the PostgreSQL"), session:
        pass


def test_a_server_that_lets_us_make_nothing_is_one_sentence(database, tmp_path):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    as_guest = database + ("&" if "?" in database else "?") + "options=-crole%3Dguest"
    with pytest.raises(Fix, match="lets us make no tables"):
        names(as_guest, tmp_path, load(tmp_path, "Acme"))
