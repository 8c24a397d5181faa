"""Backtest: which alerts would the rules have sent over the stored history, when, and why?

Nothing is sent and nothing is stored. Values are judged as they first stood; what happened at
single customers, and data that came late, are not in the history of values and not replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from flows.asking import Asked
from flows.history import as_called_now, variant_of
from flows.plan import told
from flows.workspace import Workspace
from tasks.alerts.cases import Question
from tasks.alerts.past import Past, past_of
from tasks.alerts.rerun import Told, rerun
from tasks.alerts.subjects import Subjects
from tasks.config import Rules, Settings, goals_for, scorecard
from tasks.errors import WrongUse
from tasks.kpis.base import catalogue, kpi_named
from tasks.model import Goal, Grain, Observation, Period
from tasks.store import read

USUAL = Grain.WEEK


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one set of rules would have told in these periods; ``name`` is what it is called."""

    name: str
    periods: tuple[Period, ...]
    alerts: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """What is replayed: the past, the periods to be judged, and the KPIs that may alert."""

    past: Past
    periods: tuple[Period, ...]
    kpis: tuple[str, ...]
    currency: str = ""


def staged(workspace: Workspace, wanted: Asked, kpis: Sequence[str] = ()) -> Stage:
    """Return the stored history of the KPIs asked for, or of those that alert.

    Raises ``UnknownName`` for a KPI there is not, ``WrongUse`` for a KPI that can't be replayed.
    """
    settings, grain = workspace.settings, wanted.grain or USUAL
    chosen = tuple(kpi_named(key).key for key in kpis) or told(settings)
    stored = tuple(_stored(workspace, chosen, grain))
    finer = {goal.grain for goal in settings.goals if goal.kpi in chosen} - {grain}
    others = tuple(one for each in finer for one in _stored(workspace, chosen, each))
    past = past_of((*stored, *others), others, settings.calendar)
    return Stage(past, _periods(past, wanted, grain), chosen, settings.company.currency)


def replayed(settings: Settings, stage: Stage, rules: Rules, name: str) -> Replayed:
    """Return what ``rules`` would have told."""
    listed = {*scorecard(settings), *rules.of} & {*stage.kpis}
    subjects = Subjects(catalogue(), settings.company.currency)

    def asked_at(period: Period) -> Question:
        return Question(
            period,
            settings.calendar,
            subjects,
            rules,
            partial(_goals, settings, frozenset(stage.kpis)),
            listed or stage.kpis,
            settings.kpis.variants,
        )

    return Replayed(name, stage.periods, rerun(stage.past, asked_at, stage.periods))


def _goals(settings: Settings, kpis: frozenset[str], period: Period) -> list[Goal]:
    return [goal for goal in goals_for(settings, period) if goal.kpi in kpis]


def _stored(workspace: Workspace, kpis: Sequence[str], grain: Grain) -> Iterable[Observation]:
    settings = workspace.settings
    variants = {kpi: variant_of(settings, kpi) for kpi in kpis}
    asked_for = {(goal.kpi, goal.variant) for goal in settings.goals}
    found = read(workspace.store, kpis=kpis, grain=grain, all_revisions=True)
    for one in as_called_now(settings, found):
        if one.variant == variants[one.kpi] or (one.kpi, one.variant) in asked_for:
            yield one


def _periods(past: Past, wanted: Asked, grain: Grain) -> tuple[Period, ...]:
    """Return the periods of which something is stored, inside the stretch asked for."""
    known = {
        period
        for cell, history in past.histories.items()
        if cell.grain is grain
        for period in history.periods
    }
    return tuple(sorted(period for period in known if wanted.holds(period)))


def must_be_drawable(path: object) -> None:
    """Raise ``WrongUse`` for a chart in a format nobody can draw."""
    if not str(path).lower().endswith((".svg", ".png")):
        raise WrongUse(f"{path} is no chart.", todo="Give a file that ends in .svg or .png.")
