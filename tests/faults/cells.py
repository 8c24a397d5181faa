"""What becomes of a message when a destination has a trouble and its sender is killed at a point?

A cell is one destination, one trouble, one kill. Its senders run one after the other: until the
kill has hit, then under the same trouble undisturbed, then, the trouble mended and what was refused
sent again by hand, once more. What every run leaves behind is held against the laws.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from time import monotonic, sleep

from tasks.model import Message
from tasks.store import Entry, Store, entries, open_store, requeue
from tests.doubles.certificates import certified
from tests.faults.laws import Outcome, broken, outcome
from tests.faults.places import PLACES, Place
from tests.faults.points import Death
from tests.faults.sender import Ending, Job, end_of, ending_of, process_of
from tests.faults.troubles import Trouble

CONFIGURATION = """\
company: {{name: Acme, timezone: UTC, currency: USD}}
store: "sqlite:///keepwell.db"
sources: [{{name: exports, kind: files, path: .}}]
channels: {channels}
"""


@dataclass(frozen=True, slots=True)
class Kill:
    """A moment to die at: a point of the sender (``death``) or of the destination (``moment``)."""

    name: str
    death: Death | None = None
    moment: str = ""
    nth: int = 1
    is_lost: bool = False  # what the destination had received goes down with the sender


NOT_AT_ALL = Kill("-")
KILLS = (
    NOT_AT_ALL,
    Kill("before the outbox is written", Death("put:before")),
    Kill("after it is", Death("put:after")),
    Kill("before the claim", Death("claim:before")),
    Kill("after the claim", Death("claim:after")),
    Kill("preparing", moment="preparing"),
    Kill("intention noted", Death("intention:after")),
    Kill("received, lost", moment="received", is_lost=True),
    Kill("received, taken later", moment="received"),
    Kill("taken, not answered", moment="accepted"),
    Kill("answered, not noted", Death("answer:before")),
    Kill("noted, next part", Death("answer:after")),
    Kill("before the receipt", Death("settle:before")),
    Kill("after the receipt", Death("settle:after")),
)


@dataclass(slots=True)
class World:
    """A destination, a store, and the senders that were started on them."""

    place: Place
    store: Store
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    endings: list[Ending] = field(default_factory=list)
    moments: int = 0  # how often something happened at the destination

    def job(self, message: Message | None = None, **more) -> Job:
        url = self.store.engine.url.render_as_string(hide_password=False)
        more.setdefault("said", self.folder / f"said-{next(self.numbers)}.json")
        config = self.folder / "keepwell.yaml"
        return Job(url, config, message=message, to=self.place.to, **more)

    def run(self, job: Job, kill: Kill = NOT_AT_ALL) -> Ending:
        """Let a sender do ``job``, kill it where ``kill`` says, and return how it ended."""
        armed = _Armed(kill)
        if kill.moment:
            self.place.at(kill.moment, armed.strike)
            if kill.is_lost:
                armed.strikes_first = self.place.lose
        started = replace(job, death=kill.death)
        armed.process = process_of(started)
        end_of(armed.process)
        armed.is_over = True
        self.endings.append(ending_of(started))
        return self.endings[-1]

    def entries(self) -> tuple[Entry, ...]:
        return entries(self.store)


@dataclass(slots=True)
class _Armed:
    """A kill that strikes once, from outside, and waits until the process is gone."""

    kill: Kill
    process: object = None
    reached: int = 0
    is_over: bool = False
    strikes_first: object = None

    def strike(self) -> None:
        self.reached += 1
        if self.is_over or self.reached != self.kill.nth:
            return
        if self.strikes_first:
            self.strikes_first()
        os.kill(self.process.pid, signal.SIGKILL)
        while is_running(self.process.pid):  # not join: somebody else joins it already
            sleep(0.001)


def is_running(pid: int) -> bool:
    """Return whether a process is still there, and not only its number."""
    return state_of(pid) not in {"", "Z", "X"}


def state_of(pid: int) -> str:
    """Return the letter Linux has for what a process does; empty where there is none."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    return ""


@contextmanager
def world(channel: str, url: str = "", folder: Path | None = None) -> Iterator[World]:
    """Give a new destination and an empty store, a SQLite file where no ``url`` is given."""
    with ExitStack() as stack:
        place = PLACES[channel]()
        stack.enter_context(place.door)
        made = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="keepwell-", dir=folder))
        )
        channels = place.configuration()
        text = CONFIGURATION.format(channels=channels)
        (made / "keepwell.yaml").write_text(text, encoding="utf-8")
        if not url:
            shutil.copy(_empty_store(), made / "keepwell.db")
        store = stack.enter_context(open_store(url or f"sqlite:///{made}/keepwell.db"))
        yield World(place, store, made)


def prepare() -> None:
    """Make what all cells use, before threads want it at the same time."""
    certified()
    _empty_store()


@cache
def _empty_store() -> Path:
    """Return a store with its tables, to be copied: making one takes half a second."""
    folder = tempfile.mkdtemp(prefix="keepwell-empty-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "keepwell.db"
    with open_store(f"sqlite:///{path}"):
        pass
    return path


@dataclass(frozen=True, slots=True)
class Cell:
    """How it went: the outcome under the trouble, after it, broken laws, seconds to finish."""

    channel: str
    trouble: str
    kill: str
    has_hit: bool
    under: Mapping[str, Outcome] = field(default_factory=dict)
    after: Mapping[str, Outcome] = field(default_factory=dict)
    wrongs: Sequence[str] = ()
    seconds: float = 0.0  # the first run that nobody killed


def cell(channel: str, trouble: Trouble, kill: Kill) -> Cell:
    """Return how it goes with ``trouble`` at ``channel`` and ``kill``."""
    message = trouble.message()
    with world(channel) as here:
        trouble.comes(here.place)
        first = here.run(here.job(message), kill)
        has_hit = first.exit_code == -9
        seconds = 0.0
        if has_hit:
            began = monotonic()
            here.run(here.job(message))
            seconds = monotonic() - began
        under = outcomes(here, message)
        wrongs = broken(here.place, under, _expected(here, trouble), asks=trouble.asks)
        here.place.calm()
        _by_hand(here, under)
        began = monotonic()
        last = here.run(here.job(message), NOT_AT_ALL if has_hit else kill)
        if last.exit_code == -9:
            has_hit, began = True, monotonic()
            here.run(here.job(message))
        seconds = seconds or monotonic() - began
        after = outcomes(here, message)
        sure = {one.to: "sent" for one in here.entries()}
        wrongs += broken(here.place, after, sure)
    return Cell(channel, trouble.name, kill.name, has_hit, under, after, wrongs, seconds)


def _expected(here: World, trouble: Trouble) -> Mapping[str, str]:
    first, *others = here.place.to
    return {first: trouble.ends, **dict.fromkeys(others, trouble.others)}


def _by_hand(here: World, under: Mapping[str, Outcome]) -> None:
    """Do what the operator does once it is mended: send again what was refused.

    Also what nobody could say of, where asking is possible again.
    """
    again = {
        to
        for to, one in under.items()
        if one.state == "refused" or (one.is_unsure and here.place.most == 1)
    }
    requeue(here.store, [one.id for one in here.entries() if one.to in again])


def outcomes(here: World, message: Message) -> Mapping[str, Outcome]:
    return {one.to: outcome(here.place, one, message) for one in here.entries()}
