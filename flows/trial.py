"""Do alerts reach people yet, or are they still shown to the operators only?"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.ledger import MEASURE
from flows.workspace import Workspace
from tasks.store import runs

TRIAL = timedelta(days=14)  # how long new alerts are shown to the operators only


def is_live(workspace: Workspace, now: datetime) -> bool:
    """Return whether alerts reach people; at first, unless told otherwise, only the operators."""
    mode = workspace.settings.alerts.mode
    if mode is not None:
        return mode == "live"
    first = min((run.started_at for run in runs(workspace.store, kind=MEASURE)), default=now)
    return now - first >= TRIAL
