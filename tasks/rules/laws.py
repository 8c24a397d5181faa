"""How likely is a count, a share or a mean, given what is usual: exact tails, no normal theory.

``mean`` is the expected number of events; ``ratio`` is how much wider than pure chance the numbers
spread (variance over chance variance): 1 is a Poisson or binomial, more is a negative binomial or
beta-binomial with the same mean and the wider variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, floor, log, log1p, sqrt
from typing import Protocol

import numpy as np

from tasks.rules import special
from tasks.rules.history import Floats

NO_EXTRA_SPREAD = 1e-6  # below this the wider law and the plain one agree to every digit shown
CHUNK = 128
NEGLIGIBLE = 1e-17
WIDE = 40.0  # beyond this standard deviation the steps between whole numbers no longer matter
REACH = 10.0  # standard deviations that hold everything a quantile can ask for


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
        if self._is_plain:
            return float(special.gammainc(k, self.mean))
        return float(special.betainc(k, self._shape, 1 - 1 / self.ratio))

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or less."""
        k = floor(seen)
        if k < 0:
            return 0.0
        if self._is_plain:
            return float(special.gammaincc(k + 1, self.mean))
        return float(special.betainc(self._shape, k + 1, 1 / self.ratio))

    def quantile(self, share: float) -> float:
        """Return the smallest whole number with at least ``share`` at or below it."""
        return _quantile(self, sqrt(self.mean * self.ratio), share, np.inf)

    def chances(self, k: Floats) -> Floats:
        """Return the chance of each whole number in ``k``."""
        if self._is_plain:
            return np.asarray(
                np.exp(special.xlogy(k, self.mean) - self.mean - special.gammaln(k + 1))
            )
        r = self._shape
        ways = special.gammaln(k + r) - special.gammaln(r) - special.gammaln(k + 1)
        return np.asarray(np.exp(ways - r * log(self.ratio) + k * log1p(-1 / self.ratio)))

    @property
    def _is_plain(self) -> bool:
        return self.ratio - 1 < NO_EXTRA_SPREAD

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
        mirrored = ShareLaw(self.trials - self.mean, self.trials, self.ratio)
        return mirrored.at_most(self.trials - ceil(seen))

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or fewer of the trials."""
        k = floor(seen)
        if k < 0:
            return 0.0
        if k >= self.trials:
            return 1.0
        if self._is_plain:
            return float(special.betainc(self.trials - k, k + 1, 1 - self.mean / self.trials))
        if k > self.mean:  # the rest is the shorter sum, and the exact one
            mirrored = ShareLaw(self.trials - self.mean, self.trials, self.ratio)
            return 1.0 - mirrored.at_most(self.trials - k - 1)
        return self._sum_down(k)

    def quantile(self, share: float) -> float:
        """Return the smallest whole number with at least ``share`` at or below it."""
        deviation = sqrt(self.mean * (1 - self.mean / self.trials) * self.ratio)
        return _quantile(self, deviation, share, self.trials)

    def chances(self, k: Floats) -> Floats:
        """Return the chance of each whole number in ``k``, which are 0 to ``trials``."""
        n = self.trials
        ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        p = self.mean / n
        if self._is_plain:
            return np.asarray(np.exp(ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)))
        ratio = min(self.ratio, 1 + 0.9 * (n - 1))  # at n all trials would be one single trial
        weight = (n - ratio) / (ratio - 1)
        a, b = p * weight, (1 - p) * weight
        return np.asarray(np.exp(ways + special.betaln(k + a, n - k + b) - special.betaln(a, b)))

    @property
    def _is_plain(self) -> bool:
        return self.trials == 1 or self.ratio - 1 < NO_EXTRA_SPREAD

    def _sum_down(self, k: int) -> float:
        """Return the chance of ``k`` or fewer, adding terms downwards while they still count."""
        total = 0.0
        while k >= 0:
            terms = self.chances(np.arange(max(k - CHUNK + 1, 0), k + 1, dtype=np.float64))
            total += float(terms.sum())
            if terms[0] <= NEGLIGIBLE * total:
                break
            k -= CHUNK
        return min(total, 1.0)


@dataclass(frozen=True, slots=True)
class MeanLaw:
    """A mean around its expected value: Student's t with ``freedom`` degrees of freedom."""

    mean: float
    deviation: float
    freedom: float

    def at_least(self, seen: float) -> float:
        """Return the chance of ``seen`` or more."""
        return float(special.stdtr(self.freedom, (self.mean - seen) / self.deviation))

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or less."""
        return float(special.stdtr(self.freedom, (seen - self.mean) / self.deviation))

    def quantile(self, share: float) -> float:
        """Return the value with ``share`` of the chance below it."""
        return self.mean + float(special.stdtrit(self.freedom, share)) * self.deviation


@dataclass(frozen=True, slots=True)
class AmountLaw:
    """An amount whose logarithm lies around ``middle``: money, minutes, a stock."""

    middle: float
    deviation: float
    freedom: float

    @property
    def mean(self) -> float:
        """The amount that half of such periods stay below."""
        return exp(self.middle)

    def at_least(self, seen: float) -> float:
        """Return the chance of ``seen`` or more."""
        return self._logarithms.at_least(log(seen)) if seen > 0 else 1.0

    def at_most(self, seen: float) -> float:
        """Return the chance of ``seen`` or less."""
        return self._logarithms.at_most(log(seen)) if seen > 0 else 0.0

    def quantile(self, share: float) -> float:
        """Return the amount with ``share`` of the chance below it."""
        return exp(self._logarithms.quantile(share))

    @property
    def _logarithms(self) -> MeanLaw:
        return MeanLaw(self.middle, self.deviation, self.freedom)


def _quantile(law: CountLaw | ShareLaw, deviation: float, share: float, most: float) -> float:
    """Return the smallest whole number with at least ``share`` of the chance at or below it."""
    if deviation > WIDE:
        return min(max(round(law.mean + float(special.ndtri(share)) * deviation), 0.0), most)
    reach = REACH * (deviation + 1)
    first = max(floor(law.mean - reach), 0)
    numbers = np.arange(first, min(ceil(law.mean + reach), most) + 1, dtype=np.float64)
    below = np.cumsum(law.chances(numbers))
    place = int(np.searchsorted(below, share))
    return float(numbers[min(place, len(numbers) - 1)])
