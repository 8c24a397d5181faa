"""A goal is compared in its own period: met, missed for sure, missed within noise, or its pace."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.model import GoalStatus, Severity
from tasks.rules import goal_miss, goal_pacing
from tasks.rules.aim import aim_of, interval, race
from tasks.rules.goal_miss import GoalMissSettings
from tasks.rules.goal_pacing import GoalPacingSettings
from tasks.rules.standing import standing
from tests.rules.drawing import (
    ADOPTION,
    CHURN,
    CSAT,
    FIRST_RESPONSE,
    LOAD,
    MRR,
    NEW_MRR,
    NPS,
    RETENTION,
    TICKETS,
    case,
    table,
    weeks,
    with_goal,
)

MISS, PACE = GoalMissSettings(), GoalPacingSettings()
MID_NOVEMBER = "2026-W46"  # 15 of 30 days are over
LATE_NOVEMBER = "2026-W47"  # 22 of 30 days are over
EARLY_NOVEMBER = "2026-W44"  # 1 of 30 days is over


def told(subject, rows, goal_period="2026-11", period=LATE_NOVEMBER, *, squares=None, **goal):
    history = table(rows, subject=subject, squares=squares)
    return standing(with_goal(subject, history, goal_period, period, **goal))


def found(subject, rows, goal_period="2026-11", period=LATE_NOVEMBER, **goal):
    asked = with_goal(subject, table(rows, subject=subject), goal_period, period, **goal)
    return (*goal_miss.judge(asked, MISS), *goal_pacing.judge(asked, PACE))


def test_more_lost_than_the_whole_month_allows_is_missed_already():
    now = told(CHURN, "2026-11 | 14 | 606", at_most="0.02")
    assert now.text == "November so far: 14 of 606 customers left; the goal (2 %) allows 12: missed"
    assert now.brief == "November <= 12: 14, missed"
    assert (now.status, now.period) == (GoalStatus.MISSED, "2026-11")


def test_the_last_loss_a_goal_allows_is_allowed():
    now = told(CHURN, "2026-11 | 12 | 606", at_most="0.02")
    assert now.text.endswith("off pace, 100 % of it with 73 % of the time gone")


def test_the_share_used_is_held_against_the_share_of_time():
    now = told(CHURN, "2026-11 | 6 | 606", period=MID_NOVEMBER, at_most="0.02")
    assert now.text.endswith("allows 12: on pace, 50 % of it with 50 % of the time gone")
    ahead = told(CHURN, "2026-11 | 10 | 606", period=MID_NOVEMBER, at_most="0.02")
    assert ahead.status is GoalStatus.OFF_PACE
    assert ahead.text.endswith("off pace, 83 % of it with 50 % of the time gone")


def test_one_loss_ahead_of_the_clock_is_luck():
    assert (
        told(CHURN, "2026-11 | 7 | 606", period=MID_NOVEMBER, at_most="0.02").status
        is GoalStatus.ON_PACE
    )


def test_before_a_quarter_has_passed_a_pace_says_nothing():
    now = told(CHURN, "2026-11 | 4 | 606", period=EARLY_NOVEMBER, at_most="0.02")
    assert now.status is GoalStatus.ON_PACE
    assert now.text.endswith("on pace, too early to tell")


def test_what_is_lost_early_is_lost_all_the_same():
    now = told(CHURN, "2026-11 | 13 | 606", period=EARLY_NOVEMBER, at_most="0.02")
    assert now.status is GoalStatus.MISSED


def test_retention_is_the_same_race_written_from_the_other_side():
    now = told(RETENTION, "2026-11 | 592 | 606", at_least="0.98")
    assert now.text == (
        "November so far: 592 of 606 customers stayed; the goal (98 %) needs 594: missed"
    )
    assert now.brief == "November >= 594: 592, missed"
    assert told(RETENTION, "2026-11 | 596 | 606", at_least="0.98").status is GoalStatus.ON_PACE


@pytest.mark.parametrize(
    ("lost", "status"),
    [
        (12, GoalStatus.MET),
        (14, GoalStatus.MISSED_WITHIN_NOISE),  # 80 % of 14 in 606 is 1.65 % to 3.23 %
        (16, GoalStatus.MISSED_WITHIN_NOISE),
        (20, GoalStatus.MISSED),
    ],
)
def test_a_closed_month_is_missed_for_sure_outside_the_80_percent_interval(lost, status):
    assert told(CHURN, f"2026-11 | {lost} | 606", period="2026-11", at_most="0.02").status is status


def test_a_closed_month_in_words():
    now = told(CHURN, "2026-11 | 20 | 606", period="2026-11", at_most="0.02")
    assert now.text == "November: 20 of 606 customers left; the goal (2 %) allows 12: missed"
    assert now.brief == "<= 2 %: missed"


def test_answers_stand_where_they_stand():
    now = told(CSAT, "2026-W47 | 212 | 233", goal_period="2026-W47", at_least="0.9")
    assert now.brief == ">= 90 %: met"
    assert now.text == (
        "Week 47: 212 of 233 positive answers (91 %); the goal is at least 90 %: met"
    )
    running = told(CSAT, "2026-11 | 180 | 233", at_least="0.9")
    assert (running.status, running.brief) == (GoalStatus.OFF_PACE, "November >= 90 %: off pace")
    noise = told(CSAT, "2026-11 | 206 | 233", at_least="0.9")
    assert noise.text.endswith("on pace, within noise")


def test_minutes_have_no_interval_and_are_simply_met_or_missed():
    rows = "2026-W47 | 42"
    met = told(FIRST_RESPONSE, rows, goal_period="2026-W47", at_most="60")
    assert met.brief == "<= 60 min: met"
    assert met.text == "Week 47: First response, median 42 min; the goal is at most 60 min: met"
    missed = told(FIRST_RESPONSE, rows, goal_period="2026-W47", at_most="41")
    assert missed.status is GoalStatus.MISSED


def test_tolerance_is_part_of_the_goal():
    rows = "2026-W47 | 42"
    near = told(FIRST_RESPONSE, rows, "2026-W47", at_most="41", tolerance="1")
    assert near.status is GoalStatus.MET
    loose = told(CHURN, "2026-11 | 13 | 606", at_most="0.02", tolerance="0.005")  # 15 of 606
    assert loose.status is not GoalStatus.MISSED


def test_a_level_is_on_pace_where_a_straight_line_would_be():
    rows = """
        2026-Q3 | 400000
        2026-Q4 | 412300
    """
    now = told(MRR, rows, goal_period="2026-Q4", at_least="420000")  # 53 of 92 days: 411,522
    assert now.brief == "Q4 >= $420,000: on pace"
    assert now.text == "Q4 so far: MRR $412,300; the goal is at least $420,000: on pace"
    late = told(MRR, rows, "2026-Q4", "2026-W52", at_least="420000")
    assert late.status is GoalStatus.OFF_PACE


def test_a_level_without_a_past_has_only_where_it_stands():
    now = told(MRR, "2026-Q4 | 412300", goal_period="2026-Q4", at_least="420000")
    assert now.status is GoalStatus.OFF_PACE
    there = told(MRR, "2026-Q4 | 421000", goal_period="2026-Q4", at_least="420000")
    assert there.status is GoalStatus.ON_PACE


def test_amounts_that_add_up_race_towards_their_goal():
    behind = told(NEW_MRR, "2026-11 | 4000", at_least="10000")
    assert behind.text == (
        "November so far: New MRR $4,000; the goal is at least $10,000: off pace, "
        "40 % of it with 73 % of the time gone"
    )
    assert told(NEW_MRR, "2026-11 | 8000", at_least="10000").status is GoalStatus.ON_PACE
    assert told(NEW_MRR, "2026-11 | 10000", at_least="10000").status is GoalStatus.MET


def test_counts_that_add_up_are_given_the_benefit_of_luck():
    assert told(TICKETS, "2026-11 | 80", at_most="100").brief == "November <= 100: 80, on pace"
    assert told(TICKETS, "2026-11 | 90", at_most="100").status is GoalStatus.OFF_PACE
    assert told(TICKETS, "2026-11 | 101", at_most="100").status is GoalStatus.MISSED


def test_tickets_per_customer_become_a_number_of_tickets():
    now = told(LOAD, "2026-11 | 740 | 600", at_most="1.2")
    assert now.text == (
        "November so far: 740 tickets for 600 customers (1.23); the goal (1.2) allows 720: missed"
    )


def test_adoption_can_still_rise_until_the_close():
    now = told(ADOPTION, "2026-11 | 300 | 600", at_least="0.7")
    assert now.text.endswith("on pace, it rises until the close")
    closed = told(ADOPTION, "2026-11 | 300 | 600", period="2026-11", at_least="0.7")
    assert closed.status is GoalStatus.MISSED


def test_no_data_is_never_a_miss():
    for rows in ("2026-11 | - | -", "2026-10 | 99 | 606"):
        now = told(CHURN, rows, at_most="0.02")
        assert (now.status, now.brief) == (GoalStatus.NO_DATA, "no data")
        assert now.text == "November so far: no data; the goal is at most 2 %"
        assert found(CHURN, rows, at_most="0.02") == ()


def test_without_a_goal_there_is_nothing_to_stand_against():
    assert standing(case(CHURN, weeks("1 2 3", of=600))) is None
    assert standing(with_goal(CHURN, weeks("1 2 3", of=600), "2026-11")) is None


def test_a_goal_missed_for_sure_is_a_warning_and_within_noise_a_mention():
    (sure,) = found(CHURN, "2026-11 | 20 | 606", period="2026-11", at_most="0.02")
    (noise,) = found(CHURN, "2026-11 | 14 | 606", period="2026-11", at_most="0.02")
    assert (sure.rule, sure.severity, sure.goal_status) == (
        "goal_miss",
        Severity.WARNING,
        GoalStatus.MISSED,
    )
    assert noise.severity is Severity.INFO
    assert found(CHURN, "2026-11 | 12 | 606", period="2026-11", at_most="0.02") == ()
    assert (sure.observed, sure.denominator, sure.expected, sure.direction) == (20, 606, 12, "up")


def test_a_pace_is_louder_the_faster_the_allowance_goes():
    by_lost = {
        lost: found(CHURN, f"2026-11 | {lost} | 606", period=MID_NOVEMBER, at_most="0.02")
        for lost in (6, 9, 10, 14, 20)
    }
    assert {lost: each[0].severity for lost, each in by_lost.items() if each} == {
        9: Severity.INFO,  # 6 were due by now: one chance in eight
        10: Severity.WARNING,
        14: Severity.WARNING,
        20: Severity.CRITICAL,
    }
    assert by_lost[14][0].sentence == (
        "November so far: 14 of 606 customers left; the goal (2 %) allows 12: missed."
    )


def test_one_loss_too_many_in_a_small_segment_wakes_nobody():
    (finding,) = found(CHURN, "2026-11 | 2 | 60", period=MID_NOVEMBER, at_most="0.02")
    assert finding.severity is Severity.WARNING


def test_a_level_off_pace_is_only_mentioned():
    (finding,) = found(MRR, "2026-Q4 | 412300", "2026-Q4", at_least="420000")
    assert (finding.rule, finding.severity, finding.direction) == (
        "goal_pacing",
        Severity.INFO,
        "down",
    )


def test_severity_and_smallest_sample_can_be_set():
    asked = with_goal(CHURN, table("2026-11 | 14 | 606"), "2026-11", at_most="0.02")
    assert goal_pacing.judge(asked, GoalPacingSettings(min_n=607)) == ()
    loud = goal_pacing.judge(asked, GoalPacingSettings(severity=Severity.CRITICAL))
    assert loud[0].severity is Severity.CRITICAL


def test_a_goal_that_allows_nothing_is_used_up_by_the_first_loss():
    asked = with_goal(CHURN, table("2026-11 | 1 | 40"), "2026-11", at_most="0.02")
    aim = aim_of(asked)
    running = race(aim, aim.seen)
    assert (running.limit, running.is_over, running.burn(aim.elapsed)) == (0, True, float("inf"))
    assert standing(asked).status is GoalStatus.MISSED
    assert race(aim, replace(aim.seen, numerator=None)) is None


def test_the_interval_of_a_mean_comes_from_its_squares():
    seen = table("2026-11 | 1558 | 41", subject=NPS, squares=260000).observations[0]
    low, high = interval(seen, NPS)
    assert (round(low, 1), round(high, 1)) == (23.6, 52.4)
    assert interval(replace(seen, sum_of_squares=None), NPS) is None
    assert interval(replace(seen, n=1), NPS) is None
    assert interval(replace(seen, numerator=Decimal(99)), CSAT) is None


def test_nps_below_its_goal_from_few_answers_is_within_noise():
    now = told(NPS, "2026-11 | 1558 | 41", period="2026-11", squares=260000, at_least="45")
    assert now.text == (
        "November: NPS 38 from 41 answers; the goal is at least 45: missed within noise"
    )
