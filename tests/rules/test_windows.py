"""Several periods together say what none of them does, as long as the newest is on that side too."""

from __future__ import annotations

import numpy as np
import pytest

from tasks.model import Severity
from tasks.rules.reading import newest_reading, readings
from tasks.rules.spike import SpikeSettings, is_calm, judge
from tests.rules.drawing import (
    CHURN,
    CHURNED_MRR,
    CSAT,
    FIRST_RESPONSE,
    MRR,
    NEW_MRR,
    NRR,
    TICKETS,
    case,
    weeks,
)

USUAL = SpikeSettings()
BEFORE = [5, 3, 6, 4, 5, 7, 4, 6] * 8


def found(subject, history):
    asked = case(subject, history)
    findings = judge(asked, USUAL)
    assert len(findings) <= 1
    return findings[0] if findings else None


def test_four_weeks_together():
    finding = found(CHURN, weeks([*BEFORE, 10, 9, 11, 10], of=240))
    assert finding.window > 1
    assert finding.sentence == (
        "40 of 240 customers left in the last four weeks. Usually 20; chance by luck 1 in 5,000. "
        "Still high this week."
    )
    assert finding.observed == sum([10, 9, 11, 10][-finding.window :])
    assert finding.denominator == 240 * finding.window
    assert finding.severity in {Severity.WARNING, Severity.CRITICAL}


def test_a_burst_that_is_over_is_not_told_again():
    assert found(CHURN, weeks([*BEFORE, 25], of=240)).window == 1
    after = found(CHURN, weeks([*BEFORE, 25, 5, 7], of=240))
    assert after is None or after.severity is Severity.INFO


def test_back_to_normal_is_calm():
    during, after = weeks([*BEFORE, 25], of=240), weeks([*BEFORE, 25, 5], of=240)
    assert is_calm(case(CHURN, during), USUAL, "up") is False
    assert is_calm(case(CHURN, after), USUAL, "up") is True
    assert is_calm(case(CHURN, weeks([5, 4], of=240)), USUAL, "up") is None
    assert is_calm(case(CHURN, weeks([*BEFORE, None], of=240)), USUAL, "up") is None


def growing(weeks_long=60, step=0.0):
    random = np.random.default_rng(6)
    growth = random.normal(0.006, 0.004, weeks_long)
    growth[-1] += step
    return [round(400_000 * each) for each in np.exp(np.cumsum(growth))]


def test_a_growing_stock_is_no_news_and_a_step_down_is():
    assert found(MRR, weeks(growing(), subject=MRR)) is None
    finding = found(MRR, weeks(growing(step=-0.046), subject=MRR))
    assert (finding.severity, finding.direction) == (Severity.CRITICAL, "down")
    assert finding.sentence.startswith("MRR $")


def test_money_and_times_have_laws_of_their_own():
    random = np.random.default_rng(8)
    usual = np.exp(random.normal(6, 0.2, 60))
    assert found(NEW_MRR, weeks([*usual, 400], subject=NEW_MRR)) is None
    assert found(NEW_MRR, weeks([*usual, 60], subject=NEW_MRR)).direction == "down"
    assert found(FIRST_RESPONSE, weeks([*usual, 1200], subject=FIRST_RESPONSE)).direction == "up"


def test_what_never_moved_has_no_spread():
    assert found(NEW_MRR, weeks([*[100] * 40, 900], subject=NEW_MRR)) is None
    assert found(MRR, weeks([*[100] * 40, 60], subject=MRR)) is None


def test_a_count_that_halves_beyond_belief_is_a_matter_of_data():
    finding = found(TICKETS, weeks([*[187, 180, 194, 190] * 10, 60], subject=TICKETS))
    assert finding.direction == "data"
    assert finding.sentence.startswith("The data look incomplete: 60 tickets this week, usually 1")


def test_siblings_are_read_along():
    histories = [weeks([*BEFORE, 5 + k], of=240, segment=("plan", str(k))) for k in range(3)]
    newest_reading(histories[0], CHURN, histories)
    assert all(len(each.worked_out) == 1 for each in histories)


def test_the_future_changes_nothing_that_was_read():
    whole = weeks([*BEFORE, 12, 3, 5], of=240)
    then = weeks([*BEFORE, 12], of=240, last="2026-W45")
    (before,) = readings(whole, CHURN, [len(BEFORE)])
    assert before == newest_reading(then, CHURN)


def test_shares_are_seen_from_the_rarer_side():
    stays = newest_reading(weeks([*[235, 237, 234, 236] * 15, 215], of=240, subject=CSAT), CSAT)
    assert stays.sides["down"].cost < 0.01
    assert stays.outlook.seen == 215
    assert stays.sides["up"].cost == pytest.approx(np.inf) or stays.sides["up"].cost > 1


def test_one_customer_of_eighteen_is_no_miracle_however_still_the_past():
    kept = [*[1000, 1003, 1000, 1001, 998] * 12, 945]
    assert found(NRR, weeks(kept, of=1000, subject=NRR, sizes=18)) is None
    many = weeks(kept, of=1000, subject=NRR, sizes=1800)
    assert found(NRR, many).direction == "down"


def test_a_large_customer_of_a_small_segment_is_no_break_in_its_growth():
    step = growing(step=-0.03)
    assert found(MRR, weeks(step, subject=MRR, sizes=700)).severity is Severity.CRITICAL
    assert found(MRR, weeks(step, subject=MRR, sizes=70)).severity is Severity.INFO


def test_a_sum_of_one_or_two_amounts_follows_no_law():
    lost = [120, 60, 240, 180, 150, 90, 200, 130] * 8
    assert found(CHURNED_MRR, weeks([*lost, 1500], subject=CHURNED_MRR, sizes=1)) is None
    assert found(CHURNED_MRR, weeks([*lost, 1500], subject=CHURNED_MRR, sizes=9)) is not None


def test_what_was_won_less_what_was_lost_is_left_to_its_parts():
    balance = [300, -50, 420, 10, -90, 260, 0, 80] * 8
    assert found(NEW_MRR, weeks([*balance, -9000], subject=NEW_MRR)) is None
