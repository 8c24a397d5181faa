"""Is every figure of a digest computed twice? Yes, and what does not agree is withheld."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flows.lakeside import facts_of
from flows.ledger import basis_print, note
from flows.measure import Result, catch_up
from flows.plan import TOLD, Scope, told
from flows.secondly import SECOND, Said, is_checked
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.engine.basis import basis_of
from tasks.engine.measure import Request
from tasks.model import Cell, Observation, Period
from tasks.store import read

if TYPE_CHECKING:
    from tasks.engine.opinion.opine import Opinion


def catch_up_twice(
    steps: Steps, workspace: Workspace, period: Period, *, now: datetime, scope: Scope | None = None
) -> Result:
    """Catch up with what the digest of ``period`` tells, and compute that period once more.

    Where both calculations do not come to the same, a KPI is withheld in all of its segments.
    """
    waiting = _begun(steps, workspace, period, now)
    result = catch_up(steps, workspace, now=now, scope=scope or Scope(TOLD, period))
    opinion = waiting()
    if opinion is not None:
        compare(steps, workspace, period, opinion, now)
    return result


def look_twice(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    *,
    now: datetime,
    look: Callable[[], Sequence[Observation]],
) -> tuple[tuple[Observation, ...], Said | None]:
    """Return the values of a ``look`` at what a digest tells, and what a second calculation says.

    What it does not agree on is withheld in them. Nothing is written; where the figures were
    computed twice already, it is not asked: None.
    """
    waiting = None if is_checked(workspace, period) else _begun(steps, workspace, period, now)
    fresh = tuple(look())
    opinion = waiting() if waiting else None
    if opinion is None:
        return fresh, None
    current = {_place(one): one for one in (*_stored(workspace, period), *fresh)}
    mine = [one for one in current.values() if one.period == period.key]
    said, gone = _said(mine, opinion)
    current = {_place(one): one for one in (*fresh, *gone)}
    return tuple(current.values()), said


def _place(one: Observation) -> tuple[Cell, str]:
    return one.cell, one.period


def _begun(
    steps: Steps, workspace: Workspace, period: Period, now: datetime
) -> Callable[[], Opinion | None]:
    request = Request((period,), now, kpis=told(workspace.settings))
    return steps.opine(facts_of(workspace), basis_of(workspace.settings), request)


def compare(
    steps: Steps, workspace: Workspace, period: Period, opinion: Opinion, now: datetime
) -> None:
    """Withhold what is stored of ``period`` where ``opinion`` says otherwise, and note both."""
    said, gone = _said(_stored(workspace, period), opinion)
    if gone:
        steps.record_values(workspace.store, gone, now)
    summary = {
        **basis_print(workspace),
        "checked": sorted(said.kpis),
        "disputed": said.disputed,
        "withheld": sorted({one.kpi for one in gone}),
    }
    note(workspace, SECOND, period.key, now, summary)


def _stored(workspace: Workspace, period: Period) -> tuple[Observation, ...]:
    kpis = told(workspace.settings)
    return read(workspace.store, kpis=kpis, grain=period.grain, periods=(period.key,))


def _said(shown: Sequence[Observation], opinion: Opinion) -> tuple[Said, tuple[Observation, ...]]:
    """Return what ``opinion`` says of the values shown, and those of them that are withheld."""
    from tasks.engine.opinion.compare import compared, withheld  # noqa: PLC0415 - it needs pandas

    known, found = compared(shown, opinion)
    said = Said(frozenset(kpi for kpi, _ in known), tuple(one.what for one in found))
    return said, withheld(shown, found)
