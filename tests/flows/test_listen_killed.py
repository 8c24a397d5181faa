"""The listener as a process of its own: stopped, or killed while it tells the thread."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasks.store import is_listened
from tests.flows.test_listen import Company, alerted, at_work, until

__all__ = ["alerted"]
COMMAND = "import sys; from flows.cli import main; sys.argv = ['keepwell', 'listen']; main()"
ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@contextmanager
def process(company: Path):
    """`keepwell listen` in the company's folder."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(
        [sys.executable, "-c", COMMAND], cwd=company, env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_asked_to_and_buttons_go(alerted: Company, company: Path, number):
    with process(company) as listener:
        alerted.socket.wait_for_listener()
        until(lambda: is_listened(alerted.workspace.store), "a heartbeat")
        assert alerted.press("ack").wait() == {}
        assert alerted.thread() == ["Acknowledged by Ana."]
        listener.send_signal(number)
        _, err = listener.communicate(timeout=PATIENCE_S)
    assert listener.returncode == 0
    assert "no longer listening" in err
    assert not is_listened(alerted.workspace.store)


def test_killed_while_it_tells_the_thread_the_next_one_tells_it_once(
    alerted: Company, company: Path
):
    with process(company) as listener:
        alerted.socket.wait_for_listener()
        alerted.slack.at("accepted", "chat.postMessage", lambda _asked: listener.kill())
        assert alerted.press("ack").wait() == {}
        listener.communicate(timeout=PATIENCE_S)
    assert listener.returncode == -signal.SIGKILL
    assert not is_listened(alerted.workspace.store)  # though it never said goodbye
    alerted.slack.calm()
    with at_work(alerted.workspace, alerted.said):
        alerted.socket.wait_for_listener(opened=2)
        alerted.press("not_useful").wait()
        assert alerted.thread(2) == ["Acknowledged by Ana.", "Ana found this not useful."]
    assert alerted.log() == [("ack", "Ana", ""), ("not_useful", "Ana", "")]
    assert set(alerted.slack.visible().values()) == {1}
