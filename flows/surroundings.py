"""What else moved around an alert: the same customers, in the same period and the one before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from flows.lakeside import facts_of
from flows.reasons import reasons_for
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.alerts import trailing
from tasks.alerts.alongside import Place, alongside, place_of, said_beside
from tasks.alerts.reasons import best
from tasks.alerts.subjects import Subjects
from tasks.engine.basis import basis_of
from tasks.engine.members import Question
from tasks.engine.topics import Topic
from tasks.kpis.base import catalogue
from tasks.model import Cell, Finding, Observation, Period
from tasks.rules.base import Assessment
from tasks.rules.words import named, several

Histories = Mapping[Cell, tuple[Observation, ...]]
Moved = Mapping[str, tuple[Finding, ...]]
DAY = timedelta(days=1)
A_SHARE = 0.4  # what fewer of the tickets were about is not what they were about


def beside_cell(
    steps: Steps, workspace: Workspace, cell: Cell, period: Period, past: Histories, now: datetime
) -> tuple[str, ...]:
    """Return sentences about what else moved in a cell's segment, in ``period`` and before."""
    places = {place_of(cell), *_outstanding(past, cell, period.key)}
    judged = steps.assess(workspace.settings, period, _until(period, past, places))
    return _beside(steps, workspace, {cell.kpi: cell}, judged, past, now).get(cell.kpi, ())


def _beside(
    steps: Steps,
    workspace: Workspace,
    cells: Mapping[str, Cell],
    assessment: Assessment,
    past: Histories,
    now: datetime,
) -> Mapping[str, tuple[str, ...]]:
    moved = moved_beside(steps, workspace, cells, assessment, past)
    return in_sentences(steps, workspace, moved, now)


def moved_beside(
    steps: Steps,
    workspace: Workspace,
    cells: Mapping[str, Cell],
    assessment: Assessment,
    past: Histories,
) -> Moved:
    """Return, by the KPI of each cell, what else moved where it is, now and the period before."""
    if not cells:
        return {}
    settings, period = workspace.settings, assessment.period
    subjects = Subjects(catalogue(), settings.company.currency)
    others = {kpi: _outstanding(past, cell, period.key) for kpi, cell in cells.items()}
    places = {place_of(cell) for cell in cells.values()}.union(*others.values())
    earlier = settings.calendar.previous(period)
    before = steps.assess(settings, earlier, _until(earlier, past, places))
    return {
        kpi: alongside(cell, (before, assessment), subjects, others[kpi])
        for kpi, cell in cells.items()
    }


def in_sentences(
    steps: Steps, workspace: Workspace, moved: Moved, now: datetime, *, trails: bool = False
) -> Mapping[str, tuple[str, ...]]:
    """Return a sentence for everything that moved, with what tickets were about."""
    subjects = Subjects(catalogue(), workspace.settings.company.currency)
    called = _seven_days if trails else named
    said = _said(steps, workspace, tuple(dict.fromkeys(_all(moved))), subjects, now, called)
    return {kpi: tuple(said[one] for one in findings) for kpi, findings in moved.items()}


def _outstanding(past: Histories, cell: Cell, period: str) -> frozenset[Place]:
    """Return the segment that a change of ``cell`` comes from, where one stands out."""
    found = best(reasons_for(past, cell, period))
    if found is None or found.standout is None:
        return frozenset()
    return frozenset({(found.dimension, found.standout.segment)})


def _all(by_kpi: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    return [finding for findings in by_kpi.values() for finding in findings]


def _until(last: Period, past: Histories, places: Collection[Place]) -> Histories:
    """Return the histories of ``places`` as they were at the end of ``last``."""
    known = {
        cell: tuple(one for one in seen if one.period <= last.key)
        for cell, seen in past.items()
        if cell.grain is last.grain and place_of(cell) in places
    }
    return {cell: seen for cell, seen in known.items() if seen}


def _said(
    steps: Steps,
    workspace: Workspace,
    findings: Sequence[Finding],
    subjects: Subjects,
    now: datetime,
    called: Callable[[Period], str],
) -> dict[Finding, str]:
    if not findings:
        return {}
    period_named = workspace.settings.calendar.period
    questions = [
        Question(
            one.cell.kpi, period_named(one.period), one.cell.segment_dimension, one.cell.segment
        )
        for one in findings
    ]
    found = steps.about(facts_of(workspace), basis_of(workspace.settings), questions, now)
    return {
        one: said_beside(one, subject, _when(one, called(question.period)), _topic(one, topics))
        for one, question, topics in zip(findings, questions, found, strict=True)
        if (subject := subjects.of(one.cell)) is not None
    }


def _seven_days(period: Period) -> str:
    return trailing.named(period.end_day - DAY)


def _when(one: Finding, period: str) -> str:
    """Return ``two weeks to week 47`` for what is told of several periods together."""
    return f"{several(one.window, one.cell.grain)} to {period}" if one.window > 1 else period


def _topic(one: Finding, topics: Sequence[Topic]) -> str:
    """Return ``21 of them about billing`` where one subject stands out in the period told of."""
    total = sum(topic.count for topic in topics)
    if one.window > 1 or not topics or topics[0].tag == "(none)":
        return ""
    if topics[0].count < A_SHARE * total:
        return ""
    return f"{topics[0].count} about {topics[0].tag}"
