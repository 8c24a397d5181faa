"""Is every figure of a digest computed twice? Yes, and what does not agree is withheld."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flows.lakeside import facts_of
from flows.ledger import basis_print, note
from flows.measure import Result, catch_up
from flows.plan import TOLD, Scope, told
from flows.secondly import SECOND
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.engine.basis import basis_of
from tasks.engine.measure import Request
from tasks.model import Period
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


def _begun(
    steps: Steps, workspace: Workspace, period: Period, now: datetime
) -> Callable[[], Opinion | None]:
    request = Request((period,), now, kpis=told(workspace.settings))
    return steps.opine(facts_of(workspace), basis_of(workspace.settings), request)


def compare(
    steps: Steps, workspace: Workspace, period: Period, opinion: Opinion, now: datetime
) -> None:
    """Withhold what is stored of ``period`` where ``opinion`` says otherwise, and note both."""
    from tasks.engine.opinion.compare import compared, withheld  # noqa: PLC0415 - it needs pandas

    kpis = told(workspace.settings)
    shown = read(workspace.store, kpis=kpis, grain=period.grain, periods=(period.key,))
    known, found = compared(shown, opinion)
    if found:
        steps.record_values(workspace.store, withheld(shown, found), now)
    summary = {
        **basis_print(workspace),
        "checked": sorted(kpi for kpi, _ in known),
        "disputed": [one.what for one in found],
    }
    note(workspace, SECOND, period.key, now, summary)
