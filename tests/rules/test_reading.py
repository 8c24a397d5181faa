"""Readings: what a period is held against is said in the numbers people know."""

from __future__ import annotations

import pytest

from tasks.rules.reading import newest_reading
from tests.rules.drawing import NEW_MRR, weeks

USUAL = [2100, 1900, 2000, 2200, 1800] * 11


def test_a_week_in_which_nothing_was_won_is_held_against_the_usual_amount():
    history = weeks([*USUAL, 0], subject=NEW_MRR)
    outlook = newest_reading(history, NEW_MRR).outlook
    assert outlook.seen == 0
    assert outlook.law.mean == pytest.approx(2000, rel=0.05)
    assert 1000 < outlook.law.quantile(0.05) < outlook.law.mean
