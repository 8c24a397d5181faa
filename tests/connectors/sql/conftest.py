"""A shop on SQLite and on PostgreSQL, and a company that reads it."""

from __future__ import annotations

import pytest

from tests.connectors.sql.shop import Shop, company_of
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgres"])
def shop(request, tmp_path):
    """The same shop on both."""
    on_postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_url") if on_postgres else _file(tmp_path)
    opened = Shop(url)
    yield opened
    opened.engine.dispose()


def _file(tmp_path):
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
def company(shop, tmp_path):
    with company_of(tmp_path / "company", shop.url) as company:
        yield company
