"""How many alerts may interrupt somebody at once? The most urgent few; of the rest, their number.

Somebody who gets fifteen messages reads none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from tasks.model import Finding, Severity

MOST = 5
ABOUT_DATA = frozenset({"staleness", "data_quality"})  # what people who own the data have to know
T = TypeVar("T")


def within(urgent_first: Sequence[T], most: int = MOST) -> tuple[tuple[T, ...], int]:
    """Return the first ``most``, and how many are left for the list in the digest."""
    return tuple(urgent_first[:most]), max(len(urgent_first) - most, 0)


def is_about_data(finding: Finding) -> bool:
    """Return whether a finding is for those who own the data, and not for readers."""
    return finding.rule in ABOUT_DATA or finding.direction == "data"


def may_interrupt(finding: Finding, own_rules: Iterable[str] = ()) -> bool:
    """Return whether a finding may be pushed at all.

    A surprise has to be critical: among hundreds of numbers some warning is always due to luck.
    What is no matter of luck, such as a goal that is missed or a customer who gave notice, is
    pushed as a warning too; so is what somebody asked for with a rule of the KPI's own.
    """
    if finding.severity is Severity.CRITICAL:
        return True
    is_certain = finding.chance is None or finding.rule in set(own_rules)
    return finding.severity is Severity.WARNING and is_certain


def without_doubtful(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without the surprises in numbers that are themselves in doubt.

    Where rows are missing in one look at a segment, no other look at it is to be believed.
    """
    told = tuple(findings)
    doubtful = {_place(one) for one in told if is_about_data(one)}
    return tuple(one for one in told if is_about_data(one) or _place(one) not in doubtful)


def _place(finding: Finding) -> tuple[str, str, str, str]:
    cell = finding.cell
    return cell.kpi, cell.variant, cell.segment_dimension, cell.segment
