"""Which findings are told together, and which one speaks?

One alert per KPI. The whole company speaks for its segments, unless one of them accounts for all of
it: then that segment is named, and the reader learns that the others are normal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tasks.alerts.explains import count_in, counted, explains, overlaps, rest
from tasks.alerts.families import foretells, speakers
from tasks.alerts.subjects import Subjects
from tasks.alerts.wording import headline, segment_name
from tasks.model import ALL, Alert, Cell, Family, Finding, Severity
from tasks.rules.base import Assessment, Comparison, Count, Subject
from tasks.rules.outlook import EVENTS
from tasks.rules.words import number

LOUD = (Severity.CRITICAL, Severity.WARNING)
HALF = 0.5
FEWEST_MOVING = 2


def grouped(assessment: Assessment, subjects: Subjects) -> tuple[Alert, ...]:
    """Return one alert for every KPI with a loud finding, the most urgent first.

    What a KPI says is not said again by those that follow from it: their findings stand below.
    """
    loud: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        if finding.severity in LOUD:
            loud.setdefault(finding.cell.kpi, []).append(finding)
    _join_families(loud)
    told = ((kpi, findings) for kpi, findings in loud.items() if _speaks(kpi, findings))
    alerts = [_alert(kpi, findings, assessment, subjects) for kpi, findings in told]
    return tuple(sorted(alerts, key=_urgency))


def _join_families(loud: dict[str, list[Finding]]) -> None:
    """Move what only repeats another KPI's news, about the same customers, to that KPI."""
    above = {kpi: speakers(kpi, loud) for kpi in loud}
    for kpi in sorted(loud, key=lambda one: len(above[one])):
        for speaker in above[kpi]:
            said = [one for one in loud[kpi] if _repeats(one, loud[speaker])]
            _move(said, loud[kpi], loud[speaker])
    _join_signs(loud)


def _join_signs(loud: dict[str, list[Finding]]) -> None:
    """Move what foretold another KPI's surprise, of the same customers and no louder, to it."""
    for sign, kpi in ((sign, kpi) for kpi in loud for sign in loud if foretells(sign, kpi)):
        surprises = [one for one in loud[kpi] if one.cell.kpi == kpi and one.rule == "spike"]
        loudest = min((LOUD.index(one.severity) for one in surprises), default=len(LOUD))
        if all(LOUD.index(one.severity) >= loudest for one in loud[sign]):
            said = [one for one in loud[sign] if _repeats(one, surprises)]
            _move(said, loud[sign], loud[kpi])


def _move(said: Sequence[Finding], source: list[Finding], to: list[Finding]) -> None:
    source[:] = [one for one in source if one not in said]
    to += said


def _repeats(finding: Finding, told: Iterable[Finding]) -> bool:
    return any(overlaps(finding.cell, one.cell) for one in told)


def _speaks(kpi: str, findings: Iterable[Finding]) -> bool:
    """Return whether anything of the KPI's own is left that no other KPI has told."""
    return any(each.cell.kpi == kpi for each in findings)


def _alert(
    kpi: str, findings: Sequence[Finding], assessment: Assessment, subjects: Subjects
) -> Alert:
    own = [finding for finding in findings if finding.cell.kpi == kpi]
    lead = _lead(own, assessment, subjects)
    others = sorted((each for each in findings if each is not lead), key=_loudness)
    subject = subjects.of(lead.cell)
    return Alert(
        kpi=kpi,
        period=lead.period,
        severity=min((each.severity for each in own), key=LOUD.index),
        lead=lead,
        others=tuple(others),
        headline=headline(lead, subject) if subject else "",
        context=_context(lead, others, assessment.comparisons, subjects),
    )


def _lead(findings: Sequence[Finding], assessment: Assessment, subjects: Subjects) -> Finding:
    """Return the finding that speaks: missing data, then a surprise, then the loudest."""
    missing = [each for each in findings if each.direction == "data" and _is_total(each)]
    if missing:
        return missing[0]
    surprises = [each for each in findings if each.rule == "spike" and each.direction != "data"]
    if not surprises:
        return min(findings, key=_loudness)
    unexplained = _unexplained(surprises, assessment, subjects)
    total = _total(unexplained[0], assessment)
    if total and (total in unexplained or _move_together(unexplained, assessment)):
        return total
    return min(unexplained, key=_extremity)


def _total(part: Finding, assessment: Assessment) -> Finding | None:
    """Return what is found about the whole company in the same sense, be it loud or not."""
    whole = replace(part.cell, segment_dimension=ALL, segment=ALL)
    wanted = (part.rule, whole, part.direction)
    found = (
        each for each in assessment.findings if (each.rule, each.cell, each.direction) == wanted
    )
    return next(found, None)


def _unexplained(
    findings: Sequence[Finding], assessment: Assessment, subjects: Subjects
) -> list[Finding]:
    """Return the findings that no finer one accounts for."""
    subject = subjects.of(findings[0].cell)
    if subject is None or subject.family not in EVENTS:
        return list(findings)
    known = assessment.comparisons
    return [each for each in findings if not any(explains(part, each, known) for part in findings)]


def _move_together(findings: Iterable[Finding], assessment: Assessment) -> bool:
    """Return whether at least half of the segments of some dimension are out of the ordinary."""
    moving: dict[tuple[str, str], set[str]] = {}
    for each in findings:
        if not _is_total(each) and "/" not in each.cell.segment_dimension:
            key = (each.cell.segment_dimension, each.direction)
            moving.setdefault(key, set()).add(each.cell.segment)
    kpis = {each.cell.kpi for each in findings}
    for (dimension, _), segments in moving.items():
        there = {
            cell.segment
            for cell in assessment.comparisons
            if cell.segment_dimension == dimension and cell.kpi in kpis
        }
        if len(segments) >= max(FEWEST_MOVING, HALF * len(there)):
            return True
    return False


def _context(
    lead: Finding,
    others: Sequence[Finding],
    comparisons: Mapping[Cell, Comparison],
    subjects: Subjects,
) -> str:
    """Return what the rest of the company looks like, in one sentence."""
    subject = subjects.of(lead.cell)
    if subject is None or subject.family not in EVENTS or lead.rule != "spike":
        return ""
    if lead.direction == "data":
        return ""
    if _is_total(lead):
        return _largest_part(lead, others, comparisons, subject)
    whole = replace(lead.cell, segment_dimension=ALL, segment=ALL)
    return _everybody_else(lead, count_in(whole, lead.window, comparisons), subject)


def _largest_part(
    lead: Finding,
    others: Sequence[Finding],
    comparisons: Mapping[Cell, Comparison],
    subject: Subject,
) -> str:
    """Return in which segment most of it happened, in the periods that ``lead`` is about."""
    parts = {
        each.cell: count
        for each in others
        if each.rule == "spike"
        and each.cell.kpi == lead.cell.kpi
        and (count := _over_the_same(each, lead, comparisons)) is not None
    }
    if not parts:
        return "No single segment stands out."
    most = max(parts, key=lambda cell: abs(parts[cell].seen - (parts[cell].expected or 0)))
    return f"Most of it in {segment_name(most.segment)} ({_fraction(parts[most], lead, subject)})."


def _over_the_same(
    part: Finding, lead: Finding, comparisons: Mapping[Cell, Comparison]
) -> Count | None:
    """Return what a part counted in the periods that ``lead`` is about; None if nobody can say."""
    if part.window == lead.window:
        found = counted(part)
    else:
        found = count_in(part.cell, lead.window, comparisons)
    return found if found is not None and found.expected is not None else None


def _everybody_else(lead: Finding, whole: Count | None, subject: Subject) -> str:
    """Return ``Other segments are normal (2 of 543).``, or that they moved as well.

    ``whole`` is what everybody counted in the same periods; empty where that is not known, or the
    lead is all of it.
    """
    if whole is None:
        return ""
    expected = lead.expected if whole.expected is None else whole.expected
    left = rest(counted(lead), replace(whole, expected=expected))
    if left is None:
        return ""
    said = _fraction(Count(left.seen, left.expected, left.out_of), lead, subject)
    if whole.expected is None:
        return f"Other segments together: {said}."
    if left.is_normal(lead.direction):
        return f"Other segments are normal ({said})."
    return f"Other segments are {'high' if lead.direction == 'up' else 'low'} too ({said})."


def _fraction(count: Count, lead: Finding, subject: Subject) -> str:
    """Return ``2 of 543``; of several periods together only ``2``: the same people in each."""
    seen = number(count.seen) if count.seen else "none"
    if count.out_of is None or lead.window > 1:
        return seen
    if subject.family is Family.COUNT_RATE:
        return f"{seen} for {number(count.out_of)} {subject.of}"
    return f"{number(count.seen)} of {number(count.out_of)}"


def _is_total(finding: Finding) -> bool:
    return finding.cell.segment_dimension == ALL


def _extremity(finding: Finding) -> tuple[float, int]:
    """Sort by chance, the finer cut first among equals."""
    depth = finding.cell.segment_dimension.count("/")
    return (finding.chance if finding.chance is not None else 1.0, -depth)


def _loudness(finding: Finding) -> tuple[int, float, int]:
    return (LOUD.index(finding.severity), *_extremity(finding))


def _urgency(alert: Alert) -> tuple[int, float, str]:
    chance = alert.lead.chance if alert.lead.chance is not None else 1.0
    return (LOUD.index(alert.severity), chance, alert.kpi)
