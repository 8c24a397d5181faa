"""A pace is loud where both the period to date and its last quarter burn too fast."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import ValidationError

from tasks.model import GoalStatus, Severity
from tasks.rules.aim import aim_of
from tasks.rules.burn import ENDLESS, burn
from tasks.rules.goal_pacing import GoalPacingSettings, judge
from tests.rules.drawing import CHURN, CSAT, MRR, NEW_MRR, RETENTION, TICKETS, table, with_goal

MID_NOVEMBER = "2026-W46"  # 15 of 30 days are over, the last 7 of them in week 46
USUAL = GoalPacingSettings()


def paced(subject, rows, recent="", period=MID_NOVEMBER, settings=USUAL, goal="2026-11", **limit):
    asked = with_goal(subject, table(rows, subject=subject), goal, period, **limit)
    late = table(recent, subject=subject) if recent else None
    return judge(replace(asked, recent=late), settings)


def severity(*asked, **more):
    (found,) = paced(*asked, **more)
    return found.severity


def test_a_burn_that_goes_on_is_a_warning():
    (found,) = paced(CHURN, "2026-11 | 10 | 606", "2026-W46 | 5 | 606", at_most="0.02")
    assert found.severity is Severity.WARNING  # 1.7 times too fast, 1.8 times of late
    assert found.goal_status is GoalStatus.OFF_PACE
    assert found.sentence == (
        "November so far: 10 of 606 customers left; the goal (2 %) allows 12: off pace, "
        "83 % of it with 50 % of the time gone. At this pace November ends with about 21."
    )


def test_a_burn_that_has_stopped_is_only_mentioned():
    assert severity(CHURN, "2026-11 | 10 | 606", "2026-W46 | 1 | 606", at_most="0.02") is (
        Severity.INFO
    )


def test_without_the_last_quarter_the_whole_decides():
    assert severity(CHURN, "2026-11 | 10 | 606", at_most="0.02") is Severity.WARNING
    gap = "2026-W46 | - | -"
    assert severity(CHURN, "2026-11 | 10 | 606", gap, at_most="0.02") is Severity.WARNING


def test_three_times_too_fast_in_both_and_surely_no_luck_is_critical():
    rows = "2026-11 | 40 | 2000"  # of 50 that 2.5 % allow, with 8 of 30 days gone
    early = "2026-W45"
    hot, cool = "2026-W45 | 38 | 2000", "2026-W45 | 30 | 2000"
    assert severity(CHURN, rows, hot, period=early, at_most="0.025") is Severity.CRITICAL
    assert severity(CHURN, rows, cool, period=early, at_most="0.025") is Severity.WARNING


def test_a_fast_beginning_that_luck_explains_wakes_nobody():
    rows, recent = "2026-11 | 9 | 606", "2026-W46 | 5 | 606"  # of 12, where 6 are due
    (found,) = paced(CHURN, rows, recent, at_most="0.02", settings=GoalPacingSettings(warn=1.2))
    assert (found.severity, found.goal_status) == (Severity.INFO, GoalStatus.OFF_PACE)


def test_what_is_missed_already_is_told_however_slow_it_became():
    (found,) = paced(CHURN, "2026-11 | 13 | 606", "2026-W46 | 0 | 606", at_most="0.02")
    assert (found.severity, found.goal_status) == (Severity.WARNING, GoalStatus.MISSED)
    assert found.sentence.endswith("allows 12: missed.")


def test_customers_who_stay_are_losses_seen_from_the_other_side():
    (found,) = paced(RETENTION, "2026-11 | 596 | 606", "2026-W46 | 601 | 606", at_least="0.98")
    assert found.severity is Severity.WARNING
    assert found.sentence.endswith("At this pace November ends with about 585.")


def test_a_share_burns_what_its_goal_allows_to_go_wrong():
    rows = "2026-11 | 180 | 233"  # 23 % are unhappy, 10 % may be
    assert severity(CSAT, rows, "2026-W46 | 50 | 70", at_least="0.9") is Severity.WARNING
    assert severity(CSAT, rows, "2026-W46 | 65 | 70", at_least="0.9") is Severity.INFO
    worse = "2026-11 | 150 | 233"
    assert severity(CSAT, worse, "2026-W46 | 40 | 70", at_least="0.9") is Severity.CRITICAL
    assert severity(CSAT, worse, "2026-W46 | - | -", at_least="0.9") is Severity.CRITICAL


def test_a_goal_that_asks_for_something_burns_as_it_falls_behind():
    (found,) = paced(NEW_MRR, "2026-11 | 2000", "2026-W46 | 500", at_least="10000")
    assert found.severity is Severity.WARNING
    assert found.sentence.endswith("At this pace November ends with about $3,071.")
    assert severity(NEW_MRR, "2026-11 | 2000", "2026-W46 | 2000", at_least="10000") is Severity.INFO
    assert severity(NEW_MRR, "2026-11 | 0", at_least="10000") is Severity.WARNING


def test_nothing_is_said_before_a_quarter_has_passed_or_as_set():
    rows, recent = "2026-11 | 10 | 606", "2026-W46 | 5 | 606"
    late = GoalPacingSettings(elapsed=0.6)
    assert paced(CHURN, rows, recent, settings=late, at_most="0.02") == ()
    with pytest.raises(ValidationError):
        GoalPacingSettings(elapsed=0.1)


def test_how_fast_is_too_fast_can_be_set():
    rows, recent = "2026-11 | 10 | 606", "2026-W46 | 5 | 606"
    calm, strict = GoalPacingSettings(warn=2), GoalPacingSettings(warn=1.1, critical=1.2)
    assert severity(CHURN, rows, recent, settings=calm, at_most="0.02") is Severity.INFO
    assert severity(CHURN, rows, recent, settings=strict, at_most="0.02") is Severity.WARNING
    more = "2026-11 | 20 | 1212"
    fast = "2026-W46 | 10 | 1212"
    assert severity(CHURN, more, fast, settings=strict, at_most="0.02") is Severity.WARNING
    assert severity(TICKETS, "2026-11 | 98", "2026-W46 | 50", settings=strict, at_most="100") is (
        Severity.CRITICAL
    )


def test_a_level_has_no_pace_to_be_loud_about():
    rows = "2026-Q3 | 400000\n2026-Q4 | 405000"
    (found,) = paced(MRR, rows, "2026-W46 | 405000", goal="2026-Q4", at_least="420000")
    assert (found.severity, found.sentence[-9:]) == (Severity.INFO, "off pace.")


def burning(subject, rows, **limit):
    asked = with_goal(subject, table(rows, subject=subject), "2026-11", MID_NOVEMBER, **limit)
    aim = aim_of(asked)
    return burn(aim, aim.seen, None)


def test_what_allows_nothing_at_all_has_no_share_to_burn():
    assert burning(CSAT, "2026-11 | 180 | 233", at_least="1") is None
    assert burning(CSAT, "2026-11 | 300 | 233", at_least="0.9") is None
    assert burning(NEW_MRR, "2026-11 | 0", at_least="100").so_far == ENDLESS
    assert burning(CHURN, "2026-11 | 6 | 606", at_most="0.02").least == pytest.approx(1.0)


def test_the_odds_of_a_share_are_those_of_its_answers():
    few = burning(CSAT, "2026-11 | 7 | 10", at_least="0.9")
    many = burning(CSAT, "2026-11 | 70 | 100", at_least="0.9")
    assert few.so_far == many.so_far == pytest.approx(3.0)
    assert few.chance > 0.05
    assert many.chance < 0.001
    assert replace(few, recent=Decimal(1)).least == 1
