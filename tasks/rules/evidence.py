"""Could two numbers differ by luck alone, and how well does a sample pin its value down?"""

from __future__ import annotations

from math import erfc, sqrt
from typing import NamedTuple

import numpy as np

from tasks.rules import special

EXACT_BELOW = 20_000  # beyond this many customers the normal approximation is exact enough
SLACK = 1 + 1e-7  # tables as likely as the one seen count as as extreme, rounding or not


class Interval(NamedTuple):
    """Where the true value lies, as far as the sample can tell."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Return whether ``value`` is inside."""
        return self.low <= value <= self.high


class Sample(NamedTuple):
    """A mean with the variance of one unit and the number of units."""

    mean: float
    variance: float
    n: float


def share_interval(events: float, trials: float, coverage: float) -> Interval:
    """Return Wilson's interval for a share, within 0 and 1."""
    z = float(special.ndtri((1 + coverage) / 2))
    p = events / trials
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * sqrt(p * (1 - p) / trials + (z / (2 * trials)) ** 2)
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def count_interval(events: float, coverage: float) -> Interval:
    """Return the exact interval for the mean of a count."""
    tail = (1 - coverage) / 2
    low = float(special.gammaincinv(events, tail)) if events > 0 else 0.0
    return Interval(low, float(special.gammaincinv(events + 1, 1 - tail)))


def mean_interval(sample: Sample, coverage: float) -> Interval:
    """Return Student's interval for a mean; it needs two units or more."""
    half = float(special.stdtrit(sample.n - 1, (1 + coverage) / 2)) * sqrt(
        sample.variance / sample.n
    )
    return Interval(sample.mean - half, sample.mean + half)


def shares_differ_by_luck(events: int, trials: int, before: int, trials_before: int) -> float:
    """Return the two-sided chance that two equal shares look at least this different.

    Fisher's exact test; for large samples its normal limit.
    """
    total, all_trials = events + before, trials + trials_before
    if total in (0, all_trials):
        return 1.0
    if all_trials > EXACT_BELOW:
        p = total / all_trials
        spread = sqrt(p * (1 - p) * (1 / trials + 1 / trials_before))
        return erfc(abs(events / trials - before / trials_before) / spread / sqrt(2))
    possible = np.arange(max(0, total - trials_before), min(total, trials) + 1)
    ways = _log_ways(trials, possible) + _log_ways(trials_before, total - possible)
    chances = np.exp(ways - _log_ways(all_trials, np.array([total])))
    seen = chances[events - possible[0]]
    return min(float(chances[chances <= seen * SLACK].sum()), 1.0)


def counts_differ_by_luck(events: float, exposure: float, before: float, earlier: float) -> float:
    """Return the two-sided chance that two equal rates give counts at least this different.

    Given their sum, one of two Poisson counts is binomial: an exact test, the smaller tail doubled.
    """
    total = events + before
    if total == 0:
        return 1.0
    p = exposure / (exposure + earlier)
    upper = float(special.betainc(events, total - events + 1, p)) if events > 0 else 1.0
    lower = float(special.betainc(total - events, events + 1, 1 - p)) if events < total else 1.0
    return min(2 * min(upper, lower), 1.0)


def means_differ_by_luck(now: Sample, before: Sample) -> float:
    """Return the two-sided chance that two equal means look at least this different (Welch)."""
    one, two = now.variance / now.n, before.variance / before.n
    if one + two == 0:
        return 1.0 if now.mean == before.mean else 0.0
    freedom = (one + two) ** 2 / (one**2 / (now.n - 1) + two**2 / (before.n - 1))
    return float(2 * special.stdtr(freedom, -abs(now.mean - before.mean) / sqrt(one + two)))


def _log_ways(
    of: int, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the logarithm of the number of ways to choose."""
    return np.asarray(
        special.gammaln(of + 1) - special.gammaln(chosen + 1) - special.gammaln(of - chosen + 1)
    )
