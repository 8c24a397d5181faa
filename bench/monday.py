"""What does a user feel on Monday: how long until the last message is there, in how much memory?

The sample company, 600 customers with 18 months of history, was measured up to last Monday; a week
of news has come in since. Its digest goes to a mail server and to a Slack of our own, both over
the wire, in two ways: by the scheduled flow, with a real Prefect server and what runs its flows,
and by `keepwell digest --send`. The first Monday of all, with nothing measured yet, comes first.

Memory is that of all processes together, ten times a second: what each holds (RSS, which counts
what they share once for each), and, when that was highest, their fair shares of it (PSS).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the mail server and Slack are among the tests

from flows.local_server import Server, local_server  # noqa: E402 - see above
from tasks.sample import CONFIGURATION, write_company  # noqa: E402
from tasks.sample.story import NOW  # noqa: E402
from tests.flows.peers import Peers, peers  # noqa: E402

KEEPWELL = str(Path(sys.executable).with_name("keepwell"))
MOST_S, MOST_MB, MEGABYTE = 60.0, 1_000.0, 1_000_000
A_WEEK, PATIENCE_S, EVERY_S = timedelta(days=7), 300.0, 0.1
TO = '"email:ana@acme.example", "email:bo@acme.example", "slack:#weekly", "file:leadership"'
PAGE = os.sysconf("SC_PAGE_SIZE")
Watched = Callable[[], list[int]]


@dataclass(slots=True)
class Memory:
    """What the processes below ``roots`` hold together, while the block runs."""

    roots: tuple[int, ...]
    peak: int = 0
    fair: int = 0
    by_process: dict[str, int] = field(default_factory=dict)
    _over: Event = field(default_factory=Event)

    @contextmanager
    def watched(self) -> Iterator[Memory]:
        """Look until the block ends."""
        thread = Thread(target=self._watch)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY_S):
            self.look()

    def look(self) -> None:
        """Take note of this moment, where they hold more than ever before."""
        held = {one: resident(one) for one in below(self.roots)}
        if sum(held.values()) > self.peak:
            self.peak = sum(held.values())
            self.fair = sum(map(share, held))
            self.by_process = {f"{called(one)} {one}": size for one, size in held.items()}


def below(roots: tuple[int, ...]) -> list[int]:
    """Return these processes and all they have started, as far as they live."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(entry), []).append(int(entry.name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(one := waiting.pop())
        waiting += children.get(one, [])
    return found


def _parent(entry: Path) -> int:
    with suppress(OSError):  # it has ended since
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def resident(process: int) -> int:
    """Return the bytes a process holds, shared ones too; 0 when it has ended."""
    with suppress(OSError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    return 0


def share(process: int) -> int:
    """Return the bytes a process holds, of shared ones its share; 0 when it has ended."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return 0


def called(process: int) -> str:
    """Return what a process does, in a word."""
    with suppress(OSError):
        words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
        return " ".join(Path(word).name for word in words[1:5])
    return "ended"


@dataclass(frozen=True, slots=True)
class Monday:
    """How one Monday went."""

    how: str
    wall_s: float
    memory: Memory
    arrived: int

    @property
    def is_met(self) -> bool:
        """Whether everything arrived, in time and within the memory there is."""
        fits = self.memory.peak <= MOST_MB * MEGABYTE
        return self.arrived == len(TO.split(",")) - 1 and self.wall_s <= MOST_S and fits

    def tell(self) -> None:
        """Print the line about it, and who held how much."""
        print(
            f"{self.how:<42} {self.wall_s:6.1f} s (limit {MOST_S:g})   "
            f"{self.memory.peak / MEGABYTE:6.0f} MB (limit {MOST_MB:g}; "
            f"shared pages once: {self.memory.fair / MEGABYTE:.0f})   {self.arrived} arrived"
        )
        for name, size in sorted(self.memory.by_process.items(), key=lambda one: -one[1]):
            print(f"    {size / MEGABYTE:6.0f} MB  {name}")


@dataclass(slots=True)
class Mailbox:
    """When something was there last: a mail, or a message in Slack."""

    there: Peers
    last: float = 0.0

    def __post_init__(self) -> None:
        """Listen at both."""
        self.there.mail.at("data", lambda _mail: self._note())
        self.there.slack.at("accepted", "chat.postMessage", lambda _asked: self._note())

    def _note(self) -> None:
        self.last = time.monotonic()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.there.mail.mails) + len(self.there.slack.messages("#weekly"))


def written(folder: Path, there: Peers, until: datetime) -> Path:
    """Write the company as it was at a time, with its messages to ``there``; return its file."""
    configuration = write_company(folder, until=until).configuration
    there.configure(configuration, TO, company=CONFIGURATION.read_text("utf-8"))
    return configuration


def sending(configuration: Path, now: datetime) -> list[str]:
    """Return the command that sends a Monday's digest by hand."""
    return [KEEPWELL, "digest", "--send", "--config", str(configuration), "--now", now.isoformat()]


def by_hand(configuration: Path, mailbox: Mailbox, how: str) -> Monday:
    """Return how it goes by `keepwell digest --send`."""
    before, began = mailbox.count, time.monotonic()
    process = subprocess.Popen(sending(configuration, NOW), stdout=subprocess.DEVNULL)
    with Memory((process.pid,)).watched() as memory:
        process.wait()
    return Monday(how, mailbox.last - began, memory, mailbox.count - before)


def on_schedule(configuration: Path, mailbox: Mailbox, how: str) -> Monday:
    """Return how it goes by the flow, from the moment it is due."""
    with local_server(os.environ) as server, serving(server, configuration) as worker:
        deployment = _deployed(server, worker)
        processes = below((os.getpid(),))
        with Memory(tuple(one for one in processes if _is_ours(one, worker))).watched() as memory:
            before, began = mailbox.count, time.monotonic()
            run = _asked(server, "post", f"deployments/{deployment}/create_flow_run", {})
            state = _ended(server, str(run["id"]))
        print(f"    the run ended as {state}")
        return Monday(how, mailbox.last - began, memory, mailbox.count - before)


def _is_ours(process: int, worker: int) -> bool:
    return process == worker or "server start" in called(process)


@contextmanager
def serving(server: Server, configuration: Path) -> Iterator[int]:
    """Give the process that runs what is due, with all of our deployments."""
    command = [
        *(sys.executable, "-m", "flows.serving", "serve"),
        *("--config", str(configuration), "--now", NOW.isoformat()),
    ]
    environment = {**os.environ, **server.environment}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGINT)


def _deployed(server: Server, worker: int) -> str:
    """Return the id of the digest's deployment, once it is there."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and resident(worker):
        answer = httpx.get(f"{server.api}/deployments/name/digest/digest-week", timeout=30)
        if answer.is_success:
            return str(answer.json()["id"])
        time.sleep(0.5)
    raise SystemExit("the digest was not deployed")


def _ended(server: Server, run: str) -> str:
    """Return how a flow run ended, when it has."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        now = _asked(server, "get", f"flow_runs/{run}")
        if now["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
            return str(now["state_name"])
        time.sleep(0.5)
    raise SystemExit("the flow did not end")


def _asked(
    server: Server, verb: str, path: str, given: Mapping[str, object] | None = None
) -> dict[str, object]:
    answer = httpx.request(verb, f"{server.api}/{path}", timeout=30, json=given)
    while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # its database is busy
        time.sleep(0.5)
        answer = httpx.request(verb, f"{server.api}/{path}", timeout=30, json=given)
    answer.raise_for_status()
    found: dict[str, object] = answer.json()
    return found


def main() -> None:
    """Print how each Monday went, and exit with 1 when one was over its limits."""
    with tempfile.TemporaryDirectory() as folder, peers() as there:
        mailbox, lately = Mailbox(there), Path(folder) / "lately"
        first = by_hand(
            written(Path(folder) / "first", there, NOW), mailbox, "the first, digest --send"
        )
        subprocess.run(
            sending(written(lately, there, NOW - A_WEEK), NOW - A_WEEK),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        written(lately, there, NOW)
        shutil.copytree(lately, Path(folder) / "copy")
        mondays = [
            first,
            by_hand(Path(folder) / "copy" / CONFIGURATION.name, mailbox, "keepwell digest --send"),
            on_schedule(lately / CONFIGURATION.name, mailbox, "the flow on a Prefect server"),
        ]
    for one in mondays:
        one.tell()
    raise SystemExit(0 if all(one.is_met for one in mondays) else 1)


if __name__ == "__main__":
    main()
