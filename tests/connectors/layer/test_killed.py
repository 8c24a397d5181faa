"""A sync that is killed anywhere goes on as if it had not been (complaint 15)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.connectors.landing import land
from tasks.connectors.latest import latest
from tests.connectors.layer.another_process import TICKETS
from tests.connectors.layer.asking import session
from tests.connectors.layer.desk import Desk, around, stream

ROOT = Path(__file__).parents[3]
CHILD = [sys.executable, "-m", "tests.connectors.layer.another_process"]


def read(desk, folder):
    surroundings = around(folder)
    with surroundings.store, session(desk) as asking:
        (report,) = land("desk", [stream()], asking, surroundings)
        return report, list(latest("desk", stream(), surroundings))


@pytest.mark.parametrize(
    ("moment", "twice"),
    [
        ("asked-2", 1),  # before land: page two was asked for, and never arrived
        ("before-4", 1),  # after land: page two is a file, and the store does not know of it
        ("after-4", 0),  # after commit: page two counts
        ("before-6", 1),  # everything is landed, and not yet called complete
        ("fold-32", 0),  # mid-fold: page two counts, and is being entered into the index
    ],
)
def test_killed_at(moment, twice, tmp_path):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    unbroken.mkdir()
    broken.mkdir()
    with Desk(TICKETS) as desk:
        _, whole = read(desk, unbroken)
        desk.requests.clear()

        child = subprocess.Popen([*CHILD, moment, str(broken), desk.base_url], cwd=ROOT)
        if moment.startswith("asked"):
            number = int(moment.partition("-")[2])
            desk.at("received", "tickets", lambda _: _kill_at(desk, number, child.pid))
        assert child.wait(60) == -signal.SIGKILL
        desk.calm()
        report, after = read(desk, broken)

        assert after == whole
        assert report.complete
        assert len(desk.asked("tickets")) == 3 + twice


def _kill_at(desk, number, pid):
    if len(desk.asked("tickets")) == number:
        os.kill(pid, signal.SIGKILL)
