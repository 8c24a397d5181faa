"""A company that reads a Typeform of our own, with pages of four responses."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.typeform import PAGE, TYPEFORM
from tests.doubles.typeform import Typeform


@pytest.fixture
def typeform():
    with Typeform(page=PAGE) as opened:
        yield opened


@pytest.fixture
def here(typeform, tmp_path):
    with company_in(tmp_path / "here", TYPEFORM, typeform) as company:
        yield Here(TYPEFORM, typeform, company)
