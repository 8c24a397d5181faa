"""Whom was an alert about, from its first period to its last?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flows.lakeside import facts_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.alerts.behind import asked_behind
from tasks.alerts.outstanding import EVENTS
from tasks.calendar import Calendar
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
    (members,) = behind_each(steps, workspace, [asked], now)
    return members


def pooled(calendar: Calendar, last: Period, window: int) -> tuple[Period, ...]:
    """Return the ``window`` periods up to ``last``, those that are told of together."""
    before = calendar.previous(last, window - 1)
    return (*calendar.between(before, calendar.previous(last)), last) if window > 1 else (last,)


def behind_each(
    steps: Steps, workspace: Workspace, asked: Sequence[Sequence[Question]], now: datetime
) -> tuple[tuple[Member, ...], ...]:
    """Return, for several questions at a time, whom any of them is about: each once."""
    questions = [one for some in asked for one in some]
    if not questions:
        return tuple(() for _ in asked)
    answers = steps.behind(facts_of(workspace), basis_of(workspace.settings), questions, now)
    left = iter(answers)
    return tuple(_once([next(left) for _ in some]) for some in asked)


def _once(found: Sequence[tuple[Member, ...]]) -> tuple[Member, ...]:
    """Return each customer once, the largest first: rows add up, money is what it was at last."""
    if len(found) == 1:
        return found[0]
    once: dict[str, Member] = {}
    for one in (one for members in found for one in members):
        once[one.customer_id] = _added(once.get(one.customer_id), one)
    return tuple(sorted(once.values(), key=lambda one: -(one.amount or 0)))


def _added(before: Member | None, one: Member) -> Member:
    if before is None or before.amount is None or one.amount is None or one.currency is not None:
        return one
    return replace(one, amount=before.amount + one.amount)
