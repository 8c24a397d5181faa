"""A sample that lost its half is no sample; one that is too small says how small."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from tasks.model import Grain
from tasks.rules.collapse import has_lost_its_half
from tasks.rules.outlook import newest_outlook
from tasks.rules.samples import Collapse, collapse, smallest_visible, too_few
from tests.rules.drawing import CHURN, CSAT, NPS, RETENTION, TICKETS, weeks


def lost(subject, sizes):
    history = weeks([1] * len(sizes), of=sizes, subject=subject)
    return collapse(history, subject, len(sizes) - 1)


def visible(subject, history):
    outlook = newest_outlook(history, subject)
    return smallest_visible(outlook, subject), too_few(history, subject, outlook)


def test_half_the_sample_gone_by_more_than_chance():
    assert lost(CSAT, [*[233] * 8, 90]) == Collapse(90, 233)
    assert lost(CSAT, [*[233] * 8, 120]) is None
    assert lost(CSAT, [*[20] * 8, 8]) is None
    assert lost(CSAT, [*[233] * 4, 10]) is None


def test_a_sunday_is_held_against_sundays():
    week = [233, 240, 228, 231, 226, 12, 9]
    days = np.array([[*(week * 6), *week]], dtype=float)
    assert not has_lost_its_half(days, Grain.DAY).any()
    days[0, -3] = 60  # a Friday
    assert np.flatnonzero(has_lost_its_half(days, Grain.DAY)[0]).tolist() == [46]


def test_counts_have_no_sample_to_lose():
    assert lost(TICKETS, [*[233] * 8, 10]) is None


def test_the_smallest_visible_rise_of_a_rare_event():
    factor, said = visible(CHURN, weeks([*[2, 1, 3, 2] * 13, 2], of=600))
    assert 2.8 < factor < 3.3
    assert said == "Too few to tell: the smallest change visible here is 3 times the usual"


def test_a_large_sample_is_large_enough():
    factor, said = visible(TICKETS, weeks([*[187, 180, 194] * 18, 190], subject=TICKETS))
    assert 1.1 < factor < 1.4
    assert said == ""


def test_of_a_common_share_the_rarer_side_counts():
    losses, _ = visible(CHURN, weeks([*[2] * 52, 2], of=600))
    stays, _ = visible(RETENTION, weeks([*[598] * 52, 598], of=600))
    assert abs(losses - stays) < Decimal("0.01")


def test_few_answers_show_only_large_shifts():
    scores = [38, 30, 41, 35] * 6 + [38]
    history = weeks(
        [score * 41 for score in scores], of=41, subject=NPS, squares=[260_000] * len(scores)
    )
    shift, said = visible(NPS, history)
    assert 18 < shift < 22
    assert said == f"Too few to tell: the smallest change visible here is {shift:.0f} points"


def test_many_answers_show_small_shifts_too():
    scores = [38, 37, 39, 38] * 6 + [38]
    history = weeks(
        [score * 900 for score in scores], of=900, subject=NPS, squares=[5_700_000] * len(scores)
    )
    shift, said = visible(NPS, history)
    assert shift < 8
    assert said == ""


def test_a_history_too_short_says_how_long_it_has_to_be():
    history = weeks([2] * 6, of=600)
    assert too_few(history, CHURN, newest_outlook(history, CHURN)) == (
        "Too few to tell: 5 of the 12 weeks of history needed"
    )


def test_a_sample_that_showed_something_was_large_enough():
    history = weeks([*[2] * 52, 9], of=600)
    assert too_few(history, CHURN, newest_outlook(history, CHURN)) == ""
    assert too_few(history, CHURN, None) == ""
