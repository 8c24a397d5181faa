"""What the store answers: the newest, or what was known at some moment."""

from __future__ import annotations

import pytest

from tasks.model import Cell, Grain
from tasks.store import history, read, record
from tests.store.drawn import NOW, drawn, lines, moment, redrawn

KNOWN = """
    period  | as_of      | value | status      | version
    2026-02 | 2026-02-10 | 0/61  | provisional | 1
    2026-02 | 2026-02-20 | 1/61  | provisional | 1
    2026-02 | 2026-03-01 | 2/61  | final       | 1
    2026-02 | 2026-03-01 | 3/61  | final       | 1
    2026-02 | 2026-03-15 | 4/61  | final       | 1
    2026-03 | 2026-03-10 | 1/58  | provisional | 1
    2026-03 | 2026-03-20 | 2/58  | provisional | 1
    """


@pytest.fixture
def known(store):
    record(store, drawn(KNOWN), recorded_at=NOW)
    return store


def answers(observations, text):
    return redrawn(observations, text) == lines(text)


def test_the_newest_knowledge_is_the_answer(known):
    assert answers(
        read(known),
        """
        period  | as_of      | revision | value
        2026-02 | 2026-03-15 | 1        | 4/61
        2026-03 | 2026-03-20 | 1        | 2/58
        """,
    )


@pytest.mark.parametrize(
    ("as_of", "february", "march"),
    [
        ("2026-02-09", None, None),
        ("2026-02-10", "0/61", None),
        ("2026-02-19", "0/61", None),
        ("2026-02-28", "1/61", None),
        ("2026-03-01", "3/61", None),  # the restated revision of that moment
        ("2026-03-14", "3/61", "1/58"),
        ("2026-03-15", "4/61", "1/58"),
        ("2026-03-31", "4/61", "2/58"),
    ],
)
def test_what_was_known_then(known, as_of, february, march):
    expected = {"2026-02": february, "2026-03": march}
    expected = {period: value for period, value in expected.items() if value}
    then = moment(as_of)

    found = read(known, as_of=then)
    assert {one.period: f"{one.numerator}/{one.denominator}" for one in found} == expected
    past = history(known, grain=Grain.MONTH, periods=["2026-02", "2026-03"], as_of=then)
    assert [one for values in past.values() for one in values] == list(found)


def test_all_revisions_are_everything_ever_recorded(known):
    table = """
        period  | as_of      | revision | value | status
        2026-02 | 2026-02-10 | 1        | 0/61  | provisional
        2026-02 | 2026-02-20 | 1        | 1/61  | provisional
        2026-02 | 2026-03-01 | 1        | 2/61  | final
        2026-02 | 2026-03-01 | 2        | 3/61  | restated
        2026-02 | 2026-03-15 | 1        | 4/61  | final
        2026-03 | 2026-03-10 | 1        | 1/58  | provisional
        2026-03 | 2026-03-20 | 1        | 2/58  | provisional
        """
    assert answers(read(known, all_revisions=True), table)
    assert len(read(known, all_revisions=True, as_of=moment("2026-03-01"))) == 4


def test_the_newest_definition_speaks_even_if_the_old_one_knows_more(known):
    newer = drawn("period | as_of | value | version\n2026-02 | 2026-03-01 | 5/60 | 2")
    record(known, newer, recorded_at=NOW)
    assert answers(
        read(known, periods=["2026-02"]),
        """
        version | as_of      | value
        2       | 2026-03-01 | 5/60
        """,
    )
    assert answers(
        read(known, periods=["2026-02"], as_of=moment("2026-02-28")),
        """
        version | as_of      | value
        1       | 2026-02-20 | 1/61
        """,
    )


MANY = """
    kpi   | variant | grain   | period   | dimension | segment
    nrr   | default | quarter | 2026-Q1  | ALL       | ALL
    churn | gross   | month   | 2026-01  | ALL       | ALL
    churn | default | year    | 2026     | ALL       | ALL
    churn | default | month   | 2026-02  | plan      | Starter
    churn | default | month   | 2026-02  | plan      | Pro
    churn | default | month   | 2026-02  | ALL       | ALL
    churn | default | month   | 2025-12  | plan      | Pro
    churn | default | week    | 2026-W09 | ALL       | ALL
    churn | default | week    | 2025-W52 | ALL       | ALL
    churn | default | day     | 2026-02-03 | region  | EMEA
    """


@pytest.fixture
def many(store):
    record(store, drawn(MANY), recorded_at=NOW)
    return store


def test_reading_order_is_kpi_variant_grain_period_segment(many):
    assert answers(
        read(many),
        """
        kpi   | variant | grain   | period     | dimension | segment
        churn | default | day     | 2026-02-03 | region    | EMEA
        churn | default | week    | 2025-W52   | ALL       | ALL
        churn | default | week    | 2026-W09   | ALL       | ALL
        churn | default | month   | 2025-12    | plan      | Pro
        churn | default | month   | 2026-02    | ALL       | ALL
        churn | default | month   | 2026-02    | plan      | Pro
        churn | default | month   | 2026-02    | plan      | Starter
        churn | default | year    | 2026       | ALL       | ALL
        churn | gross   | month   | 2026-01    | ALL       | ALL
        nrr   | default | quarter | 2026-Q1    | ALL       | ALL
        """,
    )


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"kpis": ["churn"]}, 9),
        ({"kpis": ["nrr", "unheard_of"]}, 1),
        ({"kpis": []}, 0),
        ({"variants": ["gross"]}, 1),
        ({"grain": Grain.MONTH}, 5),
        ({"periods": ["2026-02", "2026"]}, 4),
        ({"dimension": "plan"}, 3),
        ({"dimension": "ALL"}, 6),
        ({"segment": "Pro"}, 2),
        ({"dimension": "plan", "segment": "Pro", "periods": ["2026-02"]}, 1),
    ],
)
def test_only_what_was_asked_for(many, asked, count):
    assert len(read(many, **asked)) == count


def test_a_history_is_oldest_first_and_per_cell(many):
    found = history(many, grain=Grain.MONTH, periods=["2026-02", "2025-12", "2025-11"])
    periods = {cell: [one.period for one in past] for cell, past in found.items()}
    assert periods == {
        Cell("churn", "default", Grain.MONTH, "plan", "Pro"): ["2025-12", "2026-02"],
        Cell("churn", "default", Grain.MONTH, "plan", "Starter"): ["2026-02"],
        Cell("churn", "default", Grain.MONTH): ["2026-02"],
    }


def test_a_history_of_some_dimensions_and_kpis(many):
    periods = ["2025-12", "2026-01", "2026-02"]
    plans = history(many, grain=Grain.MONTH, periods=periods, dimensions=["plan"])
    assert {cell.segment for cell in plans} == {"Pro", "Starter"}
    assert history(many, grain=Grain.MONTH, periods=periods, kpis=["nrr"]) == {}
