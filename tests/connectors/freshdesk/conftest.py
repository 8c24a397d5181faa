"""A company that reads a Freshdesk of our own, with pages of four tickets."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.freshdesk import FRESHDESK, PAGE
from tests.doubles.freshdesk import Freshdesk


@pytest.fixture
def freshdesk():
    with Freshdesk(page=PAGE) as opened:
        yield opened


@pytest.fixture
def ada(freshdesk):
    return freshdesk.add_contact("Ada", freshdesk.add_company("Acme", id=5), id=7)


@pytest.fixture
def here(freshdesk, tmp_path):
    with company_in(tmp_path / "here", FRESHDESK, freshdesk) as company:
        yield Here(FRESHDESK, freshdesk, company)
