"""What did one segment do before and after a day, and how noisy are its numbers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from tasks.model import Base, Family
from tasks.rules.base import Subject
from tasks.rules.history import Floats

Places = NDArray[np.bool_]


class Scale(StrEnum):
    """What is compared.

    ``share`` by its odds, the ``mean`` of pooled samples, ``events`` and ``sum`` by their factor,
    ``growth`` of a stock, and the ``plain`` values of the rest.
    """

    SHARE = "share"
    MEAN = "mean"
    EVENTS = "events"
    SUM = "sum"
    GROWTH = "growth"
    PLAIN = "plain"


FACTORS = frozenset({Scale.EVENTS, Scale.SUM})
LAWFUL = frozenset({Scale.SHARE, Scale.MEAN, Scale.EVENTS})


def scale_of(subject: Subject) -> Scale:
    """Return how a KPI is compared; a share of a stock has the same customers in every period."""
    if subject.base is Base.LEVEL:
        is_stock = subject.family in {Family.COUNT, Family.SUM_HEAVY}
        return Scale.GROWTH if is_stock else Scale.PLAIN
    return {
        Family.BINOMIAL: Scale.SHARE,
        Family.MEAN_BOUNDED: Scale.MEAN,
        Family.COUNT: Scale.EVENTS,
        Family.COUNT_RATE: Scale.EVENTS,
        Family.SUM_HEAVY: Scale.SUM,
    }.get(subject.family, Scale.PLAIN)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One segment's numbers, a place a period: NaN where there are none.

    ``above`` and ``below`` are numerator and denominator, ``squares`` the sum of squares.
    """

    above: Floats
    below: Floats
    squares: Floats

    @property
    def values(self) -> Floats:
        """The KPI's values."""
        return self.above / np.where(self.below > 0, self.below, np.nan)

    def at(self, where: Places) -> Numbers:
        """Return the numbers of some periods, those without a value left out."""
        where = where & np.isfinite(self.values)
        return Numbers(self.above[where], self.below[where], self.squares[where])


@dataclass(frozen=True, slots=True)
class Moved:
    """What one segment, or all others together, did: before, after, the change and its variance."""

    before: float
    after: float
    change: float
    variance: float


def moved(one: Numbers, sides: Sequence[Places], scale: Scale) -> Moved | None:
    """Return what a segment did from one side to the other; None where one of them is empty."""
    before, after = (one.at(side) for side in sides)
    if not (len(before.above) and len(after.above)):
        return None
    match scale:
        case Scale.SHARE:
            return _odds(before, after)
        case Scale.MEAN:
            return _mean(before, after)
        case Scale.EVENTS:
            return _factor(before, after)
    return _plain(before, after, is_factor=scale is Scale.SUM)


def _mean(before: Numbers, after: Numbers) -> Moved:
    first, last = _level(before), _level(after)
    noise = sum(unit_variance(side) / float(side.below.sum()) for side in (before, after))
    return Moved(first, last, last - first, noise)


def _odds(before: Numbers, after: Numbers) -> Moved:
    """Return how a share's odds changed: what halves them is the same for a rare and a usual thing.

    Half of one more of each kind keeps them finite.
    """
    counts = [(float(side.above.sum()), float(side.below.sum())) for side in (before, after)]
    first, last = (log((events + 0.5) / (n - events + 0.5)) for events, n in counts)
    noise = sum(1 / (events + 0.5) + 1 / (n - events + 0.5) for events, n in counts)
    return Moved(_level(before), _level(after), last - first, noise)


def logit(of: float) -> float:
    """Return the logarithm of a share's odds; none and all are one in a thousand from the end."""
    inside = min(max(of, 0.001), 0.999)
    return log(inside / (1 - inside))


def share(of: float) -> float:
    """Return the share that has these log odds."""
    return 1 / (1 + exp(-of))


def _level(side: Numbers) -> float:
    return float(side.above.sum() / side.below.sum())


def unit_variance(side: Numbers) -> float:
    """Return the variance of a single answer around the mean of all."""
    n, total = float(side.below.sum()), float(side.above.sum())
    return max(float(side.squares.sum()) - total * total / n, 0.0) / max(n - 1, 1.0)


def _factor(before: Numbers, after: Numbers) -> Moved:
    """Return how events changed: half of one more on either side keeps the factor finite."""
    first, last = float(before.above.sum()), float(after.above.sum())
    rates = (first + 0.5) / before.below.sum(), (last + 0.5) / after.below.sum()
    noise = 1 / (first + 0.5) + 1 / (last + 0.5)
    return Moved(_level(before), _level(after), log(rates[1] / rates[0]), noise)


def _plain(before: Numbers, after: Numbers, *, is_factor: bool) -> Moved | None:
    first, last = float(before.values.mean()), float(after.values.mean())
    if is_factor and not (first > 0 and last > 0):
        return None
    change = log(last / first) if is_factor else last - first
    return Moved(first, last, change, 1 / len(before.above) + 1 / len(after.above))


def together(
    kept: Sequence[Numbers],
    did: Sequence[Moved],
    sides: Sequence[Places],
    scale: Scale,
) -> Moved | None:
    """Return all other segments as one; that their sizes shift is no change of theirs."""
    if scale in FACTORS:
        return moved(added(kept), sides, scale)
    sizes = weights(kept, scale)
    noise = np.array([one.variance for one in did])
    firm = (1 / noise) / (1 / noise).sum() if scale is Scale.SHARE else sizes
    return Moved(
        float(np.dot(sizes, [one.before for one in did])),
        float(np.dot(sizes, [one.after for one in did])),
        float(np.dot(firm, [one.change for one in did])),
        float(np.dot(firm**2, noise)),
    )


def weights(kept: Sequence[Numbers], scale: Scale) -> Floats:
    """Return the share each segment has in what all of them did; the same on both sides."""
    sizes = np.array([np.nansum(one.below) for one in kept])
    if scale is Scale.GROWTH or not np.isfinite(sizes).all() or sizes.sum() <= 0:
        sizes = np.ones(len(kept))
    return np.asarray(sizes / sizes.sum())


def added(kept: Sequence[Numbers]) -> Numbers:
    """Return the segments added up; a period in which one of them has no value has none."""
    above = np.sum([one.above for one in kept], axis=0)
    return Numbers(above, _below(kept), np.sum([one.squares for one in kept], axis=0))


def _below(kept: Sequence[Numbers]) -> Floats:
    is_counted = all(np.nanmax(one.below) == 1 for one in kept)  # a plain sum is over nothing
    together = np.sum([one.below for one in kept], axis=0)
    return np.asarray(np.where(np.isfinite(together), 1.0, np.nan) if is_counted else together)
