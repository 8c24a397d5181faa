"""Every test of the store runs twice: on SQLite, and on a real PostgreSQL."""

from __future__ import annotations

import pytest

from tasks.store import open_store
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path}/keepwell.db"


@pytest.fixture
def store(store_url):
    with open_store(store_url) as opened:
        yield opened
