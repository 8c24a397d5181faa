"""Maintain: back up, and clear away what nobody needs any more; once a day.

Each part is done by itself. One that fails keeps no other from its work, and one that is killed
leaves the rest to the next day.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from httpx import HTTPError
from prefect import flow
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectException
from prefect.states import Completed, Failed

from flows.artifacts import table
from flows.backup import backup
from flows.howfar import Tell, howfar, untold
from flows.lakeside import drop_corrupt, files_now
from flows.parameters import CONFIG, ConfigFile, Days, Moment
from flows.registering import connected
from flows.reporting import leave_report
from flows.retention import retain
from flows.serverside import KEPT, let_go
from flows.showing import Run, shown
from flows.workspace import Workspace, opened
from tasks.errors import KeepwellError
from tasks.store.upkeep import forget_runs, tighten

DAY = timedelta(days=1)
LEDGER = timedelta(days=400)
PRUNED = ("sync", "watch", "measure")  # kinds of the ledger of which only the newest are looked at
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Done:
    """One part of the work: what it did, in words, or why it could not."""

    part: str
    said: str
    problem: KeepwellError | None = None

    def row(self) -> dict[str, str]:
        """Return it as a row of a table."""
        return {"part": self.part, "what was done": self.said or str(self.problem)}


Part = Callable[[Workspace, datetime], str]


def by_hand() -> Mapping[str, Part]:
    """Return the parts that need no Prefect server, in their order: first a backup."""
    return {
        "backup": _back_up,
        "lake": _look_through,
        "retention": _retain,
        "ledger": _prune,
        "store": _tighten,
    }


def on_server(kept: timedelta = KEPT) -> Mapping[str, Part]:
    """Return all parts, with the runs and artifacts of the Prefect server."""

    def forget(_workspace: Workspace, now: datetime) -> str:
        return _forget(now, kept)

    return {**by_hand(), "prefect": forget}


def look_after(
    workspace: Workspace, parts: Mapping[str, Part], *, now: datetime, tell: Tell = untold
) -> tuple[Done, ...]:
    """Do the ``parts``, whatever becomes of the others, and return what each did."""
    return tuple(_each(workspace, parts, now, tell))


def _each(
    workspace: Workspace, parts: Mapping[str, Part], now: datetime, tell: Tell
) -> Iterator[Done]:
    for number, (name, part) in enumerate(parts.items()):
        tell(number, len(parts), name)
        try:
            yield Done(name, part(workspace, now))
        except KeepwellError as problem:
            yield Done(name, "", problem)


def _back_up(workspace: Workspace, now: datetime) -> str:
    made = backup(workspace, now=now)
    return f"backed up to {made.folder.name} ({made.bytes / MEGABYTE:,.1f} MB)"


def _look_through(workspace: Workspace, _now: datetime) -> str:
    if bad := drop_corrupt(workspace):
        return f"{len(bad)} bad files removed, such as {bad[0]}: the next sync makes them again"
    return f"all {len(files_now(workspace)):,} files are as they were written"


def _retain(workspace: Workspace, now: datetime) -> str:
    return str(retain(workspace, now))


def _prune(workspace: Workspace, now: datetime) -> str:
    return f"{forget_runs(workspace.store, PRUNED, now - LEDGER):,} old entries gone"


def _tighten(workspace: Workspace, _now: datetime) -> str:
    return f"{tighten(workspace.store) / MEGABYTE:,.1f} MB given back"


def _forget(now: datetime, kept: timedelta) -> str:
    try:
        with connected() as client:
            return str(let_go(client, now, kept))
    except (HTTPError, PrefectException) as error:
        raise ServerBusy(error) from error


class ServerBusy(KeepwellError):
    """The Prefect server could not let go of old runs now; the next day's turn does it."""

    exit_code = 3

    def __init__(self, error: Exception) -> None:
        """Say what it said."""
        said = " ".join(str(error).split())[:200]
        super().__init__("the Prefect server did not clear old runs:", where=said)


@flow(name="maintain", flow_run_name="maintenance")
def maintain(
    config: ConfigFile = CONFIG, keep_runs_days: Days = KEPT.days, now: Moment | None = None
) -> State[object]:
    """Back up, and clear away what nobody needs any more.

    Args:
        config: The configuration file.
        keep_runs_days: For how many days runs stay on the Prefect server; idle ones a week.
        now: The moment to look from; if not said, the present one.
    """
    moment, kept = now or datetime.now(UTC), keep_runs_days * DAY
    return shown("maintain", lambda run: _maintain(run, Path(config), kept, moment))


def _maintain(run: Run, config: Path, kept: timedelta, now: datetime) -> State[object]:
    with opened(config, os.environ) as workspace:
        with howfar("maintain", "Maintenance") as tell:
            done = look_after(workspace, on_server(kept), now=now, tell=tell)
        state = verdict(done)
        rows = [one.row() for one in done]
        links = {"what was done": table("maintenance", rows, "What maintenance did")}
        leave_report(run, workspace, "maintenance", (), state, links)
    return state


def verdict(done: tuple[Done, ...]) -> State[object]:
    """Return how the run ended: red as soon as a part could not do its work."""
    problems = [f"{one.part}: {one.problem}" for one in done if one.problem]
    said = "; ".join(one.said for one in done if one.said)
    if problems:
        return Failed(message=" ".join(problems))
    return Completed(message=f"{said[:1].upper()}{said[1:]}.")
