"""The DuckDB executor keeps within its limits, and reads a row that two sources give once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.engine.base import Limits
from tasks.engine.duckdb import open_session
from tasks.errors import Fix
from tasks.facts.lake import write
from tests.facts.drawn import folded, raw

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_limits_are_duckdbs_own(tmp_path):
    limits = Limits("512MB", 1, str(tmp_path))
    with open_session(Path(), (), limits) as session:
        names = ("threads", "memory_limit", "temp_directory")
        found = session.rows(
            f"SELECT name, value FROM duckdb_settings() WHERE name IN {names} ORDER BY name"
        )
    assert dict(found) == {
        "memory_limit": "488.2 MiB",
        "temp_directory": str(tmp_path),
        "threads": "1",
    }


def test_a_limit_that_is_none_is_a_sentence():
    session = open_session(Path(), (), Limits(memory="lots"))
    with pytest.raises(Fix, match="DuckDB does not take the limits of engine"), session:
        pass


def test_a_customer_whom_two_systems_know_is_one_customer(tmp_path):
    def load(source, updated_at, name):
        rows = [{"customer_id": "acme", "name": name, "updated_at": updated_at}]
        return write(tmp_path, folded(raw("customers", rows), source=source), "load")

    files = (*load("crm", "2026-01-01", "Acme"), *load("billing", "2026-02-01", "Acme Inc"))
    with open_session(tmp_path, files) as session:
        assert session.rows("SELECT name, source FROM customers") == [("Acme Inc", "billing")]
