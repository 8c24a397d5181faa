"""Do alerts reach people yet, or are they still shown to the operators only?"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flows.ledger import MEASURE
from flows.workspace import Workspace
from tasks.store import runs

TRIAL = timedelta(days=14)  # how long new alerts are shown to the operators only


def is_live(workspace: Workspace, now: datetime) -> bool:
    """Return whether alerts reach people; at first, unless told otherwise, only the operators."""
    mode = workspace.settings.alerts.mode
    if mode is not None:
        return mode == "live"
    return now >= _ends(workspace, now)


def trial_ends(workspace: Workspace, now: datetime) -> date | None:
    """Return the local day from which alerts reach people by themselves.

    None where they do already, or where the configuration says they never shall.
    """
    if workspace.settings.alerts.mode is not None or is_live(workspace, now):
        return None
    return workspace.settings.calendar.local_day(_ends(workspace, now))


def _ends(workspace: Workspace, now: datetime) -> datetime:
    measured = (run.started_at for run in runs(workspace.store, kind=MEASURE))
    return min(measured, default=now) + TRIAL
