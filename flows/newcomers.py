"""Since when does somebody get a digest? From then on they are owed every one, and none before.

The ledger knows: each scheduled look enters who has come and who is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flows.ledger import note
from flows.workspace import Workspace
from tasks.config import Audience
from tasks.store import Outcome, runs

READER = "reader"  # the kind of these runs: one for each time somebody comes or goes
A_DAY = timedelta(hours=24)  # who comes within a day still gets the newest digest


def readers_since(workspace: Workspace) -> Mapping[str, datetime]:
    """Return since when each reader of a digest is one; who is gone is not there."""
    here: dict[str, datetime] = {}
    for run in reversed(runs(workspace.store, kind=READER)):
        if run.outcome is Outcome.DONE:
            here.setdefault(run.subject, run.started_at)
        else:
            here.pop(run.subject, None)
    return here


def is_owed(
    since: Mapping[str, datetime], audience: Audience, planned: datetime, now: datetime
) -> bool:
    """Return whether a digest was ``planned`` after anybody of an audience became its reader."""
    began = [since.get(name, now) for name in _names(audience)]
    return min(began) - A_DAY < planned


def welcome(workspace: Workspace, now: datetime) -> None:
    """Enter who has become a reader since the last look, and who is none any more."""
    known, settings = readers_since(workspace), workspace.settings
    current = dict.fromkeys(name for one in settings.audiences for name in _names(one))
    for name in current:
        if name not in known:
            note(workspace, READER, name, now, {})
    for name in known:
        if name not in current:
            note(workspace, READER, name, now, {}, Outcome.HELD)


def _names(audience: Audience) -> tuple[str, ...]:
    about = f"{audience.digest} by {audience.split_by}" if audience.split_by else audience.digest
    return tuple(f"{about} to {one}" for one in audience.to)
