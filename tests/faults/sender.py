"""What does a process do that sends? It writes its messages, if they are not there, and delivers.

    python -m tests.faults.sender STORE CONFIG [POINT [NTH]]

delivers whatever is open in STORE, and dies at POINT (see points.py) when it is reached the NTH
time. Tests start it by ``process_of``: a process of its own, forked from one that has imported
everything, which takes milliseconds where a new Python takes a second.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock

from sqlalchemy import event

import tasks.channels
import tasks.connectors  # noqa: F401 - both register what the configuration names
from tasks.catalog import CHANNELS
from tasks.channels.base import channel_named
from tasks.channels.slack.api import Patience
from tasks.config import load_settings
from tasks.errors import KeepwellError
from tasks.model import Message
from tasks.outbox.delivering import deliver
from tasks.store import Outgoing, entries, open_store, put
from tests.doubles.certificates import certified
from tests.faults.points import Death, Watch, watched

IMPORTED_LATE = ("babel.numbers", "encodings.idna", "httpcore", "ruamel.yaml", "sqlite3")
LONGEST_RUN_S = 60.0
TURN = Lock()  # multiprocessing reads how a process ended whenever another is started
QUICK = Patience(timeout_s=2.0, poll_s=0.01, polls=4)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a sender. ``said`` is where it leaves how it ended."""

    store: str
    config: Path
    said: Path
    message: Message | None = None
    to: tuple[str, ...] = ()
    death: Death | None = None
    is_urgent: bool = True
    patience_s: float = 15.0
    lease_s: float = 30.0
    waits_s: float = 30.0  # for others who write to the store
    clock_ahead_s: float = 0.0
    largest_file: int = 0  # bytes, after which a file cannot grow: a disk that is full


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended that was not killed: as the command line would."""

    exit_code: int = -9
    error: str = ""
    kind: str = ""
    points: int = 0


def run(job: Job) -> None:
    """Do ``job``, and leave how it ended in ``job.said``."""
    watch = Watch(job.death)
    try:
        code = _sent(job, watch)
    except KeepwellError as error:
        ending = (error.exit_code, str(error), type(error).__name__)
    else:
        ending = (code, "", "")
    if job.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    job.said.write_text(json.dumps([*ending, watch.passed["*"]]), encoding="utf-8")


def _sent(job: Job, watch: Watch) -> int:
    _hurry()
    settings = load_settings(job.config, {})
    with open_store(job.store, patience_s=job.waits_s) as store:
        if job.clock_ahead_s:
            event.listen(store.engine, "connect", partial(_wrong_clock, job.clock_ahead_s))
            store.engine.dispose()  # so that every connection has the wrong clock
        if job.largest_file:
            limit = (job.largest_file, resource.RLIM_INFINITY)
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        watched(store.engine, watch.reached)
        if job.message is not None:
            put(store, [Outgoing(job.message, job.to)], company="Acme")
        ids = [one.id for one in entries(store)]
        done = deliver(
            store,
            settings,
            ids,
            is_urgent=job.is_urgent,
            patience_s=job.patience_s,
            lease_s=job.lease_s,
        )
    return done.exit_code


def _hurry() -> None:
    """Let Slack's channels wait for seconds where they wait longer; mail has a setting for it."""
    shorter = {"slack": {"patience": QUICK}, "slack_webhook": {"timeout_s": QUICK.timeout_s}}
    for key, arguments in shorter.items():
        usual = channel_named(key)
        CHANNELS._entries[key] = replace(usual, send=partial(usual.send, **arguments))


def _wrong_clock(ahead_s: float, connection, _record) -> None:
    """Let the clock of a SQLite store be wrong in this process."""
    from datetime import UTC, datetime, timedelta

    def now(_format: str, _moment: str) -> str:
        moment = datetime.now(UTC) + timedelta(seconds=ahead_s)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]

    connection.create_function("strftime", 2, now)


@cache
def _forking():
    # httpx reads all authorities of the world for every post, though it posts to this computer
    os.environ["SSL_CERT_FILE"] = str(certified().ca_file)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *IMPORTED_LATE])
    return context


def process_of(job: Job) -> multiprocessing.Process:
    """Return the started process that does ``job``."""
    process = _forking().Process(target=run, args=(job,), daemon=True)
    with TURN:
        process.start()
    return process


def end_of(process: multiprocessing.Process, longest_s: float = LONGEST_RUN_S) -> None:
    """Return when ``process`` is over; raise TimeoutError where it runs on, RuntimeError where it broke."""
    is_over = wait([process.sentinel], longest_s)
    with TURN:
        if not is_over:
            process.kill()
        process.join()
    if not is_over:
        raise TimeoutError(f"a sender ran for more than {longest_s} seconds")
    if process.exitcode not in {0, -signal.SIGKILL}:
        raise RuntimeError(f"a sender broke: {process.exitcode}")


def ending_of(job: Job) -> Ending:
    """Return how ``job`` ended; where it was killed, that it was."""
    with suppress(FileNotFoundError):
        return Ending(*json.loads(job.said.read_text(encoding="utf-8")))
    return Ending()


def main(store: str, config: str, point: str = "", nth: str = "1") -> int:
    death = Death(point, int(nth)) if point else None
    said = Path(config).with_name("said.json")
    job = Job(store, Path(config), said, death=death)
    run(job)
    return ending_of(job).exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
