"""What did the second calculation of a period say? As the ledger has it; nothing is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.history import variant_of
from flows.ledger import basis_print, last_done
from flows.workspace import Workspace
from tasks.config import scorecard
from tasks.kpis.base import kpi_named
from tasks.model import ALL, Cell, Observation, Period

SECOND = "second"  # the kind of these runs in the ledger, by period


@dataclass(frozen=True, slots=True)
class Checked:
    """The KPIs of a scorecard that a second calculation knows, and the names of the others."""

    kpis: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a second calculation says: the KPIs it knows, and a sentence for each disagreement."""

    kpis: frozenset[str] = frozenset()
    disputed: tuple[str, ...] = ()


def is_checked(workspace: Workspace, period: Period) -> bool:
    """Return whether the figures of ``period`` were computed twice, and from what is there now."""
    return _found(workspace, period).items() >= basis_print(workspace).items()


def withheld_before(workspace: Workspace, periods: Iterable[Period]) -> Mapping[Period, set[str]]:
    """Return the KPIs that the second calculation of each period did not agree on, if any."""
    found = {one: set(_found(workspace, one).get("withheld", ())) for one in periods}
    return {one: kpis for one, kpis in found.items() if kpis}


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
    if not is_checked(workspace, period):
        return Checked()
    return among(workspace, period, history, frozenset(_found(workspace, period)["checked"]))


def among(
    workspace: Workspace,
    period: Period,
    history: Mapping[Cell, Sequence[Observation]],
    done: frozenset[str],
) -> Checked:
    """Return which KPIs of the scorecard are ``done``, of those with a value, and the others."""
    keys = scorecard(workspace.settings)
    shown = [key for key in keys if _has_value(workspace, key, period, history)]
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
