"""The worked micro set, through the real door: every February value of our KPIs is exact."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from flows.catalogue import filled
from tasks.calendar import Calendar
from tasks.catalog import CONNECTORS
from tasks.connectors.base import Surroundings
from tasks.engine.base import Limits
from tasks.engine.basis import Basis
from tasks.engine.measure import Lake, Request, measure
from tasks.facts.folding import fold
from tasks.facts.lake import write
from tasks.facts.settling import settle
from tasks.kpis.base import catalogue
from tests.engine.worlds import CHOSEN, OFFICE
from tests.engine.worlds import engine as world_engine

filled()
MICRO = Path(__file__).parents[1] / "data" / "micro"
NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
NEW_YORK = Calendar("America/New_York")
BEYOND = {  # what the set was made before
    "fx_rebase_mrr",
    "cancellation_notices",
    "contact_coverage_rate",
    "days_since_touch",
    "usage_time_per_user",
}
KEYS = {kpi.key for kpi in catalogue()}
EXPECTED = [
    row
    for row in csv.DictReader((MICRO / "expected_2026-02.csv").read_text().splitlines())
    if row["metric_key"] in KEYS
]


@pytest.fixture(scope="module")
def folded(tmp_path_factory):
    """The lake after one load through the real door: where it lies, and its files."""
    lake = tmp_path_factory.mktemp("lake")
    connector = CONNECTORS.get("files")
    source = connector.settings(name="micro", kind="files", path=str(MICRO))
    extracted = connector.extract(source, Surroundings(MICRO, "America/New_York"))
    (settled,) = settle([fold(extracted, calendar=NEW_YORK, now=NOW)], currency="USD", elsewhere={})
    return lake, write(lake, settled, "load")


def measured(lake, files, *months):
    """Return every observation of these months, on the engine chosen, by KPI, variant, segment."""
    settings = {"renewal_rate": {"as_of_dates": ["2026-04-01"]}}
    basis = Basis(NEW_YORK, OFFICE, "USD", segments=("segment",), settings=settings)
    request = Request(tuple(map(NEW_YORK.period, months)), NOW, all_variants=True)
    with world_engine().open(lake, files, Limits(url=CHOSEN["url"])) as session:
        found = measure(session, basis, Lake(frozenset(file.table for file in files), {}), request)
    assert found.breaks == ()
    return {(one.kpi, one.variant, one.segment, one.period): one for one in found.observations}


@cache
def _february(lake, files, _engine):
    return measured(lake, files, "2026-02")


@pytest.fixture
def february(folded, on_each_engine):
    """Every observation of February, on each engine."""
    lake, files = folded
    return _february(lake, files, on_each_engine)


IDS = [f"{row['metric_key']}-{row['variant']}-{row['segment']}" for row in EXPECTED]


@pytest.mark.parametrize("row", EXPECTED, ids=IDS)
def test_february_is_exact(february, row):
    must_be_exact(february, row)


def must_be_exact(found, row):
    """Hold one observation against its row of the worked answers."""
    one = found[row["metric_key"], row["variant"], row["segment"], "2026-02"]
    if not row["value"]:
        assert one.null_reason == row["null_reason"]
        return
    exact = Fraction(one.numerator) / Fraction(one.denominator or 1)
    assert abs(exact - Fraction(row["value_exact"])) < Fraction(1, 10**9)
    assert one.unit == row["unit"]


def test_the_set_asks_for_every_kpi_we_have():
    asked = {row["metric_key"] for row in EXPECTED}
    assert KEYS - asked <= BEYOND
