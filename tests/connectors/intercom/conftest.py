"""A company that reads an Intercom of our own, with pages of four conversations."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.intercom import INTERCOM, PAGE
from tests.doubles.intercom import Intercom


@pytest.fixture
def intercom():
    with Intercom(page=PAGE, scroll=2) as opened:
        yield opened


@pytest.fixture
def there(intercom):
    return intercom.workspace


@pytest.fixture
def ada(there):
    return there.add_contact("Ada", there.add_company("C01", "Acme"), id="ada")


@pytest.fixture
def here(intercom, tmp_path):
    with company_in(tmp_path / "here", INTERCOM, intercom) as company:
        yield Here(INTERCOM, intercom, company)
