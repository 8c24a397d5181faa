"""Killed at random, again and again: nothing is lost, nothing doubled that can be asked for."""

from __future__ import annotations

from tests.faults.conftest import begun
from tests.faults.randomly import drawn


@begun(drawn, *((seed,) for seed in range(1, 11)))
def test_one_more_run_finishes_what_was_killed(went):
    assert went.wrongs == []
