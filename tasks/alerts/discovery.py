"""Of many cells looked at together, which surprises are real?

The step-up procedure of Benjamini and Hochberg.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tasks.model import Finding, Severity

FALSE_SHARE = 0.2  # of what is pushed as critical, at most one in five may be luck


def cut_off(chances: Iterable[float], looked_at: int, share: float = FALSE_SHARE) -> float:
    """Return the largest chance that still counts as a discovery; 0 when none does.

    ``looked_at`` is the number of cells judged, those without a finding included.
    """
    ordered = sorted(chances)
    fitting = [
        chance
        for rank, chance in enumerate(ordered, start=1)
        if chance <= share * rank / max(looked_at, rank)
    ]
    return fitting[-1] if fitting else 0.0


def toned_down(findings: Iterable[Finding], looked_at: int) -> tuple[Finding, ...]:
    """Return the findings, those critical ones that luck would explain among so many as warnings.

    Findings without a chance, such as goals, are not a matter of luck and stay as they are.
    """
    told = tuple(findings)
    chances = [each.chance for each in told if _may_count(each) and each.chance is not None]
    limit = cut_off(chances, looked_at)
    return tuple(
        replace(each, severity=Severity.WARNING)
        if each.severity is Severity.CRITICAL and each.chance is not None and each.chance > limit
        else each
        for each in told
    )


def standing_out(findings: Iterable[Finding], looked_at: int) -> frozenset[Finding]:
    """Return the findings whose chance is too small for luck among ``looked_at`` looks.

    Those without a chance are not a matter of luck.
    """
    told = [one for one in findings if one.severity is not Severity.GOOD]
    limit = cut_off((one.chance for one in told if one.chance is not None), looked_at)
    return frozenset(one for one in told if one.chance is None or one.chance <= limit)


def _may_count(finding: Finding) -> bool:
    return finding.rule == "spike" and finding.severity is not Severity.GOOD
