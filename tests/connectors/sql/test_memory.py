"""Is memory a matter of pages, however many rows a SELECT gives? Complaint 32, for a database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
CHILD = """
import resource, sys
from datetime import datetime, UTC
from tasks.connectors.sql import SQL
from tasks.connectors.sql.settings import SqlSettings

url, sql, rows = sys.argv[1:]
table = {"sql": sql.replace("ROWS", rows)}
said = {"name": "shop", "kind": "sql", "url": url, "tables": {"usage_events": table}}
(stream,) = SQL.streams(SqlSettings.model_validate({**said, "page_rows": 1000}))
read = sum(len(page.rows) for page in stream.pages(None, None, datetime.now(UTC)))
print(read, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
COLUMNS = "lpad(CAST(n AS text), 9, '0') AS event_id, 'customer-' || n AS customer_id,"
MADE = {
    "sqlite": "WITH RECURSIVE made(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM made"
    " WHERE n < ROWS) SELECT printf('%09d', n) AS event_id, 'customer-' || n AS customer_id,"
    " '2026-01-01T00:00:00Z' AS event_at, printf('%200d', n) AS feature FROM made",
    "postgres": f"SELECT {COLUMNS} timestamptz '2026-01-01Z' AS event_at,"
    " lpad(n::text, 200) AS feature FROM generate_series(1, ROWS) AS made(n)",
}
FEW, MANY = 5_000, 100_000


def used(url, sql, rows):
    """How much memory reading so many rows took at most, in MB."""
    about = [sys.executable, "-c", CHILD, url, sql, str(rows)]
    done = subprocess.run(about, cwd=ROOT, check=True, capture_output=True, text=True)
    read, most = map(int, done.stdout.split())
    assert read == rows
    return most / 1024


@pytest.mark.parametrize("shop", MADE, indirect=True)
def test_memory_is_a_matter_of_pages(shop):
    sql = MADE["postgres" if shop.url.startswith("postgresql") else "sqlite"]
    # A sorted SQLite result of 25 MB lies on the disk; PostgreSQL's is the server's affair.
    assert used(shop.url, sql, MANY) - used(shop.url, sql, FEW) < 12
