"""`keepwell serve`: one process that keeps a Prefect server and our schedules going until stopped.

What dies is started again. A configuration that is broken while we serve breaks its runs and not
us; one whose schedules changed is served anew.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flows.children import Process, has_members, start, stop, sweep
from flows.deployments import deployments_of
from flows.local_server import API, OwnServer, answering, own_server, port_for
from flows.timetable import lines, table
from flows.workspace import settings_at
from tasks.config import Settings
from tasks.errors import DestinationUnavailable, KeepwellError, WrongUse

LOOK_S = 0.5  # between two looks whether all is well
MOST_WAIT_S = 60.0  # before something that keeps dying is started again
STEADY_S = 120.0  # what has lived that long does not keep dying

Say = Callable[[str], None]
IsStopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a served configuration keeps its Prefect database, its log and its lock."""

    folder: Path

    @classmethod
    def of(cls, config: Path) -> Home:
        """Return the one beside ``config``, made where it is not there yet; git ignores it."""
        home = cls(config.absolute().parent / ".keepwell" / config.stem)
        home.prefect.mkdir(parents=True, exist_ok=True)
        (home.folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        return home

    @property
    def prefect(self) -> Path:
        """The PREFECT_HOME of the server and of its runs."""
        return self.folder / "prefect"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    @property
    def ready(self) -> Path:
        """A file that is there once the schedules are served."""
        return self.folder / "ready"

    @contextmanager
    def taken(self) -> Iterator[Callable[[str], None]]:
        """Be the only one who serves this configuration; ``WrongUse`` if somebody else does.

        Gives a function that notes where the UI is, for whoever else should try.
        """
        with (self.folder / "serving.json").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise _is_served(file.read()) from None

            def note(url: str) -> None:
                file.truncate(0)
                file.write(json.dumps({"pid": os.getpid(), "url": url}))
                file.flush()

            note("not up yet")
            yield note


def _is_served(told: str) -> WrongUse:
    by = json.loads(told or "{}")
    return WrongUse(
        "this configuration is being served already,",
        where=f"by process {by.get('pid', '?')}; its UI: {by.get('url', '?')}.",
        todo="Stop that one first.",
    )


@dataclass(slots=True)
class Patience:
    """How long to wait before something that has died is started again: the longer the oftener."""

    born: float = field(default_factory=time.monotonic)
    wait_s: float = 0.0
    until: float = 0.0

    def after_a_death(self) -> None:
        """Wait longer than the last time, unless it had lived for long."""
        now = time.monotonic()
        is_steady = now - self.born > STEADY_S
        self.wait_s = 1.0 if is_steady else min(max(self.wait_s, 0.5) * 2, MOST_WAIT_S)
        self.until = now + self.wait_s

    def is_over(self) -> bool:
        """Return whether it may be started again; its life begins anew then."""
        if time.monotonic() < self.until:
            return False
        self.born, self.until = time.monotonic(), 0.0
        return True


@dataclass(slots=True)
class Runner:
    """The process that runs what is due; ``groups`` are those that died and may have left runs."""

    config: Path
    environ: Mapping[str, str]
    ready: Path
    process: Process | None = None
    groups: set[int] = field(default_factory=set)

    def start(self, is_stopped: IsStopped) -> None:
        """Start it; runs of one that is gone may finish."""
        if is_stopped():
            return
        if self.process is not None:
            self.groups.add(self.process.pid)
        self.ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "flows.serving", "serve"]
        files = ["--config", str(self.config), "--ready", str(self.ready)]
        self.process = start([*command, *files], self.environ)

    def is_gone(self) -> bool:
        """Return whether it has ended without being asked to."""
        self.groups = {one for one in self.groups if has_members(one)}
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Stop it and whatever it runs; before it is ready there is nothing it could lose."""
        if self.process is not None:
            stop(self.process, signal.SIGINT if self.ready.exists() else signal.SIGTERM)
        for group in self.groups:
            sweep(group)
        self.process, self.groups = None, set()


@dataclass(slots=True)
class Kept:
    """Something that is started again when it dies."""

    name: str
    what: OwnServer | Runner
    patience: Patience = field(default_factory=Patience)
    is_down: bool = False

    def look(self, say: Say, is_stopped: IsStopped) -> None:
        """Start it again if it is gone and has had its rest."""
        if not self.is_down and self.what.is_gone():
            self.is_down = True
            self.patience.after_a_death()
            say(f"{self.name} has ended; it is started again in {self.patience.wait_s:.0f} s.")
        if self.is_down and self.patience.is_over():
            try:
                self.what.start(is_stopped)
                self.is_down = False
            except DestinationUnavailable as problem:
                self.patience.after_a_death()
                say(str(problem))


@dataclass(slots=True)
class Configuration:
    """The configuration as we serve it, and whether somebody has changed it since."""

    path: Path
    environ: Mapping[str, str]
    settings: Settings
    changed_at: int

    @classmethod
    def read(cls, path: Path, environ: Mapping[str, str]) -> Configuration:
        """Return it as it is now; ``ConfigurationInvalid`` with every mistake."""
        at = _changed_at(path)
        return cls(path, environ, settings_at(path, environ), at)

    def timetable(self) -> str:
        """Return what runs when, in the company's time zone."""
        zone = self.settings.company.timezone
        found = list(lines(deployments_of(self.settings), zone, datetime.now(UTC)))
        return f"What runs when, in {zone}:\n{table(found, zone)}"

    def has_new_schedules(self, say: Say) -> bool:
        """Return whether other schedules are wanted now; tell of a configuration that is broken."""
        at = _changed_at(self.path)
        if at == self.changed_at:
            return False
        self.changed_at = at
        try:
            found = settings_at(self.path, self.environ)
        except KeepwellError as problem:
            say(f"Runs fail until this is mended: {problem}")
            return False
        is_new = deployments_of(found) != deployments_of(self.settings)
        self.settings = found
        return is_new


def _changed_at(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What to serve and how; ``port`` None is any, ``own`` is False for somebody else's server."""

    config: Path
    environ: Mapping[str, str]
    port: int | None = None
    own: bool = True


def tend(asked: Asked, say: Say, is_stopped: IsStopped) -> None:
    """Serve a configuration until ``is_stopped``; nothing that was started is left then.

    Raises ``WrongUse`` where somebody serves it already or no server is named,
    ``ConfigurationInvalid`` with every mistake, ``DestinationUnavailable`` without a server.
    """
    _must_make_sense(asked)
    configuration = Configuration.read(asked.config.absolute(), asked.environ)
    home = Home.of(configuration.path)
    with home.taken() as note, ExitStack() as ends:
        kept = []
        environ, url = asked.environ, asked.environ.get(API, "").removesuffix("/api")
        if _is_own(asked):
            say("Starting a Prefect server; its first start takes a while.")
            server = own_server(environ, home.prefect, port=port_for(asked.port), log=home.log)
            ends.callback(server.stop)
            server.start(is_stopped)
            kept.append(Kept("The Prefect server", server))
            environ, url = {**environ, **server.server.environment}, server.server.url
        note(url)
        say(f"The UI: {url}")
        say(configuration.timetable())
        runner = Runner(configuration.path, environ, home.ready)
        ends.callback(runner.stop)
        runner.start(is_stopped)
        _keep([*kept, Kept("What runs the schedules", runner)], configuration, say, is_stopped)


def _keep(
    kept: Sequence[Kept], configuration: Configuration, say: Say, is_stopped: IsStopped
) -> None:
    """Look after what is ``kept``, the last of which runs the schedules, until ``is_stopped``."""
    while not is_stopped():
        for one in kept:
            one.look(say, is_stopped)
        if configuration.has_new_schedules(say):
            say(f"The schedules have changed. {configuration.timetable()}")
            kept[-1].what.stop()
            kept[-1].what.start(is_stopped)
        time.sleep(LOOK_S)


def _is_own(asked: Asked) -> bool:
    return asked.own and not asked.environ.get(API)


def _must_make_sense(asked: Asked) -> None:
    is_named = bool(asked.environ.get(API))
    if is_named and asked.port is not None:
        raise WrongUse(
            f"{API} names a server, so none is started that could have a port.",
            todo=f"Leave out --port, or unset {API}.",
        )
    if is_named or not asked.own:
        answering(asked.environ)
