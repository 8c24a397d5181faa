"""Does `keepwell digest --send` itself come through a kill, and how long does the next one take?

The command line as people have it, on the small company, with all its time-outs as they are.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from tests.faults.cells import is_running
from tests.faults.places import PLACES, Place
from tests.flows.small import CONFIG, CUSTOMERS, NOW, VERSIONS

MOMENTS = (
    ("slack", "accepted"),
    ("slack", "answered"),
    ("webhook", "received"),
    ("email", "accepted"),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """How it went: the kills one after the other, then one more run, and what had arrived."""

    kills: int
    exit_code: int
    seconds: float
    said: str
    slack: Counter[tuple[str, str]]
    mails: Counter[str]
    hooks: Sequence[int]

    @property
    def wrongs(self) -> list[str]:
        wrongs = [] if self.exit_code == 0 else [f"exit code {self.exit_code}: {self.said}"]
        if not self.slack or set(self.slack.values()) != {1}:
            wrongs.append(f"Slack has {dict(self.slack)}")
        if len(self.mails) != 3 or max(self.mails.values()) > 2:
            wrongs.append(f"the mailboxes have {dict(self.mails)}")
        if any(count not in {1, 2} for count in self.hooks):
            wrongs.append(f"the webhooks have {self.hooks}")
        return wrongs


def ran(moments: Sequence[tuple[str, str]]) -> Ran:
    """Return how the command fares that is killed at each of ``moments``, then run once more."""
    with ExitStack() as stack:
        places = {name: make() for name, make in PLACES.items()}
        for place in places.values():
            stack.enter_context(place.door)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keepwell-")))
        _furnish(folder, places)
        kills = sum(_killed(folder, places[name], moment) for name, moment in moments)
        began = monotonic()
        last = _command(folder)
        said = last.communicate(timeout=180)[0]
        seconds = monotonic() - began
        slack, hooks, mail = places["slack"].door, places["webhook"].door, places["email"].door
        posts = [len(hook.posted) for hook in hooks.hooks.values()]
        visible, known = slack.visible(), mail.by_message_id()
    return Ran(kills, last.returncode, seconds, said, visible, known, posts)


def _furnish(folder: Path, places: dict[str, Place]) -> None:
    to = ", ".join(f'"{one}"' for place in places.values() for one in place.to)
    channels = "{" + ", ".join(_entries(place) for place in places.values()) + "}"
    text = CONFIG.replace('["file:board"]', f"[{to}]") + f"channels: {channels}\n"
    exports = folder / "exports"
    exports.mkdir()
    (folder / "keepwell.yaml").write_text(text, encoding="utf-8")
    (exports / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (exports / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")


def _entries(place: Place) -> str:
    return place.configuration()[1:-1]  # without the braces around all channels


def _killed(folder: Path, place: Place, moment: str) -> bool:
    """Let the command run, kill it at ``moment``, and return whether that moment came."""
    struck: list[int] = []
    running = _command(folder)

    def strike() -> None:
        if not struck:
            struck.append(running.pid)
            os.kill(running.pid, signal.SIGKILL)
            while is_running(running.pid):  # not wait: somebody else waits already
                sleep(0.001)

    place.at(moment, strike)
    running.communicate(timeout=180)
    place.calm()
    return bool(struck)


def _command(folder: Path) -> subprocess.Popen[str]:
    begin = "from flows.cli import main; main()"
    command = [sys.executable, "-c", begin, "digest", "--send", "--now", NOW]
    known = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    out = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=known, stdout=out, stderr=subprocess.STDOUT, text=True
    )
