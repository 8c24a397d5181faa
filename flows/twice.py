"""Is every figure of a digest computed twice? Yes, and what does not agree is withheld."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flows.history import variant_of
from flows.lakeside import facts_of
from flows.ledger import basis_print, last_done, note
from flows.measure import Result, catch_up
from flows.plan import TOLD, Scope, told
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.config import scorecard
from tasks.engine.basis import basis_of
from tasks.engine.measure import Request
from tasks.kpis.base import kpi_named
from tasks.model import ALL, Cell, Observation, Period
from tasks.store import read

if TYPE_CHECKING:
    from tasks.engine.opinion.opine import Opinion

SECOND = "second"  # the kind of these runs in the ledger, by period


@dataclass(frozen=True, slots=True)
class Checked:
    """The KPIs of a scorecard that a second calculation knows, and the names of the others."""

    kpis: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


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


def disputed(workspace: Workspace, period: Period) -> Sequence[str]:
    """Return the sentences about the figures of ``period`` that are withheld for that reason."""
    sentences: Sequence[str] = _found(workspace, period).get("disputed", ())
    return sentences


def checked(
    workspace: Workspace, period: Period, history: Mapping[Cell, Sequence[Observation]]
) -> Checked:
    """Return which KPIs of the scorecard a second calculation knows, of those with a value.

    Nothing is checked where facts or settings have changed since.
    """
    known = _found(workspace, period)
    if not known.items() >= basis_print(workspace).items():
        return Checked()
    keys = scorecard(workspace.settings)
    shown = [key for key in keys if _has_value(workspace, key, period, history)]
    done = set(known["checked"])
    others = (kpi_named(key).name for key in shown if key not in done)
    return Checked(tuple(key for key in shown if key in done), tuple(others))


def _found(workspace: Workspace, period: Period) -> Mapping[str, Any]:
    run = last_done(workspace, SECOND, period.key)
    return run.summary if run else {}


def _has_value(
    workspace: Workspace,
    key: str,
    period: Period,
    history: Mapping[Cell, Sequence[Observation]],
) -> bool:
    cell = Cell(key, variant_of(workspace.settings, key), period.grain, ALL, ALL)
    seen = history.get(cell, ())
    return bool(seen) and seen[-1].period == period.key and seen[-1].value is not None
