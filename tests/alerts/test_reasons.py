"""A change is told by the dimension that shows it best, in parts that add up to it exactly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.drivers import ELSEWHERE
from tasks.alerts.reasons import best, reasons, segments_of, terms_of
from tasks.kpis.base import catalogue, kpi_named
from tasks.model import ALL
from tests.alerts.company import cell, seen


def told(key, whole, of=None, **dimensions):
    """Return the reasons; ``dimensions`` are dicts of each segment's numbers (and their ``of``)."""
    segments = {
        dimension: {
            name: seen(cell(key, dimension, name), numbers, None if of is None else of[name])
            for name, numbers in cut.items()
        }
        for dimension, cut in dimensions.items()
    }
    all_of = None if of is None else of[ALL]
    everybody = seen(cell(key), whole, all_of)
    kpi = kpi_named(key)
    return reasons(kpi, kpi.default_variant, everybody, segments)


CALM_12 = [1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0]


def test_the_dimension_in_which_one_segment_stands_out_is_told():
    found = told(
        "churned_customers",
        [*(2 * each for each in CALM_12), 9],
        plan={"Starter": [*CALM_12, 8], "Scale": [*CALM_12, 1]},
        region={"EMEA": [*CALM_12, 5], "AMER": [*CALM_12, 4]},
    )
    chosen = best(found)
    assert (chosen.dimension, chosen.standout.segment) == ("plan", "Starter")
    assert chosen.drivers.change == Decimal("8.2")  # 9 where 0.8 is usual


def test_nobody_stands_out_where_all_moved_alike():
    found = told(
        "churned_customers",
        [*(2 * each for each in CALM_12), 10],
        plan={"Starter": [*CALM_12, 5], "Scale": [*CALM_12, 5]},
        region={"EMEA": [*CALM_12, 6], "AMER": [*CALM_12, 4]},
    )
    assert not best(found).stands_out


def test_a_finer_cut_has_to_show_more_than_a_coarser_one():
    nobody = [0] * 12
    found = told(
        "churned_customers",
        [*CALM_12, 8],
        **{
            "plan/region": {"Starter/EMEA": [*CALM_12, 8], "Scale/AMER": [*nobody, 0]},
            "plan": {"Starter": [*CALM_12, 8], "Scale": [*nobody, 0]},
        },
    )
    assert {each.dimension for each in found} == {"plan", "plan/region"}
    assert best(found).dimension == "plan"


def test_a_mean_is_told_in_its_own_unit():
    steady = [400, 402, 399, 401, 400, 398]
    found = told(
        "ces",
        [*(2 * each for each in steady), 700],
        of={"Starter": 100, "Scale": 100, ALL: 200},
        plan={"Starter": [*steady, 300], "Scale": [*steady, 400]},
    )
    (chosen,) = found
    assert chosen.unit == "score"
    assert chosen.drivers.change == Decimal("-0.50")
    assert chosen.standout.segment == "Starter"
    assert [(each.segment, each.amount) for each in chosen.drivers.contributions] == [
        ("Starter", Decimal("-0.50")),
        ("Scale", Decimal("0.00")),
    ]


def test_money_kept_is_told_in_points():
    kept = [1000, 1001, 999, 1000, 1002]
    (chosen,) = told(
        "nrr",
        [*(2 * each for each in kept), 1910],
        of={"Starter": 1000, "Scale": 1000, ALL: 2000},
        plan={"Starter": [*kept, 910], "Scale": [*kept, 1000]},
    )
    assert chosen.unit == "ratio"
    assert sum(each.amount for each in chosen.drivers.contributions) == chosen.drivers.change
    assert chosen.drivers.contributions[0].segment == "Starter"


def test_a_stock_is_held_against_what_it_was_last():
    growing = [100, 110, 120, 130, 140, 150]
    (chosen,) = told(
        "mrr",
        [*(2 * each for each in growing), 290],
        plan={"Starter": [*growing, 130], "Scale": [*growing, 160]},
    )
    assert chosen.drivers.change == Decimal("-10.00")
    assert chosen.unit == "money"


def test_who_is_in_no_segment_is_told_as_elsewhere():
    (chosen,) = told("churned_customers", [1, 1, 1, 6], plan={"Starter": [1, 1, 1, 2]})
    assert [each.segment for each in chosen.drivers.contributions] == [ELSEWHERE, "Starter"]
    assert chosen.drivers.change == Decimal("5.0")


@pytest.mark.parametrize("key", ["first_response_time", "survival_probability", "loyalty_index"])
def test_what_has_no_parts_is_not_taken_apart(key):
    assert told(key, [1, 2, 3], plan={"Starter": [1, 2, 3]}) == ()
    assert best(()) is None


def test_without_a_past_there_is_no_change():
    assert told("churned_customers", [5], plan={"Starter": [5]}) == ()


def test_what_counts_or_adds_up_can_be_taken_apart():
    known = {kpi.key for kpi in catalogue() if terms_of(kpi, kpi.default_variant) is not None}
    assert {"mrr", "nrr", "logo_churn_rate", "csat", "at_risk_mrr", "arpa_mrr", "nps"} <= known


def test_only_finer_cuts_of_the_same_kpi_are_parts():
    cells = [
        cell("csat", "plan", "Starter"),
        cell("csat", "plan/region", "Starter/EMEA"),
        cell("csat", "plan/region", "Scale/EMEA"),
        cell("nps", "plan/region", "Starter/EMEA"),
    ]
    found = segments_of(dict.fromkeys(cells, ()), cells[0])
    assert found == {"plan/region": {"Starter/EMEA": ()}}


weeks = st.lists(st.tuples(st.integers(0, 40), st.integers(41, 400)), min_size=3, max_size=14)


@given(st.lists(weeks, min_size=1, max_size=6), st.sampled_from(["logo_churn_rate", "ces", "mrr"]))
def test_the_parts_are_the_whole_change_to_the_last_digit(drawn, key):
    length = min(map(len, drawn))
    cut = {f"S{i}": each[-length:] for i, each in enumerate(drawn)}
    parts = {
        name: tuple(
            one
            for i, (above, below) in enumerate(past)
            for one in seen(cell(key, "plan", name), [above] * (length - i), below)[:1]
        )
        for name, past in cut.items()
    }
    sums = [[sum(each[i][j] for each in cut.values()) for j in (0, 1)] for i in range(length)]
    whole = tuple(
        one
        for i, (above, below) in enumerate(sums)
        for one in seen(cell(key), [above] * (length - i), below)[:1]
    )
    if key == "mrr":  # kept as fractions or not, amounts add up by their values
        whole, parts = (_plain(whole), {name: _plain(past) for name, past in parts.items()})
    kpi = kpi_named(key)
    (found,) = reasons(kpi, kpi.default_variant, whole, {"plan": parts})
    split = found.drivers
    assert sum((each.amount for each in split.contributions), Decimal(0)) == split.change
    assert abs(Fraction(split.change) - _change(key, sums)) <= Fraction(1, 20)


def _plain(past):
    return tuple(replace(each, denominator=None) for each in past)


def _change(key, sums):
    *past, (above, below) = sums
    past = past[-12:]
    if key == "mrr":
        return Fraction(above - past[-1][0])
    usual = Fraction(sum(each[0] for each in past), sum(each[1] for each in past))
    return above - usual * below if key == "logo_churn_rate" else Fraction(above, below) - usual
