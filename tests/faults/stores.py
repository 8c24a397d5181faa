"""Where is the store of a world: a new file, or a new database on a real PostgreSQL?

Not only a schema of its own: writers take turns by database, and worlds do not know each other.
"""

from __future__ import annotations

from threading import Lock

import psycopg

from tasks.store import open_store
from tests.postgres import NUMBERS
from tests.postgres import address as server_address

ONE_BY_ONE = Lock()  # a server is started once


def nowhere() -> str:
    """Return no address: the world makes a SQLite file of its own."""
    return ""


def database() -> str:
    """Return the address of a store without messages; the server is gone when this process ends."""
    name = f"faults_{next(NUMBERS)}"
    with ONE_BY_ONE, psycopg.connect(server_address(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        address = server_address().replace("postgresql:", "postgresql+psycopg:")
        url = address.replace("/postgres?", f"/{name}?")
        with open_store(url):
            return url
