"""May people be disturbed now, and by which alerts? Trial, quiet hours and holidays say so."""

from __future__ import annotations

from datetime import datetime

from flows.trial import is_live, trial_ends
from flows.workspace import Workspace
from tasks.alerts.due import Occasion
from tasks.calendar import holidays_of, zone_named
from tasks.config import Settings
from tasks.messages.ongoing import Trial


def occasion(workspace: Workspace, now: datetime) -> Occasion:
    """Return what the moment allows: ``tasks.alerts.due.due`` is asked with it."""
    settings = workspace.settings
    return Occasion(
        settings.calendar.local_day(now),
        is_live=is_live(workspace, now),
        is_quiet=is_quiet(settings, now),
    )


def is_quiet(settings: Settings, now: datetime) -> bool:
    """Return whether people want their quiet: in the quiet hours, and all day on a holiday."""
    alerts, today = settings.alerts, settings.calendar.local_day(now)
    clock = now.astimezone(zone_named(settings.company.timezone)).time()
    if alerts.quiet_hours is not None and alerts.quiet_hours.covers(clock):
        return True
    return today in holidays_of(alerts.holidays, [today.year])


def trial(workspace: Workspace, now: datetime) -> Trial | None:
    """Return what operators are to know of the trial; None where alerts are live."""
    if is_live(workspace, now):
        return None
    return Trial(trial_ends(workspace, now), workspace.settings.alerts.to)
