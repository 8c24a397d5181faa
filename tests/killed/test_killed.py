"""A few kills of server and worker, as `make test-killed` does with fifty: each digest comes once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killed.__main__ import weeks_of
from tests.killed.database import programs
from tests.killed.going import Went, gone_through
from tests.killed.points import VICTIMS, drawn

SEEDS = 3
pytestmark = pytest.mark.killed


def test_a_seed_draws_the_same_kill_again_and_every_victim_has_its_turn() -> None:
    assert [drawn(seed) for seed in range(50)] == [drawn(seed) for seed in range(50)]
    assert {drawn(seed).victim for seed in range(4)} == set(VICTIMS)


def test_each_digest_arrives_once_and_no_run_is_stuck(tmp_path: Path) -> None:
    assert programs()
    seen: list[Went] = []
    found, wrongs = gone_through(weeks_of(SEEDS, first=1), tmp_path, seen.append)
    assert wrongs == []
    assert [one.wrongs for one in found] == [[]]
