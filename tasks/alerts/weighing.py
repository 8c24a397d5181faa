"""How far did a segment move against the others, and how well do the samples pin that down?

Shares and means are pooled over the periods before and after, and their noise is what their sizes
leave open; counts are compared as shares of all segments' events, so that what happens to everybody
cancels out. Where no law of chance is known, the noise is what the periods themselves show. Noise
that is wider than the law, or that lasts from period to period, widens the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from tasks.alerts.residuals import residuals
from tasks.alerts.segments import LAWFUL, Moved, Numbers, Places, Scale, moved, together
from tasks.rules import special
from tasks.rules.history import Floats

COVERAGE = 0.8
FIRM = 8.0  # how many periods' weight it has that noise follows its law
LEAST_FREEDOM = 5  # noise that is only seen in fewer periods is not known
LONGEST_MEMORY = 0.8


@dataclass(frozen=True, slots=True)
class Weighed:
    """The segment, the others (None: there are none), and the difference between the two.

    ``change`` is in points, or the logarithm of a factor; ``error`` is its standard error with
    ``freedom`` degrees of freedom.
    """

    own: Moved
    others: Moved | None
    change: float
    error: float
    freedom: float

    def half(self, wider: float = 1.0) -> float:
        """Return half of the interval that holds the true change in four of five cases."""
        return float(special.stdtrit(self.freedom, (1 + COVERAGE) / 2)) * self.error * wider


def weighed(
    own: Numbers, others: Sequence[Numbers], before: Places, scale: Scale
) -> Weighed | None:
    """Return the change of ``own`` from the periods ``before`` to the rest, against ``others``.

    None where it cannot be told: too few periods, or nothing to compare.
    """
    sides = (before, ~before)
    if scale is Scale.MEAN and not np.isfinite(own.at(before | ~before).squares).all():
        scale = Scale.PLAIN
    mine = moved(own, sides, scale)
    beside = [(each, one) for each in others if (one := moved(each, sides, scale)) is not None]
    if mine is None or (others and not beside):
        return None
    kept = [each for each, _ in beside]
    rest = together(kept, [one for _, one in beside], sides, scale) if kept else None
    if kept and rest is None:
        return None
    noise, freedom = residuals(own, kept, sides, scale)
    return _judged(mine, rest, noise, freedom, is_lawful=scale in LAWFUL)


def _judged(
    own: Moved, others: Moved | None, noise: Floats, freedom: int, *, is_lawful: bool
) -> Weighed | None:
    if freedom < (1 if is_lawful else LEAST_FREEDOM):
        return None
    seen = float(np.nansum(noise**2))
    spread = max(1.0, (FIRM + seen) / (FIRM + freedom)) if is_lawful else seen / freedom
    variance = own.variance + (others.variance if others and is_lawful else 0.0)
    change = own.change - (others.change if others else 0.0)
    error = sqrt(spread * variance * _memory(noise))
    return Weighed(own, others, change, error, freedom + (FIRM if is_lawful else 0.0))


def _memory(noise: Floats) -> float:
    """Return by how much noise that lasts from period to period widens a variance, at least 1."""
    known = noise[np.isfinite(noise)]
    total = float((known**2).sum())
    n = len(known)
    if n <= LEAST_FREEDOM or total == 0:
        return 1.0
    steps = float((known[1:] * known[:-1]).sum()) / total
    lasting = min(max((steps + (1 + 3 * steps) / n) * n / (n + FIRM), 0.0), LONGEST_MEMORY)
    return (1 + lasting) / (1 - lasting)
