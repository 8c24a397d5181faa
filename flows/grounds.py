"""What speaks for a number, and what lies behind its change: range, goal, segments, other KPIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.briefing import histories
from flows.history import as_called_now, by_cell
from flows.plan import PERIODS_BACK
from flows.reasons import reasons_for
from flows.steps import Steps
from flows.surroundings import beside_cell
from flows.workspace import Workspace
from tasks.alerts.expected import as_history
from tasks.alerts.reasons import Reason, best
from tasks.alerts.subjects import Subjects
from tasks.kpis.base import catalogue
from tasks.model import Cell, Finding, Observation, Period
from tasks.rules.aim import interval
from tasks.rules.base import Assessment, Comparison, GoalStanding, Subject
from tasks.rules.evidence import Interval
from tasks.rules.outlook import newest_outlook
from tasks.rules.samples import visible_words
from tasks.store import history

Histories = Mapping[Cell, tuple[Observation, ...]]
COVERAGES = (0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a number rests on besides its rows, and why it moved.

    ``intervals`` are those of ``COVERAGES``, None where chance has no part in the number.
    ``visible`` is the smallest change that would not pass for luck; ``reasons`` are its change by
    each dimension, the telling one first; ``beside`` is what else moved there.
    """

    subject: Subject
    intervals: tuple[Interval, ...] = ()
    comparison: Comparison | None = None
    visible: str = ""
    unusual: tuple[Finding, ...] = ()
    standings: tuple[GoalStanding, ...] = ()
    reasons: tuple[Reason, ...] = ()
    beside: tuple[str, ...] = ()


def grounds(
    steps: Steps,
    workspace: Workspace,
    seen: Observation,
    fresh: Sequence[Observation],
    *,
    now: datetime,
) -> Grounds | None:
    """Return what speaks for ``seen``; ``fresh`` are values of its period that are not stored."""
    settings = workspace.settings
    period = settings.calendar.period(seen.period)
    subject = Subjects(catalogue(), settings.company.currency).of(seen.cell)
    if subject is None:
        return None
    past = _known(workspace, seen, period, fresh)
    judged = steps.assess(settings, period, _of_place(past, seen.cell))
    return Grounds(
        subject,
        _intervals(seen, subject),
        judged.comparisons.get(seen.cell),
        _visible(workspace, past.get(seen.cell, ()), subject),
        tuple(one for one in judged.findings if one.cell == seen.cell and _is_of_value(one)),
        _standings(judged, seen.cell),
        _best_first(reasons_for(past, seen.cell, period.key)),
        beside_cell(steps, workspace, seen.cell, period, past, now),
    )


def _is_of_value(finding: Finding) -> bool:
    """Return whether a finding says that the value is odd; where it stands is told by its goal."""
    return finding.goal_status is None


def _best_first(found: tuple[Reason, ...]) -> tuple[Reason, ...]:
    first = best(found)
    return tuple(sorted(found, key=lambda reason: reason is not first))


def _known(
    workspace: Workspace, seen: Observation, period: Period, fresh: Sequence[Observation]
) -> Histories:
    """Return what is stored of the KPI and of those that are told, up to and with ``seen``."""
    calendar, settings = workspace.settings.calendar, workspace.settings
    first = calendar.previous(period, PERIODS_BACK[period.grain])
    keys = frozenset(one.key for one in calendar.between(first, period))
    own = history(workspace.store, grain=period.grain, periods=keys, kpis={seen.kpi: seen.variant})
    called = (one for found in own.values() for one in as_called_now(settings, found))
    told = (one for found in histories(workspace, period).values() for one in found)
    return by_cell([*told, *called, *_not_stored(fresh, seen), seen])


def _not_stored(fresh: Sequence[Observation], seen: Observation) -> list[Observation]:
    return [one for one in fresh if (one.kpi, one.variant) == (seen.kpi, seen.variant)]


def _of_place(past: Histories, place: Cell) -> Histories:
    """Return the histories of the same customers, and of the same KPI in all segments."""
    where = (place.segment_dimension, place.segment)
    return {
        cell: seen
        for cell, seen in past.items()
        if (cell.segment_dimension, cell.segment) == where
        or (cell.kpi, cell.variant) == (place.kpi, place.variant)
    }


def _intervals(seen: Observation, subject: Subject) -> tuple[Interval, ...]:
    found = (interval(seen, subject, coverage) for coverage in COVERAGES)
    return tuple(one for one in found if one is not None)


def _visible(workspace: Workspace, past: Sequence[Observation], subject: Subject) -> str:
    if not past:
        return ""
    outlook = newest_outlook(as_history(past, workspace.settings.calendar), subject)
    return visible_words(outlook, subject) if outlook is not None and outlook.is_enough else ""


def _standings(judged: Assessment, cell: Cell) -> tuple[GoalStanding, ...]:
    place = (cell.kpi, cell.variant, cell.segment_dimension, cell.segment)
    return tuple(
        one
        for one in judged.standings
        if (one.cell.kpi, one.cell.variant, one.cell.segment_dimension, one.cell.segment) == place
    )
