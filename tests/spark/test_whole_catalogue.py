"""The whole catalogue on Spark: the worked month exact, and a second one as DuckDB has it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.kpis.base import catalogue
from tests.engine import test_micro as micro
from tests.engine.worlds import CHOSEN

pytestmark = pytest.mark.spark
NOTHING = Decimal("1e-9")
folded = micro.folded


@pytest.fixture(scope="module")
def both_months(folded):
    """February and March with every variant: on Spark, and on DuckDB."""
    lake, files = folded
    before = dict(CHOSEN)
    found = {}
    for engine, url in (("spark", "local[2]"), ("duckdb", "")):
        CHOSEN.update(engine=engine, url=url)
        found[engine] = micro.measured(lake, files, "2026-02", "2026-03")
    CHOSEN.update(before)
    return found


@pytest.mark.parametrize("row", micro.EXPECTED, ids=micro.IDS)
def test_february_is_exact(both_months, row):
    micro.must_be_exact(both_months["spark"], row)


def test_march_is_what_duckdb_says(both_months):
    spark, duckdb = both_months["spark"], both_months["duckdb"]
    assert spark.keys() == duckdb.keys()
    assert {key: one.null_reason for key, one in spark.items()} == {
        key: one.null_reason for key, one in duckdb.items()
    }
    differing = {
        key: (one.value, duckdb[key].value)
        for key, one in spark.items()
        if one.value is not None and abs(one.value - duckdb[key].value) > NOTHING
    }
    assert differing == {}


def test_every_kpi_is_there(both_months):
    assert {key[0] for key in both_months["spark"]} == {kpi.key for kpi in catalogue()}
