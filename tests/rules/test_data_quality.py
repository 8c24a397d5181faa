"""A number is doubtful when it is incomplete or not comparable; an older one may be another now."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.model import NullReason, Severity
from tasks.rules.circumstances import Revised, Supply
from tasks.rules.data_quality import DataQualitySettings, judge
from tasks.rules.history import History
from tests.rules.drawing import CHURN, CSAT, MRR, TICKETS, case, weeks

USUAL = DataQualitySettings()
STEADY = weeks([*[212, 214, 210] * 5, 213], of=233, subject=CSAT)


def found(subject, history, **more):
    return judge(replace(case(subject, history), **more), USUAL)


def test_all_is_well():
    assert found(CSAT, STEADY, siblings=(STEADY,)) == ()


def test_half_of_the_answers_are_incomplete_and_not_better():
    history = weeks([*[212] * 15, 71], of=[*[233] * 15, 72], subject=CSAT)
    (one,) = found(CSAT, history)
    assert (one.rule, one.direction, one.severity) == ("data_quality", "data", Severity.WARNING)
    assert one.sentence == (
        "The data look incomplete: 72 answers this week, usually 233. "
        "Not judged until they are complete."
    )
    assert one.expected == 233


def answers(newest, usual, segment=("ALL", "ALL")):
    values = [*[usual] * 15, newest]
    return weeks(values, of=values, subject=CSAT, segment=segment)


def test_a_small_segment_that_has_become_smaller_is_no_trouble_with_the_data():
    band, others = answers(5, 24, ("tenure_band", "new")), answers(290, 290, ("tenure_band", "old"))
    whole = answers(295, 314)
    assert found(CSAT, band, siblings=(band, others, whole)) == ()
    assert found(CSAT, band, siblings=(band, others)) == ()


def test_rows_are_missing_where_the_whole_or_most_segments_lack_them():
    band, others = answers(5, 24, ("tenure_band", "new")), answers(190, 290, ("tenure_band", "old"))
    assert found(CSAT, band, siblings=(band, others, answers(195, 314))) != ()
    also = answers(7, 30, ("tenure_band", "old"))
    assert found(CSAT, band, siblings=(band, also)) != ()
    assert found(CSAT, band, siblings=(band,)) != ()


def test_two_definitions_are_not_comparable():
    new = replace(STEADY.observations[-1], definition_version=3)
    history = History(STEADY.cell, STEADY.periods, (*STEADY.observations[:-1], new))
    (one,) = found(CSAT, history)
    assert one.direction == "data"
    assert one.sentence == (
        "CSAT is computed by definition 3 this week, before by definition 1: "
        "the numbers can't be compared. Measure the past again."
    )


def plans(*newest):
    return tuple(
        weeks([9, 8, 9, 9, last], of=10, subject=CSAT, segment=("plan", f"p{number}"))
        for number, last in enumerate(newest)
    )


def test_segments_that_used_to_have_a_value_and_have_none():
    (one,) = found(CSAT, STEADY, siblings=(STEADY, *plans(9, None, None, None, 9)))
    assert one.sentence == (
        "CSAT has no value this week for 3 of 5 segments that had one in each of the 3 before."
    )
    assert found(CSAT, STEADY, siblings=(STEADY, *plans(9, None, None, 9, 9))) == ()
    assert found(CSAT, STEADY, siblings=(STEADY, *plans(9, 9, 9, 9, None, None, None, 9))) == ()


def test_a_saturday_is_held_against_saturdays():
    def days(seen, number):
        return weeks(seen, of=10, subject=CSAT, last="2026-11-21", segment=("plan", f"p{number}"))

    open_days = days("9 " * 28, 0)
    overall = replace(open_days, cell=replace(STEADY.cell, grain=open_days.cell.grain))
    saturday = overall.periods[-1]
    shut = [days("9 9 9 9 9 - - " * 3 + "9 9 9 9 9 9 -", number) for number in range(3)]
    lost = [days("9 " * 27 + "-", number) for number in range(3)]
    assert found(CSAT, overall, siblings=(overall, *shut), period=saturday) == ()
    (one,) = found(CSAT, overall, siblings=(overall, *lost), period=saturday)
    assert one.sentence.endswith("3 of 3 segments that had one in each of the 3 weeks before.")


def test_a_segment_in_which_nobody_answered_lacks_nothing():
    silent = [
        History(
            each.cell,
            each.periods,
            (
                *each.observations[:-1],
                replace(each.observations[-1], null_reason=NullReason.NO_RESPONSES),
            ),
        )
        for each in plans(None, None, None)
    ]
    assert found(CSAT, STEADY, siblings=(STEADY, *silent)) == ()


def test_segments_are_told_of_at_the_whole_only():
    part, *_ = plans(9)
    assert found(CSAT, part, siblings=(STEADY, *plans(None, None, None))) == ()


def test_refused_rows_are_told_by_one_kpi():
    supply = Supply("desk", "tickets", 3000, 412, 0, "'created_at' is no instant", CSAT.key)
    (one,) = found(CSAT, STEADY, supplies=(supply,))
    assert one.direction == "up"
    assert one.sentence == (
        "desk: 412 of 3,000 rows of tickets (13.7 %) are in quarantine, mostly: "
        "'created_at' is no instant. CSAT rests on them."
    )
    assert found(CSAT, STEADY, supplies=(replace(supply, told_by="nps"),)) == ()
    assert found(CSAT, STEADY, supplies=(replace(supply, refused=149),)) == ()
    assert found(CSAT, STEADY, supplies=(replace(supply, read=9, refused=9),)) == ()
    assert found(CSAT, STEADY, supplies=(replace(supply, read=0, refused=0),)) == ()


def test_rows_that_came_twice():
    (one,) = found(CSAT, STEADY, supplies=(Supply("desk", "tickets", 3000, 0, 600),))
    assert one.sentence == (
        "desk: 600 of 3,000 rows of tickets (20 %) came more than once. CSAT rests on them."
    )
    assert found(CSAT, STEADY, supplies=(Supply("desk", "tickets", 3000, 0, 599),)) == ()


def revised(history, back, now):
    before = history.observations[-1 - back]
    return (
        Revised(
            before, replace(before, numerator=None if now is None else Decimal(now), revision=2)
        ),
    )


def test_a_reported_value_that_is_another_now():
    history = weeks([*[12, 14, 13] * 5, 13], of=600)
    (one,) = found(CHURN, history, revised=revised(history, 1, 19))
    assert one.period == "2026-W47"
    assert one.direction == "up"
    assert one.sentence == (
        "Customer churn rate of week 46 was reported as 2.2 % and is 3.2 % now."
    )


@pytest.mark.parametrize("now", [12, 13, 15])
def test_a_customer_or_two_are_no_restatement(now):
    history = weeks([*[12, 14, 13] * 5, 13], of=600)
    assert found(CHURN, history, revised=revised(history, 1, now)) == ()


def test_three_spreads_are_told_also_where_they_are_a_small_share():
    level = weeks([100_000, 100_200, 100_100, 99_900] * 5, subject=MRR)
    assert len(found(MRR, level, revised=revised(level, 2, 101_500))) == 1
    assert found(MRR, level, revised=revised(level, 2, 100_300)) == ()
    short = weeks([100_000, 100_200, 100_100], subject=MRR)
    assert found(MRR, short, revised=revised(short, 1, 101_500)) == ()


def test_a_restated_period_that_is_not_remembered_is_named_by_its_key():
    history = weeks([150] * 12, subject=TICKETS)
    old = replace(history.observations[0], period="2026-W01")
    (one,) = found(TICKETS, history, revised=(Revised(old, replace(old, numerator=Decimal(300))),))
    assert "of 2026-W01 was" in one.sentence


def test_a_value_that_is_gone_is_no_restatement():
    history = weeks([150] * 12, subject=TICKETS)
    assert found(TICKETS, history, revised=revised(history, 1, None)) == ()


def test_nothing_is_said_of_a_period_without_a_value():
    history = weeks([*[212] * 10, None], of=233, subject=CSAT)
    assert found(CSAT, history, revised=revised(history, 2, 100)) == ()
