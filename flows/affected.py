"""Whom was an alert about, from its first period to its last?"""

from __future__ import annotations

from datetime import datetime

from flows.lakeside import facts_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.alerts.behind import asked_behind
from tasks.alerts.outstanding import EVENTS
from tasks.engine.basis import basis_of
from tasks.engine.members import Question
from tasks.kpis.base import kpi_named
from tasks.model import ALL, Base, Cell, Member, Period

MOST_PERIODS = 13


def affected(
    steps: Steps, workspace: Workspace, cell: Cell, first: Period, last: Period, *, now: datetime
) -> tuple[Member, ...]:
    """Return each customer once who was counted from ``first`` to ``last``, the largest first.

    Of a level those who left it; of other sums everybody is part, and nobody is named then.
    """
    asked_for = asked_behind(cell)
    kpi = kpi_named(asked_for)
    is_known = cell.segment_dimension in {ALL, *workspace.settings.segments}
    is_counted = kpi.family in EVENTS or asked_for != cell.kpi
    if not is_counted or kpi.base is Base.LEVEL or not is_known:
        return ()
    is_span = first.grain is last.grain and first <= last
    periods = workspace.settings.calendar.between(first if is_span else last, last)
    asked = [
        Question(asked_for, one, cell.segment_dimension, cell.segment)
        for one in periods[-MOST_PERIODS:]
    ]
    found = steps.behind(facts_of(workspace), basis_of(workspace.settings), asked, now)
    once = {one.customer_id: one for members in found for one in members}
    return tuple(sorted(once.values(), key=lambda one: -(one.amount or 0)))
