"""How likely is a count, a share or a mean, given what is usual: exact tails, no normal theory.

``mean`` is the expected number of events; ``ratio`` is how much wider than pure chance the numbers
spread (variance over chance variance): 1 is a Poisson or binomial, more is a negative binomial or
beta-binomial with the same mean and the wider variance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, floor, sqrt
from typing import Protocol

import numpy as np
from scipy.special import betainc, betaln, gammainc, gammaincc, gammaln, ndtri, stdtr, stdtrit

NO_EXTRA_SPREAD = 1e-6  # below this the wider law and the plain one agree to every digit shown
CHUNK = 512
NEGLIGIBLE = 1e-17
WIDE = 40.0  # beyond this standard deviation the steps between whole numbers no longer matter


class Law(Protocol):
    """A law of chance for one period's number."""

    @property
    def mean(self) -> float:
        """The expected number."""
        ...

    def at_least(self, seen: float) -> float:
        """Return the chance of ``seen`` or more, 0 to 1."""
        ...

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or less, 0 to 1."""
        ...

    def quantile(self, share: float) -> float:
        """Return the smallest number that has at least ``share`` of the chance at or below it."""
        ...


@dataclass(frozen=True, slots=True)
class CountLaw:
    """Events with no upper limit: Poisson, or negative binomial where ``ratio`` exceeds 1."""

    mean: float
    ratio: float = 1.0

    def at_least(self, seen: float) -> float:
        """Return the chance of ``seen`` or more."""
        k = ceil(seen)
        if k <= 0:
            return 1.0
        if self.ratio - 1 < NO_EXTRA_SPREAD:
            return float(gammainc(k, self.mean))
        return float(betainc(k, self._shape, 1 - 1 / self.ratio))

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or less."""
        k = floor(seen)
        if k < 0:
            return 0.0
        if self.ratio - 1 < NO_EXTRA_SPREAD:
            return float(gammaincc(k + 1, self.mean))
        return float(betainc(self._shape, k + 1, 1 / self.ratio))

    def quantile(self, share: float) -> float:
        """Return the smallest whole number with at least ``share`` at or below it."""
        return _quantile(self.at_most, share, self.mean, sqrt(self.mean * self.ratio), np.inf)

    @property
    def _shape(self) -> float:
        return self.mean / (self.ratio - 1)


@dataclass(frozen=True, slots=True)
class ShareLaw:
    """Events among ``trials``: binomial, or beta-binomial where ``ratio`` exceeds 1."""

    mean: float
    trials: int
    ratio: float = 1.0

    def at_least(self, seen: float) -> float:
        """Return the chance of ``seen`` or more of the trials."""
        k = ceil(seen)
        if k <= 0:
            return 1.0
        if k > self.trials:
            return 0.0
        if self._is_plain:
            return float(betainc(k, self.trials - k + 1, self.mean / self.trials))
        if k <= self.mean:
            return 1.0 - self._sum_down(k - 1)
        return self._mirrored.at_most(self.trials - k)

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or fewer of the trials."""
        k = floor(seen)
        if self._is_plain or k >= self.mean:
            return self._mirrored.at_least(self.trials - k)
        return self._sum_down(k)

    def quantile(self, share: float) -> float:
        """Return the smallest whole number with at least ``share`` at or below it."""
        p = self.mean / self.trials
        deviation = sqrt(self.mean * (1 - p) * self.ratio)
        return _quantile(self.at_most, share, self.mean, deviation, self.trials)

    @property
    def _is_plain(self) -> bool:
        return self.trials == 1 or self.ratio - 1 < NO_EXTRA_SPREAD

    @property
    def _mirrored(self) -> ShareLaw:
        """The law of the trials without the event."""
        return ShareLaw(self.trials - self.mean, self.trials, self.ratio)

    def _sum_down(self, k: int) -> float:
        """Return the chance of ``k`` or fewer, adding terms downwards while they still count."""
        if k < 0:
            return 0.0
        a, b = self._shapes()
        term = exp(self._log_chance(k, a, b))
        total = term
        while k > 0 and term > NEGLIGIBLE * total:
            i = np.arange(k, max(k - CHUNK, 0), -1, dtype=np.float64)
            n = float(self.trials)
            terms = term * np.cumprod(i * (n - i + b) / ((n - i + 1) * (i - 1 + a)))
            total += float(terms.sum())
            term, k = float(terms[-1]), k - len(i)
        return min(total, 1.0)

    def _shapes(self) -> tuple[float, float]:
        """The two parameters of the beta law that the event's probability follows."""
        n = self.trials
        ratio = min(self.ratio, 1 + 0.9 * (n - 1))  # at n the trials would be one single trial
        weight = (n - ratio) / (ratio - 1)
        p = self.mean / n
        return p * weight, (1 - p) * weight

    def _log_chance(self, k: int, a: float, b: float) -> float:
        n = self.trials
        ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        return float(ways + betaln(k + a, n - k + b) - betaln(a, b))


@dataclass(frozen=True, slots=True)
class MeanLaw:
    """A mean around its expected value: Student's t with ``freedom`` degrees of freedom."""

    mean: float
    deviation: float
    freedom: float

    def at_least(self, seen: float) -> float:
        """Return the chance of ``seen`` or more."""
        return float(stdtr(self.freedom, (self.mean - seen) / self.deviation))

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or less."""
        return float(stdtr(self.freedom, (seen - self.mean) / self.deviation))

    def quantile(self, share: float) -> float:
        """Return the value with ``share`` of the chance below it."""
        return self.mean + float(stdtrit(self.freedom, share)) * self.deviation


def _quantile(
    at_most: Callable[[float], float], share: float, mean: float, deviation: float, most: float
) -> float:
    """Return the smallest whole number whose ``at_most`` reaches ``share``."""
    guess = mean + float(ndtri(share)) * deviation
    if deviation > WIDE:
        return min(max(round(guess), 0.0), most)
    k = max(floor(min(guess, most)), 0)
    while k > 0 and at_most(k - 1) >= share:
        k -= 1
    while k < most and at_most(k) < share:
        k += 1
    return float(k)
