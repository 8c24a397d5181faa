"""Whom does an alert say to call, and what became of what was advised about the same before?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flows.advice import advised, became, counsels
from flows.due import COMPANY
from flows.judging import Look
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.messages.ongoing import Advised
from tasks.model import Alert, Finding, Grain

DAY = timedelta(days=1)


def whom_to_call(
    steps: Steps,
    workspace: Workspace,
    alert: Alert,
    moved: Mapping[str, Sequence[Finding]],
    look: Look,
    now: datetime,
) -> tuple[str, ...]:
    """Return who can still be helped, by name; ``moved`` is what else moved beside the alert.

    ``workspace`` is that of the look: its weeks end where the data end.
    """
    # who is here today is found only if today counts as over; it closes where the data end
    moment = now if look.view.is_over else now + DAY
    made = counsels(steps, workspace, [alert], moved, look.days, now=moment)
    return advised(made).get(alert.kpi, ())


def since_advised(workspace: Workspace, kpi: str, now: datetime) -> tuple[Advised, ...]:
    """Return what became of what last week's digest advised about ``kpi``."""
    week = workspace.settings.calendar.last_complete(Grain.WEEK, now)
    return became(workspace, week, audience=COMPANY, now=now, kpi=kpi)
