"""A part is held against its whole over the same periods, whichever periods each is told of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tasks.alerts.explains import count_in, explains
from tasks.alerts.grouping import grouped
from tasks.alerts.together import together
from tasks.model import ALL, Alert, Cell, Finding, Grain, Severity
from tasks.rules.base import Comparison, Count
from tasks.rules.history import History
from tests.alerts.company import (
    CALENDAR,
    SUBJECTS,
    WEEKS,
    Histories,
    assessed,
    book,
    cell,
    seen,
    usual,
)

NOTICES = "cancellation_notices"
CROSS = ("plan/region", "Starter/EMEA")


def two_weeks(kpi: str, *, elsewhere: tuple[int, int] = (1, 0), crosses: bool = True) -> Histories:
    """Five and three of Starter/EMEA in two weeks, one in seven before; others as usual."""
    rare = [1 if week % 7 == 0 else 0 for week in range(WEEKS - 1)]
    often = [1 if week % 3 == 0 else 0 for week in range(WEEKS - 1)]
    part, others = [*rare, 5, 3], [*often, *elsewhere]
    made = {
        (ALL, ALL): [one + other for one, other in zip(part, others, strict=True)],
        ("region", "EMEA"): part,
        ("region", "AMER"): others,
    }
    if crosses:
        made[CROSS] = part
        made["plan/region", "Growth/EMEA"] = [0] * len(part)
    return {(place := cell(kpi, *where)): seen(place, numbers) for where, numbers in made.items()}


def spikes(history: Histories) -> tuple[Alert, ...]:
    return grouped(assessed(history), SUBJECTS)


def test_the_counts_of_the_last_periods_are_known_by_how_many_are_pooled() -> None:
    place = cell(NOTICES)
    past = seen(place, [*[1, 0, 0] * 20, 5, 3])
    periods = tuple(CALENDAR.period(one.period) for one in past)
    found = together(History(place, periods, past), SUBJECTS.of(place))
    assert (found[1].seen, found[2].seen) == (3, 8)
    assert found[2].expected is not None
    assert Decimal("0.5") < found[2].expected < Decimal(1)
    assert found[2].out_of is None


def test_shares_are_pooled_over_all_that_were_counted_in() -> None:
    place = cell("logo_churn_rate")
    past = seen(place, usual(5), 61)
    periods = tuple(CALENDAR.period(one.period) for one in past)
    found = together(History(place, periods, past), SUBJECTS.of(place))
    assert (found[1].out_of, found[2].out_of) == (61, 122)


def test_what_is_not_counted_has_no_counts() -> None:
    place = cell("mrr")
    assert together(History(place, (), ()), SUBJECTS.of(place)) == {}
    assert count_in(place, 1, {}) is None


def of(dimension: str, segment: str, counted: tuple[int, str], window: int) -> Finding:
    where = Cell(NOTICES, "default", Grain.WEEK, dimension, segment)
    number, expected = counted
    return Finding(
        "spike",
        where,
        "2026-W47",
        Severity.WARNING,
        "up",
        "",
        Decimal(number),
        expected=Decimal(expected),
        chance=0.001,
        window=window,
    )


def test_a_part_told_of_one_week_explains_a_whole_told_of_two() -> None:
    whole, part = of("region", "EMEA", (8, "0.6"), 2), of(*CROSS, (3, "0.15"), 1)
    pooled = Comparison(part.cell, None, together={2: Count(Decimal(8), Decimal("0.3"))})
    assert explains(part, whole, {part.cell: pooled})
    assert not explains(part, whole)  # of two weeks nobody can say
    fewer = replace(pooled, together={2: Count(Decimal(4), Decimal("0.3"))})
    assert not explains(part, whole, {part.cell: fewer})


def test_a_part_told_of_two_weeks_does_not_explain_a_whole_of_one_with_them() -> None:
    whole, part = of("region", "EMEA", (7, "0.6"), 1), of(*CROSS, (8, "0.3"), 2)
    own = Comparison(part.cell, None, together={1: Count(Decimal(1), Decimal("0.15"))})
    assert not explains(part, whole, {part.cell: own})


def test_the_narrow_segment_is_named_that_holds_all_notices_of_the_larger_one() -> None:
    (alert,) = spikes(two_weeks(NOTICES))
    assert alert.headline == "Customers give notice: Starter · EMEA"
    assert alert.context == "Other segments are normal (none)."
    assert {each.cell.segment for each in alert.others} >= {"EMEA"}


def test_without_crosses_the_dimension_that_explains_it_is_named() -> None:
    (alert,) = spikes(two_weeks(NOTICES, crosses=False))
    assert alert.headline == "Customers give notice: EMEA"
    assert alert.context == "Other segments are normal (none)."


def test_the_total_speaks_where_others_are_unusual_too() -> None:
    (alert,) = spikes(two_weeks(NOTICES, elsewhere=(6, 5)))
    assert alert.headline == "Customers give notice"
    assert alert.context == "Most of it in AMER (5)."


def test_the_rest_of_a_pooled_alert_is_that_of_the_same_weeks() -> None:
    history = two_weeks(NOTICES)
    assessment = assessed(history)
    whole = of("region", "EMEA", (8, "0.6"), 2)
    (alert,) = grouped(replace(assessment, findings=(whole,)), SUBJECTS)
    assert alert.context == "Other segments are normal (1)."


def test_notices_and_losses_of_the_same_customers_are_one_incident() -> None:
    (alert,) = spikes({**book("EMEA\nStarter 5/61\nGrowth 0/540"), **two_weeks(NOTICES)})
    assert alert.kpi == "logo_churn_rate"
    assert NOTICES in {each.cell.kpi for each in alert.others}


def test_notices_that_are_louder_than_the_losses_are_told_by_themselves() -> None:
    notices = replace(of(*CROSS, (5, "0.1"), 1), severity=Severity.CRITICAL)
    lost = replace(notices, cell=cell("logo_churn_rate", *CROSS), severity=Severity.WARNING)
    goal = replace(lost, rule="goal_pacing", severity=Severity.CRITICAL)

    def told(*findings: Finding) -> set[str]:
        return {one.kpi for one in grouped(replace(assessed({}), findings=findings), SUBJECTS)}

    assert told(notices, lost) == {NOTICES, "logo_churn_rate"}
    assert told(notices, goal) == {NOTICES, "logo_churn_rate"}
    assert told(notices, replace(lost, severity=Severity.CRITICAL)) == {"logo_churn_rate"}
