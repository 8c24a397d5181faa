"""What does an alert say in five words?"""

from __future__ import annotations

from tasks.model import ALL, Finding, Severity
from tasks.rules.base import Subject
from tasks.rules.event import headline_of


def headline(finding: Finding, subject: Subject) -> str:
    """Return ``Customers are leaving: Starter · EMEA``; the whole company is not named."""
    if finding.rule == "event":
        return headline_of(finding)
    where = segment_name(finding.cell.segment)
    said = _said(finding, subject)
    return f"{said}: {where}" if where else said


def segment_name(segment: str) -> str:
    """Return a segment as it is read: ``Starter · EMEA``, empty for the whole company."""
    return "" if segment == ALL else " · ".join(segment.split("/"))


def _said(finding: Finding, subject: Subject) -> str:
    if finding.rule == "staleness":
        return f"{subject.name}: no new data"
    if finding.rule == "data_quality" and finding.direction != "data":
        return f"{subject.name}: the data need a look"
    if finding.direction == "data":
        return f"{subject.name}: the data look incomplete"
    if finding.rule == "goal_miss":
        return f"{subject.name} missed its goal"
    if finding.rule == "goal_pacing":
        return f"{subject.name} will miss its goal"
    if finding.severity is not Severity.GOOD and finding.direction == subject.bad:
        return subject.alarm or _plain(finding, subject)
    return _plain(finding, subject)


def _plain(finding: Finding, subject: Subject) -> str:
    return f"{subject.name} is unusually {'high' if finding.direction == 'up' else 'low'}"
