"""What does an alert say in five words?"""

from __future__ import annotations

from tasks.model import ALL, Finding, GoalStatus, Severity
from tasks.rules.base import Subject
from tasks.rules.event import headline_of

OF_A_RULE = {
    "staleness": ": no new data",
    "goal_miss": " missed its goal",
    "goal_pacing": " will miss its goal",
}


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
    if finding.goal_status is GoalStatus.MISSED:
        return f"{subject.name}{OF_A_RULE['goal_miss']}"
    if finding.rule in OF_A_RULE:
        return f"{subject.name}{OF_A_RULE[finding.rule]}"
    if finding.direction == "data":
        return f"{subject.name}: the data look incomplete"
    if finding.rule == "data_quality":
        return f"{subject.name}: the data need a look"
    if finding.severity is not Severity.GOOD and finding.direction == subject.bad:
        return subject.alarm or _plain(finding, subject)
    return _plain(finding, subject)


def _plain(finding: Finding, subject: Subject) -> str:
    return f"{subject.name} is unusually {'high' if finding.direction == 'up' else 'low'}"
