"""Eight in a row on the bad side are told once, in the digest, and wake nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tasks.model import Direction, Severity, Status
from tasks.rules.trend import TrendSettings, judge, run_side
from tests.rules.drawing import ADOPTION, CHURN, MRR, TICKETS, case, weeks

BEFORE = [10, 12, 9, 11, 10, 13, 8, 11] * 4
USUAL = TrendSettings()


def told(seen, subject=TICKETS, settings=USUAL):
    return judge(case(subject, weeks(seen, subject=subject)), settings)


def test_eight_weeks_above_the_usual():
    (finding,) = told([*BEFORE, 9, *[12] * 8])
    assert finding.sentence == (
        "Tickets: 8 weeks in a row above the usual 10; chance by luck 1 in 300."
    )
    assert (finding.severity, finding.direction, finding.window) == (Severity.INFO, "up", 8)


def test_it_is_told_once():
    assert told([*BEFORE, 9, *[12] * 7]) == ()
    assert told([*BEFORE, 9, *[12] * 9]) == ()


def test_a_week_without_a_value_or_on_the_line_breaks_the_run():
    assert told([*BEFORE, 9, 12, 12, 12, None, 12, 12, 12, 12]) == ()
    assert told([*[10] * 32, 9, 12, 12, 12, 10, 12, 12, 12, 12]) == ()


def test_eight_good_weeks_are_not_told_here():
    assert told([*BEFORE, 12, *[8] * 8]) == ()
    neutral = replace(TICKETS, good=Direction.NEUTRAL)
    (finding,) = told([*BEFORE, 12, *[8] * 8], neutral)
    assert finding.direction == "down"


def test_a_stock_is_looked_at_by_its_change():
    growing = [1000 + 10 * week for week in range(40)]
    slower = [growing[-1] + 4 * week for week in range(1, 9)]
    (finding,) = told([*growing, *slower], MRR)
    assert finding.sentence == (
        "MRR: 8 weeks in a row with a change below the usual +$10; chance by luck 1 in 300."
    )


def test_what_still_rises_is_not_held_against_finished_weeks():
    history = weeks([*[50, 51] * 10, 51, *[40] * 8], of=60, subject=ADOPTION)
    newest = replace(history.observations[-1], status=Status.PROVISIONAL)
    running = replace(history, observations=(*history.observations[:-1], newest))
    assert judge(case(ADOPTION, history), USUAL) != ()
    assert judge(case(ADOPTION, running), USUAL) == ()


def test_too_short_a_history_or_too_small_a_sample_says_nothing():
    assert told([*BEFORE[:11], *[14] * 8]) == ()
    history = weeks([*[1, 2] * 10, 1, *[9] * 8], of=60)
    assert judge(case(CHURN, history), TrendSettings(min_n=61)) == ()
    assert judge(case(CHURN, history), TrendSettings(min_n=60)) != ()


@pytest.mark.parametrize(
    ("distances", "side"),
    [([-1, 2, 1, 3], 1), ([1, -2, -1, -3], -1), ([1, 2, 1, 3], 0), ([2, 1, 3], 0), ([], 0)],
)
def test_a_run_of_three(distances, side):
    assert run_side(np.array(distances, dtype=float), 3) == side
