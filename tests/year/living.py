"""A year of the schedule, an hour at a time: what runs when, what fails it, and how big all gets.

The flows' bodies are plain functions that are told the time, so a year takes minutes. Hours in
which a run would find nothing new (no export, nothing due, held, owed or undelivered) are skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.crons import next_time
from flows.delivery import deliver, deliver_what_waits
from flows.deployments import deployments_of
from flows.dispatch import dispatch
from flows.maintain import by_hand as upkeep
from flows.maintain import look_after
from flows.measure import catch_up
from flows.plan import TOLD, Scope
from flows.pushing import unsent
from flows.sync import bring_in_news
from flows.watch import is_news, look_and_push
from flows.workspace import Workspace
from tasks.model import Grain
from tasks.store import State, entries
from tasks.store.looks import SENDS, SYNCS, WATCHES, look
from tests.doubles.smtp import MailServer
from tests.year.clock import opened_at
from tests.year.company import Exports, configured
from tests.year.mishaps import (
    AGAIN,
    BEHIND,
    DAY,
    HOUR,
    KILLS,
    SILENT,
    clock_at,
    stands_still,
    takes_no_mail,
)
from tests.year.once import steps

ROOT = Path(__file__).parents[2]
BEGINS = datetime(2026, 1, 4, 11, tzinfo=UTC)
BUSY = "451 4.3.2 not now, please"
EXPORTED = 6  # o'clock, UTC: on Mondays, and when a month has begun
WATCHED, UPKEEP = (12, 14), 9  # at noon it is still quiet in New York, in winter
SELDOM = 6  # hours between looks at which nothing is due, held or missed


@dataclass(slots=True)
class Size:
    """How much there is at the end of a month."""

    month: str
    store: int
    lake: int
    files: int
    digests: int
    alerts: int
    ops: int


@dataclass(slots=True)
class Year:
    """The company, its mail server, and the simulated moment."""

    folder: Path
    mail: MailServer
    begins: datetime = BEGINS
    seed: int = 11
    tell: Callable[[str], object] = str
    sizes: list[Size] = field(default_factory=list)
    runs: dict[str, int] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)
    now: datetime = field(init=False)
    exports: Exports = field(init=False)
    config: Path = field(init=False)
    is_new: bool = True
    is_unwatched: bool = True
    held_until: datetime = BEGINS

    def __post_init__(self) -> None:
        """Write the configuration and the first exports."""
        self.now = self.held_until = self.begins
        self.config = configured(self.folder, self.mail.port, str(self.mail.ca_file))
        self.exports = Exports(self.folder, self.seed)
        self.exports.write(self.now)

    def live(self, until: datetime) -> None:
        """Let time pass until then."""
        looks = self._looks(until)
        due = next(looks, None)
        with ExitStack() as stack:
            workspace = stack.enter_context(opened_at(self.config, lambda: clock_at(self.now)))
            while self.now < until:
                self._outside()
                if not stands_still(self.now):
                    grains: list[Grain] = []
                    while due is not None and due[0] < self.now + HOUR:
                        if not stands_still(due[0]):
                            grains.append(due[1])
                        due = next(looks, None)
                    self._hour(workspace, grains)
                else:
                    while due is not None and due[0] < self.now + HOUR:
                        due = next(looks, None)
                if (self.now + HOUR).month != self.now.month:
                    self.sizes.append(self._size(workspace))
                    self.tell(f"{self.sizes[-1]} {self.runs}")
                self.now += HOUR
            self.sizes.append(self._size(workspace))

    def _looks(self, until: datetime) -> Iterator[tuple[datetime, Grain]]:
        """Yield when the registry's schedules look for digests, of which grain, in order."""
        with opened_at(self.config, lambda: self.now) as workspace:
            found = deployments_of(workspace.settings)
        times = list[tuple[datetime, Grain]]()
        for one in found:
            for schedule in one.schedules if "grain" in one.parameters else ():
                at = next_time(schedule.cron, schedule.timezone or "UTC", self.now - HOUR)
                while at is not None and at < until:
                    times.append((at, Grain(str(one.parameters["grain"]))))
                    at = next_time(schedule.cron, schedule.timezone or "UTC", at)
        return iter(sorted(times))

    def _outside(self) -> None:
        """Let the world do what it does at this hour, well or badly."""
        now, exports = self.now, self.exports
        self.mail.calm()
        if takes_no_mail(now):
            self.mail.answer("MAIL", BUSY)
        for source, stretches in SILENT.items():
            is_down = any(now in one for one in stretches)
            if is_down and source not in exports.down:
                exports.lose(source) if source == "crm" else exports.down.add(source)
                self.is_new = True
            elif not is_down and source in exports.down:
                exports.down.discard(source)
                exports.write(now)
                self.is_new = True
        is_behind = any(now in one for one in BEHIND)
        caught_up = any(one.ends == now for one in BEHIND)
        is_day = now.weekday() == 0 or now.day == 1
        if caught_up or (now.hour == EXPORTED and is_day):
            exports.write(now, lag=2 * DAY if is_behind else timedelta(0))
            self.is_new = True
        if now in AGAIN:
            exports.again()
            self.is_new = True

    def _hour(self, workspace: Workspace, grains: list[Grain]) -> None:
        now, told = clock_at(self.now), steps()
        for _, step, when in [one for one in KILLS if one[0] == self.now]:
            self._die(step, when, now)
        if self.is_new:
            bring_in_news(told, workspace, now=now)
            self.is_new, self.is_unwatched = False, True
            self._ran("sync")
        look(workspace.store, SYNCS, now)
        wanted = dict.fromkeys(grains if self.now < self.held_until else self._needed(grains))
        for grain in wanted:
            self._ran("digest")
            if dispatch(told, workspace, now=now, grain=grain).held:
                self.held_until = self.now + 6 * HOUR
        if self.now.hour in WATCHED and self.is_unwatched:
            self._watch(workspace, now)
            self.is_unwatched = self.now.hour != max(WATCHED)
        if entries(workspace.store, states=(State.WAITING, State.SENDING)):
            deliver_what_waits(told, workspace)
            self._ran("outbox")
        look(workspace.store, SENDS, now)
        if self.now.hour == UPKEEP and self.now.weekday() == 0:
            parts = {name: part for name, part in upkeep().items() if name != "backup"}
            look_after(workspace, parts, now=now)
            self._ran("maintain")

    def _needed(self, grains: list[Grain]) -> list[Grain]:
        """Return whose looks may find anything: those at a time when something is due, and some."""
        is_some = self.now.hour % SELDOM == 0
        return [one for one in grains if is_some or grains.count(one) > 1]

    def _watch(self, workspace: Workspace, now: datetime) -> None:
        look(workspace.store, WATCHES, now)
        told = steps()
        catch_up(told, workspace, now=now, scope=Scope(TOLD))
        ids = unsent(workspace)
        if is_news(workspace, now):
            ids = look_and_push(told, workspace, now=now).ids
        deliver(told, workspace, ids)
        self._ran("watch")

    def _die(self, step: str, when: str, now: datetime) -> None:
        """Look for digests in a process that is killed."""
        arguments = (str(self.config), now.isoformat(), step, when)
        done = subprocess.run(
            [sys.executable, "-m", "tests.year.once", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
            capture_output=True,
        )
        self.killed.append(f"{self.now:%d %b} {when} {step}: {done.returncode}")
        self.is_new = True

    def _ran(self, kind: str) -> None:
        self.runs[kind] = self.runs.get(kind, 0) + 1

    def _size(self, workspace: Workspace) -> Size:
        lake = [one for one in (self.folder / "lake").rglob("*") if one.is_file()]
        kinds = [one.kind for one in entries(workspace.store)]
        return Size(
            f"{self.now:%Y-%m}",
            sum(one.stat().st_size for one in self.folder.glob("keepwell.db*")),
            sum(one.stat().st_size for one in lake),
            len(lake),
            kinds.count("digest"),
            len([one for one in kinds if one not in {"digest", "ops"}]),
            kinds.count("ops"),
        )
