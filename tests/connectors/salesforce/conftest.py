"""Each test has an org of its own."""

from __future__ import annotations

import pytest

from tests.connectors.salesforce.company import reading


@pytest.fixture
def company(tmp_path):
    with reading(tmp_path) as opened:
        yield opened
