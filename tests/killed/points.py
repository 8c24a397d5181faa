"""Who is killed, and when? A seed draws it: a service or a run, at a moment of a digest's way out.

The moments are those of a run (a worker has taken it; its flow has begun, and some seconds passed)
and those of a message at its destination (a chart was uploaded; it stands at the door; it was
taken, and nobody has been told; the answer is on its way).
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tests.flows.peers import Peers
from tests.killed.machine import Machine

VICTIMS = ("server", "worker and its runs", "worker alone", "run")
OF_RUNS = ("taken", "begun")
OF_MAIL = {"mail at the door": "recipient", "mail taken": "data", "mail answered": "answered"}
OF_SLACK = {"post at the door": "received", "post taken": "accepted", "post answered": "answered"}
MOMENTS = (*OF_RUNS, "begun", "begun", *OF_MAIL, *OF_SLACK, "picture uploaded")
LONGEST_S = 60.0  # a moment that does not come is taken to have come


@dataclass(frozen=True, slots=True)
class Point:
    """One kill."""

    seed: int
    victim: str
    moment: str
    delay_s: float

    def __str__(self) -> str:
        later = f" + {self.delay_s:.1f} s" if self.delay_s else ""
        return f"{self.moment}{later}"


def drawn(seed: int) -> Point:
    """Return the kill that ``seed`` draws, always the same; every victim has its turn."""
    draw = random.Random(seed)  # noqa: S311 - drawn to be drawn again, not to be secret
    moment = draw.choice(MOMENTS)
    delay = round(draw.uniform(0, 12), 1) if moment == "begun" else 0.0
    return Point(seed, VICTIMS[seed % len(VICTIMS)], moment, delay)


@dataclass
class Trap:
    """A kill that waits for its moment, and comes once."""

    point: Point
    machine: Machine
    there: Peers
    fired_at: float = 0.0
    fired: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self, asked: Callable[[], set[str]]) -> None:
        """Begin to wait; ``asked`` tells the types of the states of the digest's runs."""
        moment = self.point.moment
        if moment in OF_MAIL:
            self.there.mail.at(OF_MAIL[moment], lambda _mail: self.kill())
        elif moment in OF_SLACK:
            self.there.slack.at(OF_SLACK[moment], "chat.postMessage", lambda _asked: self.kill())
        elif moment == "picture uploaded":
            self.there.slack.at("accepted", "upload", lambda _asked: self.kill())
        threading.Thread(target=self._watch, args=(asked,), daemon=True).start()

    def kill(self) -> None:
        with self._lock:
            if self.fired.is_set():
                return
            if not self._killed():
                return
            self.fired_at = time.monotonic()
            self.fired.set()

    def _killed(self) -> bool:
        worker = self.machine.worker
        if self.point.victim == "server":
            self.machine.server.kill()
        elif self.point.victim == "worker and its runs":
            worker.kill()
        elif self.point.victim == "worker alone":
            worker.kill_alone()
        else:
            return worker.kill_run()
        return True

    def _watch(self, asked: Callable[[], set[str]]) -> None:
        until = time.monotonic() + LONGEST_S
        wanted = {"taken": {"PENDING", "RUNNING"}, "begun": {"RUNNING"}}.get(self.point.moment)
        while wanted and time.monotonic() < until and not self.fired.is_set():
            try:
                if wanted & asked():
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        else:
            self.fired.wait(max(0.0, until - time.monotonic()))
        time.sleep(self.point.delay_s)
        while not self.fired.is_set():
            self.kill()
            time.sleep(0.2)
