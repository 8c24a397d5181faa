"""Killed at random, again and again: nothing is lost, nothing doubled that can be asked for."""

from __future__ import annotations

from tests.faults.going import went, wrongs
from tests.faults.randomly import CHANNELS, drawn, events


def test_one_more_run_finishes_what_was_killed():
    for channel in CHANNELS:
        assert len(events(channel)) > 20
    found = went(drawn, [(seed,) for seed in range(1, 11)])
    assert wrongs(found) == {}
