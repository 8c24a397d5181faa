"""What happens when several senders want to send the same, and one of them sleeps meanwhile?

Asleep is a laptop that was closed, a container that was frozen: the process is stopped longer than
its lease, another one does its work, and then it wakes up where it was.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic, sleep

from tests.faults.cells import World, outcomes, state_of, world
from tests.faults.laws import broken
from tests.faults.points import Death
from tests.faults.randomly import MESSAGE
from tests.faults.sender import end_of, ending_of, process_of

LEASE_S = 0.6
STOPS = {
    "before the claim": "claim:before",
    "after the claim": "claim:after",
    "before the intention": "intention:before",
    "intention noted": "intention:after",
    "received": "received",
    "taken": "accepted",
    "answered, not noted": "answer:before",
    "noted": "answer:after",
    "after the receipt": "settle:after",
}
HOLDS_THE_STORE = {name for name, point in STOPS.items() if point.endswith(":before")}


@dataclass(frozen=True, slots=True)
class Together:
    """How it went: how often each message's parts arrived, and the laws that were broken."""

    counts: Sequence[int]
    exit_codes: Sequence[int]
    wrongs: Sequence[str]
    errors: Sequence[str] = ()


def at_once(channel: str, senders: int, url: str = "") -> Together:
    """Let that many senders send the same at the same time."""
    with world(channel, url) as here:
        jobs = [here.job(MESSAGE) for _ in range(senders)]
        processes = [process_of(job) for job in jobs]
        for process in processes:
            end_of(process)
        return _told(here, [ending_of(job).exit_code for job in jobs])


def asleep(channel: str, where: str, url: str = "") -> Together:
    """Let one sender fall asleep ``where`` (see STOPS), another do the work, and the first wake."""
    with world(channel, url) as here, _sleeper(here, STOPS[where]) as sleeper:
        second = here.job(MESSAGE, lease_s=LEASE_S, waits_s=1.0)
        end_of(process_of(second))
        _wake(sleeper.pid)
        end_of(sleeper)
        codes, errors = [ending_of(second).exit_code], [ending_of(second).kind]
        if any(errors):  # the sleeper held the store: another run, now that it is awake
            here.run(here.job(MESSAGE))
        return _told(here, codes, errors)


@contextmanager
def _sleeper(here: World, point: str):
    """Give a sender that has fallen asleep at ``point``."""
    job = here.job(MESSAGE, lease_s=LEASE_S)
    if ":" in point:
        process = process_of(replace(job, death=Death(point, signal=signal.SIGSTOP)))
    else:
        started = []
        here.place.at(point, lambda: _stop_once(started))
        process = process_of(job)
        started.append(process.pid)
    try:
        _wait_until_asleep(process.pid)
        yield process
    finally:
        _wake(process.pid)


def _stop_once(started: list[int]) -> None:
    while not started:
        sleep(0.001)
    if len(started) == 1:
        os.kill(started[0], signal.SIGSTOP)
        started.append(0)
        _wait_until_asleep(started[0])


def _wait_until_asleep(pid: int, longest_s: float = 30.0) -> None:
    deadline = monotonic() + longest_s
    while state_of(pid) != "T":
        if monotonic() > deadline:
            raise TimeoutError("the sender did not fall asleep")
        sleep(0.002)


def _wake(pid: int) -> None:
    if state_of(pid) == "T":
        os.kill(pid, signal.SIGCONT)


def _told(here: World, codes: Sequence[int], errors: Sequence[str] = ()) -> Together:
    found = outcomes(here, MESSAGE)
    wrongs = broken(here.place, found, dict.fromkeys(here.place.to, "sent"))
    counts = sorted({count for one in found.values() for count in one.counts})
    return Together(counts, codes, wrongs, [error for error in errors if error])
