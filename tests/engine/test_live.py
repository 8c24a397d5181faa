"""Tables of the very server: computed on in place they say what they say when they are copied."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from tasks.engine.base import Limits, Live
from tasks.engine.postgres import open_session
from tasks.errors import Fix
from tests.engine.test_postgres import database

__all__ = ["database"]

CUSTOMERS = "SELECT id AS customer_id, label AS name, seen AS updated_at FROM customers"
ORDERS = (
    "SELECT nr AS order_id, who AS customer_id, at AS ordered_at, cents / 100.0 AS amount,"
    " state AS status FROM shop.sold"
)


@pytest.fixture(autouse=True)
def on_each_engine():
    """These tests are about one engine."""


@pytest.fixture
def shop(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA shop")
        connection.execute("CREATE TABLE customers (id int, label text, seen timestamp)")
        connection.execute(
            "CREATE TABLE shop.sold (nr int, who int, at timestamptz, cents int, state text)"
        )
        connection.execute("INSERT INTO customers VALUES (1, 'Acme', '2026-01-01 12:00')")
        yield connection


def live(table, sql):
    return Live("shop", table, sql, "America/New_York")


def rows(url, statement, *lives):
    with open_session(Path(), (), Limits(url=url, live=lives)) as session:
        return session.rows(statement)


def test_a_table_of_the_server_is_seen_under_our_names(shop, database):
    statement = "SELECT customer_id, name, updated_at, source, plan FROM customers"
    assert rows(database, statement, live("customers", CUSTOMERS)) == [
        ("1", "Acme", datetime.fromisoformat("2026-01-01 17:00"), "shop", None)
    ]


def test_what_a_load_would_refuse_is_left_out(shop, database):
    shop.execute(
        "INSERT INTO customers VALUES (NULL, 'Nobody', NULL), (2, 'Old', '2026-01-01'),"
        " (2, 'New', '2026-01-02')"
    )
    statement = "SELECT name FROM customers ORDER BY 1"
    assert rows(database, statement, live("customers", CUSTOMERS)) == [("Acme",), ("New",)]
    for number, who, state in ((1, 1, "completed"), (2, 1, "lost"), (3, 9, "completed")):
        shop.execute(
            "INSERT INTO shop.sold VALUES (%s, %s, '2026-02-03Z', 5000, %s)", (number, who, state)
        )
    both = (live("customers", CUSTOMERS), live("orders", ORDERS))
    found = rows(database, "SELECT order_id FROM orders ORDER BY 1", *both)
    assert ("2",) not in found
    assert ("1",) in found


def test_a_change_counts_at_once(shop, database):
    statement, there = "SELECT name FROM customers", live("customers", CUSTOMERS)
    with open_session(Path(), (), Limits(url=database, live=(there,))) as session:
        shop.execute("UPDATE customers SET label = 'Other'")
        assert session.rows(statement) == [("Other",)]


@pytest.mark.parametrize(
    ("table", "sql", "said"),
    [
        ("customers", "SELECT what FROM nowhere", "customers cannot be computed in place"),
        ("customers", "SELECT label AS name FROM customers", "has no column customer_id"),
        ("customers", "SELECT 1 AS customer_id, 'x' AS created_at", "created_at is no time"),
        ("feedback", "SELECT 1 AS feedback_id", "feedback cannot stay in place"),
    ],
)
def test_what_cannot_stay_in_place_says_why(shop, database, table, sql, said):
    with pytest.raises(Fix, match=said):
        rows(database, "SELECT 1", live(table, sql))
