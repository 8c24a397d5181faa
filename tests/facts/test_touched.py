"""Late rows: every period whose values they change is among those they are said to touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tasks.kpis  # noqa: F401 - fills the catalogue
from flows.touched import reads
from tasks.engine.duckdb import open_session
from tasks.engine.measure import Lake, Request, measure
from tasks.facts import FACTS
from tasks.facts.difference import differences
from tasks.facts.load import LakeFile
from tasks.facts.reach import REACH, How, looks_back
from tasks.model import Grain, Period
from tests.engine.worlds import NOW, World
from tests.facts.anybody import Company, changed, company, write, write_one

pytestmark = pytest.mark.long

ZONE = "America/New_York"
BASIS = World({}, zone=ZONE, segments=("plan",)).basis
CALENDAR = BASIS.calendar
PERIODS = tuple(
    period
    for grain in (Grain.WEEK, Grain.MONTH)
    for period in CALENDAR.between(
        CALENDAR.containing(grain, date(2025, 12, 20)),
        CALENDAR.containing(grain, date(2026, 6, 20)),
    )
)


@dataclass
class Known:
    """A company in a folder, and all its values."""

    root: Path
    rows: Company
    files: list[LakeFile]
    values: dict


def values_of(root, files):
    """Every value of every KPI and variant; what is NULL is as good as not there."""
    request = Request(PERIODS, NOW, all_variants=True)
    with open_session(root, files) as session:
        lake = Lake(frozenset(file.table for file in files), {})
        found = measure(session, BASIS, lake, request).observations
    return {
        (one.period, one.kpi, one.variant, one.segment_dimension, one.segment): (
            one.numerator,
            one.denominator,
            one.n,
        )
        for one in found
        if one.null_reason is None
    }


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    root, rows = tmp_path_factory.mktemp("lake"), company(Random(5))  # noqa: S311 - the same company each time
    files = write(root, rows, "one")
    return Known(root, rows, files, values_of(root, files))


def touched(found: list, period: Period) -> bool:
    return any(reads(period, one, looks_back(one.table, {})) for one in found)


def test_every_table_says_how_far_its_rows_reach():
    assert list(REACH) == sorted(REACH, key=list(FACTS).index)
    assert set(REACH) == set(FACTS)


def test_the_same_rows_in_other_files_touch_nothing(known):
    again = write(known.root, {table: rows[::-1] for table, rows in known.rows.items()}, "again")
    found = differences(known.root, known.files, again, timezone=ZONE, window_hours=24)
    assert found == ()


TABLES = sorted(table for table, reach in REACH.items() if reach.how is not How.EVERYTHING)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=st.sampled_from(TABLES), random=st.randoms(use_true_random=False))
def test_values_change_only_in_periods_that_are_touched(known, table, random):
    other = write_one(known.root, table, changed(random, table, known.rows[table]), "two")
    files = [other if file.table == table else file for file in known.files]
    found = differences(known.root, known.files, files, timezone=ZONE, window_hours=24)
    now = values_of(known.root, files)
    untouched = {period.key for period in PERIODS if not touched(found, period)}
    wrong = [
        (key, known.values.get(key), now.get(key))
        for key in {*known.values, *now}
        if known.values.get(key) != now.get(key) and key[0] in untouched
    ]
    assert wrong == [], found
