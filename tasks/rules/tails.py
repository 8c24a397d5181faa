"""How likely is at least, or at most, so much: for whole arrays at once.

Whole numbers count half of the chance of being exactly as many (mid-p), so that the two tails add
up to one. Tails are worked out only where they may matter; everywhere else they are 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tasks.rules import special
from tasks.rules.history import Floats

PLAIN = 1.0005  # a variance this near the mean is as good as a Poisson's
RARE = 0.12  # shares below this follow a negative binomial closely enough
LEAST_TRIALS = 0.5
INSIDE = 1e-9
HALF_STEP = 0.5


class Tails(NamedTuple):
    """The chance of at least as much, and of at most as much."""

    up: Floats
    down: Floats


def count_tails(seen: Floats, mean: Floats, variance: Floats) -> Tails:
    """Return the tails of a negative binomial with this mean and variance."""
    ratio = np.maximum(variance / mean, PLAIN)
    shape = mean / (ratio - 1)
    at_least = np.where(
        seen > 0, special.betainc(np.maximum(seen, INSIDE), shape, 1 - 1 / ratio), 1.0
    )
    above = special.betainc(seen + 1, shape, 1 - 1 / ratio)
    up = (at_least + above) / 2
    return Tails(up, 1 - up)


def share_tails(seen: Floats, trials: Floats, mean: Floats, variance: Floats) -> Tails:
    """Return the tails for ``seen`` of ``trials``, by the beta law with this mean and variance.

    Small shares are counts that happen to have an end.
    """
    n = np.maximum(trials, 1.0)
    p = np.clip(mean / n, INSIDE, 1 - INSIDE)
    weight = np.maximum(p * (1 - p) * n**2 / variance - 1, LEAST_TRIALS)
    a, b = p * weight, (1 - p) * weight
    counted = count_tails(seen, mean, variance)
    up = _beta_tail(b, a, n - seen, n)
    down = _beta_tail(a, b, seen, n)
    return Tails(np.where(p < RARE, counted.up, up), np.where(p < RARE, counted.down, down))


def _beta_tail(a: Floats, b: Floats, seen: Floats, trials: Floats) -> Floats:
    """Return the chance of at most ``seen``; none at all stands for half a step, half counted."""
    some = special.betainc(a, b, np.clip(seen / trials, 0.0, 1.0))
    none = special.betainc(a, b, HALF_STEP / trials) / 2
    return np.asarray(np.where(seen > 0, some, none))


def student_tails(distance: Floats, freedom: Floats) -> Tails:
    """Return Student's tails at so many standard deviations."""
    return Tails(special.stdtr(freedom, -distance), special.stdtr(freedom, distance))


def whole_moves_tails(moved: Floats, variance: Floats) -> Tails:
    """Return the tails of a stock's change in whole units, customers say, which come one by one.

    A Poisson's upper tail with this variance, for both sides: among few, one more or less is no
    rare event however still the past was.
    """
    least = np.maximum(variance, INSIDE)

    def tail(far: Floats) -> Floats:
        k = np.floor(least + far)
        return np.where(k > 0, special.gammainc(np.maximum(k, 1.0), least), 1.0)

    return Tails(tail(moved), tail(-moved))
