"""Every test of this folder is asked of every connector of an API."""

from __future__ import annotations

import pytest

from tasks.catalog import CONNECTORS
from tasks.connectors.base import no_streams
from tests.connectors.conformance.company import CASES, Here, company_in

# A database is not asked over HTTP: tests/connectors/sql asks it all this in its own way.
APIS = sorted(each.key for each in CONNECTORS if each.streams != no_streams and each.key != "sql")


@pytest.fixture(params=APIS)
def case(request):
    """The case of one connector; one that has none fails every test."""
    if request.param not in CASES:
        pytest.fail(f"{request.param} has no case in tests/connectors/conformance/company.py")
    return CASES[request.param]


@pytest.fixture
def vendor(case):
    with case.open() as opened:
        yield opened


@pytest.fixture
def here(case, vendor, tmp_path):
    with company_in(tmp_path / "here", case, vendor) as company:
        yield Here(case, vendor, company)
