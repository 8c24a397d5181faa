"""What else moved where an alert is, in its own period and the one before it?

Customers rarely leave out of the blue: they ask first, and rate us lower. Both are findings too
weak to push by themselves; beside an alert about the same customers they are half of the why.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tasks.alerts.families import said_by
from tasks.alerts.subjects import Subjects
from tasks.model import ALL, Family, Finding, Grain, Period
from tasks.rules.base import Assessment, Subject
from tasks.rules.words import RARE, capitalised, named, number, one_in

MOST = 3


def alongside(
    lead: Finding, assessments: Iterable[Assessment], subjects: Subjects
) -> tuple[Finding, ...]:
    """Return the least likely adverse findings about other KPIs of the alert's own segment.

    KPIs that say the same as the alert's are left out. Oldest first, three at the most.
    """
    same = {lead.cell.kpi, *said_by(lead.cell.kpi)}
    beside = [
        finding
        for assessment in assessments
        for finding in assessment.findings
        if finding.rule == "spike"
        and _where(finding) == _where(lead)
        and finding.cell.kpi not in same
        and _is_adverse(finding, subjects.of(finding.cell))
    ]
    loudest = sorted(beside, key=lambda finding: finding.chance or 0.0)[:MOST]
    return tuple(sorted(loudest, key=lambda finding: finding.period))


def _where(finding: Finding) -> tuple[str, str]:
    return finding.cell.segment_dimension, finding.cell.segment


def _is_adverse(finding: Finding, subject: Subject | None) -> bool:
    return subject is not None and finding.direction == subject.bad


def said_beside(finding: Finding, subject: Subject, period: Period, topic: str = "") -> str:
    """Return a line: ``Week 46, Starter/EMEA: 31 tickets for 61 customers, usually 16.``."""
    where = "" if finding.cell.segment == ALL else f", {finding.cell.segment}"
    about = f"; {topic}" if topic else ""
    expected = finding.expected
    usual = "" if expected is None else f", usually {_usual(expected, finding.cell.grain)}"
    return f"{capitalised(named(period))}{where}: {_counts(finding, subject)}{usual}{about}."


def _usual(expected: Decimal, grain: Grain) -> str:
    return one_in(expected, grain) if expected < Decimal(str(RARE)) else number(expected)


def _counts(finding: Finding, subject: Subject) -> str:
    seen = number(finding.observed) if finding.observed is not None else ""
    if finding.denominator is None or not subject.counted:
        return f"{seen} {subject.counted or subject.name}"
    below = number(finding.denominator)
    if subject.family is Family.BINOMIAL:
        return f"{seen} of {below} {subject.counted}"
    return f"{seen} {subject.counted} for {below} {subject.of}"
