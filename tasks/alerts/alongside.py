"""What else moved where an alert is, in its own period and the one before it?

Customers rarely leave out of the blue: they ask first, and rate us lower. Both are findings too
weak to push by themselves; beside an alert about the same customers they are half of the why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from tasks.alerts.families import said_by
from tasks.alerts.outstanding import EVENTS
from tasks.alerts.subjects import Subjects
from tasks.kpis.base import kpi_named
from tasks.model import ALL, Cell, Family, Finding
from tasks.rules.base import Assessment, Subject
from tasks.rules.words import amount, capitalised, events, number, pace

MOST = 3
REVENUE = "Revenue"
Place = tuple[str, str]


def alongside(
    lead: Cell,
    assessments: Iterable[Assessment],
    subjects: Subjects,
    places: Collection[Place] = (),
) -> tuple[Finding, ...]:
    """Return the least likely adverse findings about other KPIs of the alert's own segment.

    ``places`` are other segments that the alert is about as well. KPIs that say the same as the
    alert's are left out. Oldest first, three at the most.
    """
    same = {lead.kpi, *said_by(lead.kpi)}
    wanted = {place_of(lead), *places}
    beside = [
        finding
        for assessment in assessments
        for finding in assessment.findings
        if finding.rule == "spike"
        and place_of(finding.cell) in wanted
        and finding.cell.kpi not in same
        and not _is_the_same_money(lead, finding.cell)
        and _is_adverse(finding, subjects.of(finding.cell))
    ]
    own = _not_said_twice(beside)
    loudest = sorted(own, key=lambda finding: finding.chance or 0.0)[:MOST]
    return tuple(sorted(loudest, key=lambda finding: finding.period))


def _is_the_same_money(lead: Cell, other: Cell) -> bool:
    """Return whether ``other`` is only the revenue that goes with the customers, or its sum."""
    about = kpi_named(lead.kpi).section
    return about in {REVENUE, "Retention"} and kpi_named(other.kpi).section == REVENUE


def _not_said_twice(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings but for those of KPIs that follow from another of them."""
    there = {finding.cell.kpi for finding in findings}
    said = {kpi for parent in there for kpi in said_by(parent)}
    return [finding for finding in findings if finding.cell.kpi not in said]


def place_of(cell: Cell) -> Place:
    """Return which customers a cell is about: a dimension, and a segment of it."""
    return cell.segment_dimension, cell.segment


def _is_adverse(finding: Finding, subject: Subject | None) -> bool:
    return subject is not None and finding.direction == subject.bad


def said_beside(finding: Finding, subject: Subject, when: str, topic: str = "") -> str:
    """Return a line: ``Week 46, Starter/EMEA: 31 tickets for 61 customers, usually 16.``."""
    where = "" if finding.cell.segment == ALL else f", {finding.cell.segment}"
    about = f"; {topic}" if topic else ""
    usual = "" if finding.expected is None else f", usually {_usual(finding, subject)}"
    return f"{capitalised(when)}{where}: {_counts(finding, subject)}{usual}{about}."


def _usual(finding: Finding, subject: Subject) -> str:
    expected = finding.expected or Decimal(0)
    if subject.family not in EVENTS:
        return amount(expected, subject)
    return pace(expected, finding.cell.grain, finding.window)


def _counts(finding: Finding, subject: Subject) -> str:
    seen = finding.observed or Decimal(0)
    if subject.family not in EVENTS:
        return f"{subject.name} {amount(seen, subject)}"
    if finding.denominator is None or not subject.counted:
        return events(seen, subject)
    if finding.window > 1 and subject.family is Family.BINOMIAL:
        return f"{number(seen)} {subject.counted}"
    below = number(finding.denominator)
    if subject.family is Family.BINOMIAL:
        return f"{number(seen)} of {below} {subject.counted}"
    return f"{number(seen)} {subject.counted} for {below} {subject.of}"
