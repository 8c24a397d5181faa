"""From which day on is a level normal? Where somebody said so, or it has stood long enough."""

from __future__ import annotations

from datetime import date

from flows.workspace import Workspace
from tasks.alerts.trailing import Histories
from tasks.calendar import Calendar
from tasks.model import Cell, Observation
from tasks.store.episodes import Place, rebased


def since_rebased(workspace: Workspace, past: Histories) -> Histories:
    """Return the histories without what was before the day from which their level is normal."""
    days = rebased(workspace.store)
    if not days:
        return past
    calendar = workspace.settings.calendar
    return {cell: _since(calendar, seen, days.get(_place(cell))) for cell, seen in past.items()}


def _place(cell: Cell) -> Place:
    return cell.kpi, cell.variant, cell.segment_dimension, cell.segment


def _since(
    calendar: Calendar, seen: tuple[Observation, ...], day: date | None
) -> tuple[Observation, ...]:
    if day is None:
        return seen
    kept = tuple(one for one in seen if calendar.period(one.period).first_day >= day)
    return kept or seen[-1:]
