"""A company that reads a Request Tracker of our own, with pages of four tickets."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.rt import ADA, ANA, PAGE, RT
from tests.doubles.rt import RequestTracker


@pytest.fixture
def rt():
    with RequestTracker(page=PAGE) as opened:
        opened.add_user("ada@example.com", organization="Acme Ltd", known_as=ADA)
        opened.add_user("ana", privileged=True, known_as=ANA)
        yield opened


@pytest.fixture
def here(rt, tmp_path):
    with company_in(tmp_path / "here", RT, rt) as company:
        yield Here(RT, rt, company)
