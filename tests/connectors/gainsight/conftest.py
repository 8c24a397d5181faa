"""A company that reads a Gainsight of our own, with pages of four rows."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.gainsight import GAINSIGHT, PAGE
from tests.doubles.gainsight import Gainsight


@pytest.fixture
def gainsight():
    with Gainsight(page=PAGE) as opened:
        yield opened


@pytest.fixture
def here(gainsight, tmp_path):
    with company_in(tmp_path / "here", GAINSIGHT, gainsight) as company:
        company.more = {"surveys": [], "usage": [], "fields": {}}
        yield Here(GAINSIGHT, gainsight, company)
