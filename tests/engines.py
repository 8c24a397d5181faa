"""Every test that computes worlds runs once on each engine, without being asked.

A conftest that wants it says ``from tests.engines import on_each_engine``.
"""

from __future__ import annotations

import pytest

from tests.engine.worlds import CHOSEN
from tests.postgres import address

ENGINES = ("duckdb", "postgres")


@pytest.fixture(autouse=True, params=ENGINES)
def on_each_engine(request):
    """Compute the worlds of a test on one engine after the other."""
    before = dict(CHOSEN)
    CHOSEN.update(engine=request.param, url=address() if request.param == "postgres" else "")
    yield request.param
    CHOSEN.update(before)
