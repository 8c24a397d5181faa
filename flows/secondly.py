"""What did the second calculation of a period say? As the ledger has it; nothing is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
