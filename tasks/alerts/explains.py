"""Does one segment account for what is seen in a larger one, or for everything?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tasks.model import ALL, Cell, Finding
from tasks.rules.base import Comparison, Count
from tasks.rules.laws import CountLaw, Law, ShareLaw

NORMAL = 0.05  # what remains is normal when luck alone would do it in one case of twenty


def contains(whole: Cell, part: Cell) -> bool:
    """Return whether ``part`` is a finer cut of ``whole``: plan Starter holds Starter/EMEA."""
    if whole.segment_dimension == ALL:
        return part.segment_dimension != ALL
    if whole.segment_dimension == part.segment_dimension:
        return False
    return _attributes(whole).items() <= _attributes(part).items()


def overlaps(one: Cell, other: Cell) -> bool:
    """Return whether a customer can be in both: Starter and EMEA can, Starter and Pro cannot."""
    if ALL in (one.segment_dimension, other.segment_dimension):
        return True
    ours, theirs = _attributes(one), _attributes(other)
    return all(ours[name] == theirs[name] for name in ours.keys() & theirs.keys())


def _attributes(cell: Cell) -> dict[str, str]:
    return dict(zip(cell.segment_dimension.split("/"), cell.segment.split("/"), strict=False))


def explains(
    part: Finding, whole: Finding, comparisons: Mapping[Cell, Comparison] | None = None
) -> bool:
    """Return whether ``whole`` would be quite normal without ``part``.

    Both are about counts, in one direction and grain; what remains of ``whole`` is held against
    what remains of its expectation, over the same periods: where ``part`` is told of fewer or of
    more, ``comparisons`` know what it counted in those of ``whole``. Means and amounts can't be
    taken apart: never explained.
    """
    if not _is_comparable(part, whole):
        return False
    own = count_in(part.cell, whole.window, comparisons or {})
    left = rest(counted(part) if part.window == whole.window else own, counted(whole))
    return left is not None and left.is_normal(whole.direction)


def counted(finding: Finding) -> Count | None:
    """Return what a finding has counted; None where it counts nothing."""
    if finding.observed is None:
        return None
    return Count(finding.observed, finding.expected, finding.denominator)


def count_in(cell: Cell, window: int, comparisons: Mapping[Cell, Comparison]) -> Count | None:
    """Return what a cell counted in the last ``window`` periods; None where nobody can say."""
    known = comparisons.get(cell)
    return known.together.get(window) if known else None


class Rest:
    """What remains of a larger segment without a smaller one."""

    def __init__(self, seen: Decimal, expected: Decimal, out_of: Decimal | None) -> None:
        """Take counts: seen, expected, and out of how many (None when nothing is divided)."""
        self.seen, self.expected, self.out_of = seen, expected, out_of

    def is_normal(self, direction: str) -> bool:
        """Return whether luck alone would often bring as much, or as little."""
        seen, law = float(self.seen), self._law()
        return (law.at_least(seen) if direction == "up" else law.at_most(seen)) >= NORMAL

    def _law(self) -> Law:
        expected = max(float(self.expected), 1e-9)
        if self.out_of is None or not self.seen <= self.out_of or expected >= self.out_of:
            return CountLaw(expected)
        return ShareLaw(expected, int(self.out_of))


def rest(part: Count | None, whole: Count | None) -> Rest | None:
    """Return what ``part`` leaves of ``whole``; None when it leaves nothing that can be counted."""
    if part is None or whole is None or part.expected is None or whole.expected is None:
        return None
    out_of = None
    if part.out_of is not None and whole.out_of is not None:
        out_of = whole.out_of - part.out_of
        if out_of <= 0:
            return None
    return Rest(whole.seen - part.seen, whole.expected - part.expected, out_of)


def _is_comparable(part: Finding, whole: Finding) -> bool:
    same = (part.rule, part.cell.kpi, part.cell.grain, part.direction) == (
        whole.rule,
        whole.cell.kpi,
        whole.cell.grain,
        whole.direction,
    )
    return same and part.rule == "spike" and contains(whole.cell, part.cell)
