"""Whatever is measured in whatever order, the store keeps its promises."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.model import Grain, NullReason, Observation, Status
from tasks.store import history, read, record
from tests.store.drawn import NOW

FRESH = count()  # every example measures a KPI of its own, so all can share one store
DAYS = range(4)
PERIODS = ["2026-01", "2026-02"]


@st.composite
def measurements(draw):
    withheld = draw(st.booleans()) and draw(st.booleans())
    return Observation(
        kpi="",
        variant="default",
        grain=Grain.MONTH,
        period=draw(st.sampled_from(PERIODS)),
        unit="ratio",
        as_of=NOW + timedelta(days=draw(st.sampled_from(DAYS))),
        segment_dimension="plan",
        segment=draw(st.sampled_from(["Pro", "Starter"])),
        numerator=None if withheld else Decimal(draw(st.integers(0, 2))),
        denominator=draw(st.sampled_from([None, Decimal(61)])),
        null_reason=NullReason.WITHHELD if withheld else None,
        status=draw(st.sampled_from([Status.PROVISIONAL, Status.FINAL])),
        definition_version=draw(st.integers(1, 2)),
    )


batches = st.lists(st.lists(measurements(), max_size=6), max_size=4)
quickly = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def of_one_kpi(batches):
    kpi = f"kpi_{next(FRESH)}"
    return kpi, [[replace(one, kpi=kpi) for one in batch] for batch in batches]


def components(one):
    return (one.numerator, one.denominator, one.null_reason)


class Book:
    """The model: every row ever written, in a dict of lists."""

    def __init__(self):
        self.rows = defaultdict(list)

    def enter(self, one):
        """Return how many rows this leaves: none or one."""
        rows = self.rows[one.segment, one.period, one.definition_version]
        known = max((row for row in rows if row.as_of <= one.as_of), key=newest, default=None)
        same = known and components(known) == components(one)
        confirmed = same and (known.status, one.status) == (Status.PROVISIONAL, Status.FINAL)
        if same and not confirmed:
            return 0
        again = known is not None and known.as_of == one.as_of
        status = Status.RESTATED if again and not same else one.status
        revision = known.revision + 1 if again else 1
        rows.append(replace(one, revision=revision, status=status, recorded_at=NOW))
        return 1

    def everything(self):
        return {row for rows in self.rows.values() for row in rows}

    def known(self, as_of):
        found = defaultdict(list)
        for row in self.everything():
            if row.as_of <= as_of:
                found[row.segment, row.period].append(row)
        return {max(rows, key=newest) for rows in found.values()}

    def comparable(self, as_of):
        """Of what was known, the values of each cell's newest definition."""
        known = self.known(as_of)
        versions = defaultdict(int)
        for row in known:
            versions[row.segment] = max(versions[row.segment], row.definition_version)
        return {row for row in known if row.definition_version == versions[row.segment]}


def newest(row):
    return (row.definition_version, row.as_of, row.revision)


@quickly
@given(batches)
def test_the_store_is_a_book_of_everything_it_was_told(store, told):
    kpi, told = of_one_kpi(told)
    book = Book()
    for batch in told:
        before = book.everything()
        result = record(store, batch, recorded_at=NOW)
        written = sum(book.enter(one) for one in batch)
        assert result.new + len(result.restated) == written
        assert result.unchanged == len(batch) - written
        stored = read(store, kpis=[kpi], all_revisions=True)
        assert set(stored) == book.everything()
        assert before <= set(stored)
    for day in DAYS:
        then = NOW + timedelta(days=day)
        past = history(store, grain=Grain.MONTH, periods=PERIODS, kpis=[kpi], as_of=then)
        assert {row for rows in past.values() for row in rows} == book.comparable(then)
        assert set(read(store, kpis=[kpi], as_of=then)) == book.known(then)


@quickly
@given(batches)
def test_what_the_store_says_is_no_news_to_it(store, told):
    kpi, told = of_one_kpi(told)
    for batch in told:
        record(store, batch, recorded_at=NOW)
    for then in (None, NOW + timedelta(days=1)):
        known = read(store, kpis=[kpi], as_of=then)
        assert record(store, known, recorded_at=NOW).unchanged == len(known)


@quickly
@given(st.lists(measurements(), max_size=6))
def test_a_batch_is_the_same_as_one_by_one(store, batch):
    kpi, (together,) = of_one_kpi([batch])
    record(store, together, recorded_at=NOW)
    other, (apart,) = of_one_kpi([batch])
    for one in apart:
        record(store, [one], recorded_at=NOW)
    rows = read(store, kpis=[kpi], all_revisions=True)
    assert [replace(row, kpi=other) for row in rows] == list(
        read(store, kpis=[other], all_revisions=True)
    )
