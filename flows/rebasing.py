"""From which day on is a level normal? Where somebody said so, or it has stood long enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flows.workspace import Workspace
from tasks.alerts.rebased import Explained, ended_with, normal_since
from tasks.alerts.trailing import Histories
from tasks.calendar import Calendar
from tasks.episode import Episode
from tasks.model import Observation
from tasks.rules.base import Assessment
from tasks.store.answers import NOTE, answer, end_with
from tasks.store.episodes import episodes, rebased


def explain(
    workspace: Workspace, alert: str, who: str, text: str, day: date, *, today: date
) -> tuple[Episode, tuple[Episode, ...]]:
    """Write that the level of an alert is normal since ``day``; return it, and what ends with it.

    Raises what ``answer`` raises.
    """
    store = workspace.store
    explained = answer(store, alert, who, NOTE, text, rebased_on=day)
    found = {one.id or 0: ended_with(one.key, explained.key) for one in episodes(store)}
    others = {number: strips for number, strips in found.items() if strips is not None}
    return explained, end_with(store, explained, others, who, today) if others else ()


def since_rebased(workspace: Workspace, past: Histories) -> Histories:
    """Return the histories without what was before the day from which their level is normal."""
    days = rebased(workspace.store)
    if not days:
        return past
    calendar = workspace.settings.calendar
    return {cell: _since(calendar, seen, normal_since(cell, days)) for cell, seen in past.items()}


def _since(
    calendar: Calendar, seen: tuple[Observation, ...], day: date | None
) -> tuple[Observation, ...]:
    if day is None:
        return seen
    kept = tuple(one for one in seen if calendar.period(one.period).first_day >= day)
    return kept or seen[-1:]


def unexplained(workspace: Workspace, assessment: Assessment, past: Histories) -> Assessment:
    """Return an assessment without what a level that somebody explained would say once more.

    ``past`` is the whole past, also that from before the level was normal.
    """
    days = rebased(workspace.store)
    if not days or not assessment.findings:
        return assessment
    known = Explained(days, past, workspace.settings.calendar)
    return replace(assessment, findings=known.news(assessment.findings))
