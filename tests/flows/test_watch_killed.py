"""A watch that dies has told nobody, or has left its messages; two at once tell once."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from flows.cli import run
from tests.flows.leaving import leave, write

pytestmark = pytest.mark.long

MOMENT = "2026-11-25T16:30:00+00:00"  # 11:30 in New York
ALERTS = "alerts: {mode: live, to: ['file:alerts']}\n"
FIVE = ("S01", "S02", "S03", "S04", "S05")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A company that five customers have left this morning; alerts go to a folder."""
    write(tmp_path)
    leave(tmp_path, *FIVE, known=datetime.fromisoformat(MOMENT))
    path = tmp_path / "keepwell.yaml"
    path.write_text(path.read_text("utf-8") + ALERTS, "utf-8")
    return path


def alerts(config: Path) -> list[str]:
    return [one.name for one in (config.parent / "out" / "alerts").glob("*.txt")]


def watch(config: Path) -> int:
    return run(["watch", "--send", "--config", str(config), "--now", MOMENT])


@pytest.mark.parametrize("step", ["alert_message", "deliver"])
def test_what_a_killed_watch_did_not_tell_the_next_one_tells(config: Path, step: str) -> None:
    command = [sys.executable, "-m", "tests.flows.dying", str(config), MOMENT, step]
    died = subprocess.run(command, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL
    assert alerts(config) == []
    assert [watch(config), watch(config)] == [0, 0]
    assert len(alerts(config)) == 1


def test_two_watches_at_once_tell_once(config: Path) -> None:
    run(["sync", "--config", str(config), "--now", MOMENT])
    program = "import sys; from flows.cli import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "watch", "--send", "--config", str(config)]
    both = [subprocess.Popen([*command, "--now", MOMENT]) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert len(alerts(config)) == 1
    assert watch(config) == 0
    assert len(alerts(config)) == 1
