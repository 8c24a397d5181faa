"""Two schedulers on one store, at the same moment: everybody gets the digest once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flows.workspace import opened
from tasks.store import State, entries
from tests.flows.small import CONFIG, NOW

ROOT = Path(__file__).parents[2]
PEOPLE = ("a", "b", "c", "d")
LOOK = """
import sys
from datetime import datetime
from pathlib import Path
from flows.dispatch import dispatch
from flows.steps import by_hand
from flows.workspace import opened
from tasks.messages.render import undrawn
with opened(Path(sys.argv[1]), {}) as workspace:
    print("ready", flush=True)
    sys.stdin.readline()
    done = dispatch(by_hand(draw=undrawn), workspace, now=datetime.fromisoformat(sys.argv[2]))
"""


def test_two_looks_at_once_send_each_digest_once(company: Path) -> None:
    to = ", ".join(f'"file:{one}"' for one in PEOPLE)
    config = CONFIG.replace('["file:board"]', f"[{to}]") + 'operators: {to: ["file:ops"]}\n'
    path = company / "keepwell.yaml"
    path.write_text(config, encoding="utf-8")
    with opened(path, os.environ):
        pass  # so that the store is there
    both = [
        subprocess.Popen(
            [sys.executable, "-c", LOOK, str(path), NOW],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    ended = [one.communicate("go\n", timeout=240) for one in both]
    assert [one.returncode for one in both] == [0, 0], ended
    with opened(path, os.environ) as workspace:
        found = entries(workspace.store, kind="digest")
        assert sorted(one.to for one in found) == [f"file:{one}" for one in PEOPLE]
        assert {one.state for one in found} == {State.SENT}
        assert {one.attempts for one in found} == {1}
        assert not entries(workspace.store, kind="ops")
