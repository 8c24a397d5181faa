"""What a goal is in a given period: fixed, or on its way from one value to another."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.config import goals_for
from tasks.model import ALL, Goal, Grain
from tests.config.small import WHOLE, settings_in, with_least


def goal_in(goal: str, period: str) -> Goal:
    settings = with_least(f"segments: [segment, plan]\ngoals: [{{{goal}}}]")
    (resolved,) = goals_for(settings, settings.calendar.period(period))
    return resolved


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.02", "0.02"), ('"2 %"', "0.02"), ("2%", "0.02"), ('"0.5%"', "0.005"), ("1", "1")],
)
def test_a_share_may_be_written_in_percent(written: str, value: str) -> None:
    goal = goal_in(f"kpi: logo_churn_rate, at_most: {written}", "2026-11")
    assert goal == Goal("logo_churn_rate", Grain.MONTH, at_most=Decimal(value))


def test_a_goal_is_for_everybody_or_for_one_segment() -> None:
    everybody = goal_in("kpi: nrr, at_least: 1", "2026-11")
    assert (everybody.segment_dimension, everybody.segment) == (ALL, ALL)
    pro = goal_in("kpi: nrr, at_least: 1, by: {plan: Pro}, variant: with_reactivation", "2026-11")
    assert (pro.segment_dimension, pro.segment) == ("plan", "Pro")
    assert pro.variant == "with_reactivation"


def test_a_goal_has_a_tolerance_and_an_owner() -> None:
    goal = goal_in("kpi: nrr, at_least: 1, tolerance: 1 %, owner: ana@example.com", "2026-11")
    assert (goal.tolerance, goal.owner) == (Decimal("0.01"), "ana@example.com")


YEARLY = "kpi: nrr, grain: quarter, ramp: {from: 1.00, to: 1.10, by: 2027-Q2}"


@pytest.mark.parametrize(
    ("period", "value"),
    [
        ("2025-Q4", "1"),
        ("2026-Q2", "1"),  # a year before: the start
        ("2026-Q3", "1.025"),
        ("2026-Q4", "1.05"),
        ("2027-Q1", "1.075"),
        ("2027-Q2", "1.1"),
        ("2030-Q1", "1.1"),
    ],
)
def test_a_ramp_rises_in_equal_steps_over_the_year_before_its_end(period: str, value: str) -> None:
    goal = goal_in(YEARLY, period)
    assert goal.at_least == Decimal(value)
    assert goal.at_most is None


def test_a_falling_ramp_is_a_ceiling_and_may_say_when_it_starts() -> None:
    ramp = "kpi: logo_churn_rate, ramp: {from: 4 %, to: 2 %, by: 2026-06, since: 2026-04}"
    values = [goal_in(ramp, month).at_most for month in ("2026-04", "2026-05", "2026-06")]
    assert values == [Decimal("0.04"), Decimal("0.03"), Decimal("0.02")]


@pytest.mark.parametrize(
    ("period", "value"),
    [
        ("2026-W39", "1.025"),  # ends on 27 September, in the third quarter
        ("2026-W40", "1.05"),  # ends on 4 October, in the fourth
        ("2026-09-30", "1.025"),
        ("2026", "1.05"),
    ],
)
def test_in_another_grain_the_goal_is_that_of_the_running_period(period: str, value: str) -> None:
    assert goal_in(YEARLY, period).at_least == Decimal(value)


def test_every_goal_is_resolved() -> None:
    settings = settings_in(WHOLE)
    goals = goals_for(settings, settings.calendar.period("2026-11"))
    assert [(goal.kpi, goal.grain) for goal in goals] == [
        ("logo_churn_rate", Grain.MONTH),
        ("nrr", Grain.QUARTER),
    ]
    assert (goals[1].segment_dimension, goals[1].segment) == ("segment", "ENT")


def test_a_goal_for_another_spelling_is_one_for_the_name_it_counts_as() -> None:
    settings = with_least(
        "segments: [plan, plan/region]\n"
        "aliases: {plan: {Pro: [Professional]}, region: {EMEA: [Europe]}}\n"
        "goals:\n"
        "  - {kpi: nrr, at_least: 1, by: {plan: Professional}}\n"
        "  - {kpi: nrr, at_least: 1, by: {plan/region: Professional/Europe}}\n"
        "  - {kpi: nrr, at_least: 1, by: {plan: Europe}}\n"
    )
    goals = goals_for(settings, settings.calendar.period("2026-11"))
    assert [goal.segment for goal in goals] == ["Pro", "Pro/EMEA", "Europe"]
