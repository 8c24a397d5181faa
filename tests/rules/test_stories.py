"""Six simple series with trouble in them: seldom a false alarm, trouble caught, told once.

A slice of `bench/alerts.py`, which measures more of each.
"""

from __future__ import annotations

import pytest

from bench.alerts import MOST_FALSE, STORIES, is_reached, measured

CELLS = 40


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_trouble_is_caught_and_told_once(story):
    seen = measured(story, cells=CELLS, seed=47)
    assert seen.false <= MOST_FALSE
    assert seen.caught >= story.caught
    assert seen.told <= 1.1
    assert is_reached(story, seen)
