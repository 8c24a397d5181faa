"""A company that reads a Zoom of our own, with pages of four calls."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.zoom import PAGE, ZOOM
from tests.doubles.zoom import Zoom


@pytest.fixture
def zoom():
    with Zoom(page=PAGE) as opened:
        yield opened


@pytest.fixture
def here(zoom, tmp_path):
    with company_in(tmp_path / "here", ZOOM, zoom) as company:
        yield Here(ZOOM, zoom, company)
