"""What else moved around an alert: the same customers, in the same period and the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flows.lakeside import facts_of
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.alerts.alongside import alongside, said_beside
from tasks.alerts.subjects import Subjects
from tasks.engine.basis import basis_of
from tasks.engine.members import Question
from tasks.engine.topics import Topic
from tasks.kpis.base import catalogue
from tasks.model import Alert, Cell, Finding, Observation, Period
from tasks.rules.base import Assessment

Histories = Mapping[Cell, tuple[Observation, ...]]
A_SHARE = 0.4  # what fewer of the tickets were about is not what they were about


def beside_alerts(
    steps: Steps,
    workspace: Workspace,
    alerts: Sequence[Alert],
    assessment: Assessment,
    past: Histories,
    now: datetime,
) -> Mapping[str, tuple[str, ...]]:
    """Return, by the KPI of each alert, sentences about what else moved where it is."""
    if not alerts:
        return {}
    settings = workspace.settings
    subjects = Subjects(catalogue(), settings.company.currency)
    earlier = settings.calendar.previous(assessment.period)
    before = steps.assess(settings, earlier, _until(earlier, past, alerts))
    by_kpi = {alert.kpi: alongside(alert.lead, (before, assessment), subjects) for alert in alerts}
    said = _said(steps, workspace, tuple(dict.fromkeys(_all(by_kpi))), subjects, now)
    return {kpi: tuple(said[one] for one in findings) for kpi, findings in by_kpi.items()}


def _all(by_kpi: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    return [finding for findings in by_kpi.values() for finding in findings]


def _until(last: Period, past: Histories, alerts: Sequence[Alert]) -> Histories:
    """Return the histories of the alerts' segments as they were at the end of ``last``."""
    places = {(one.lead.cell.segment_dimension, one.lead.cell.segment) for one in alerts}
    known = {
        cell: tuple(one for one in seen if one.period <= last.key)
        for cell, seen in past.items()
        if cell.grain is last.grain and (cell.segment_dimension, cell.segment) in places
    }
    return {cell: seen for cell, seen in known.items() if seen}


def _said(
    steps: Steps,
    workspace: Workspace,
    findings: Sequence[Finding],
    subjects: Subjects,
    now: datetime,
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
        one: said_beside(one, subject, question.period, _topic(topics))
        for one, question, topics in zip(findings, questions, found, strict=True)
        if (subject := subjects.of(one.cell)) is not None
    }


def _topic(topics: Sequence[Topic]) -> str:
    """Return ``21 of them about billing`` where one subject stands out."""
    total = sum(topic.count for topic in topics)
    if not topics or topics[0].tag == "(none)" or topics[0].count < A_SHARE * total:
        return ""
    return f"{topics[0].count} about {topics[0].tag}"
