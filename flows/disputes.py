"""Does a figure that a second calculation did not agree on stay withheld? Until both agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.lakeside import facts_of
from flows.secondly import withheld_before
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.engine.basis import basis_of
from tasks.engine.measure import Request
from tasks.model import Observation, Period

if TYPE_CHECKING:
    from tasks.engine.opinion.opine import Opinion


def still_withheld(
    steps: Steps, workspace: Workspace, request: Request, found: Sequence[Observation]
) -> tuple[Observation, ...]:
    """Return what was ``found`` for a request, with what is still in dispute withheld again.

    Where the two calculations of a period did not agree on a KPI, it is computed twice once more.
    """
    before = withheld_before(workspace, request.periods)
    if not before:
        return tuple(found)
    doubted = [one for one in found if _is_among(one, before)]
    opinion = _again(steps, workspace, request, before)
    gone = {(one.cell, one.period): one for one in _gone(doubted, opinion)}
    return tuple(gone.get((one.cell, one.period), one) for one in found)


def _is_among(one: Observation, before: Mapping[Period, set[str]]) -> bool:
    return any(
        (one.grain, one.period) == (period.grain, period.key) and one.kpi in kpis
        for period, kpis in before.items()
    )


def _again(
    steps: Steps, workspace: Workspace, request: Request, before: Mapping[Period, set[str]]
) -> Opinion | None:
    kpis = tuple(sorted(set().union(*before.values())))
    asked = Request(tuple(before), request.now, request.as_of, kpis)
    return steps.opine(facts_of(workspace), basis_of(workspace.settings), asked)()


def _gone(doubted: Sequence[Observation], opinion: Opinion | None) -> Sequence[Observation]:
    from tasks.engine.opinion.compare import compared, withheld  # noqa: PLC0415 - it needs pandas

    if opinion is None:
        return ()
    _, found = compared(doubted, opinion)
    return withheld(doubted, found)
