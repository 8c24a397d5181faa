"""What was the level before, how much did it wander, and how well do we know it?

Every row is one period to be judged; its columns are the periods before it, newest last. Recent
periods count more, periods that were out of the ordinary count less, so that one bad week neither
raises what is called usual nor widens the range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.model import Grain
from tasks.rules.history import Floats

ROUNDS = 3
OUTLYING = 2.5  # standard deviations from which a past period counts less
FIRM = 3.0  # standard deviations a past period adds at most to the spread
PRIOR_PERIODS = 6.0  # how many periods of history the prior spread is worth
UNSURE = 8.0  # a spread that is itself a guess has longer tails than one that is known
LEAST_EVENTS = 0.5  # a year without one event does not make the next event impossible
EVENTS_WANTED = 20.0  # below this many events memory reaches back further: noise outweighs drift
SMALL_SAMPLE = 1.05  # the spread around a fitted level is a little less than around the true one
NOTHING = 1e-30  # stands in for a zero that something is divided by
WANDER = 0.03  # levels drift by so much of themselves between the past and now
WANDER_SHARE = 0.15  # but by no more than this share of the variance of one period


@dataclass(frozen=True, slots=True)
class Memory:
    """How far back a grain looks, in periods of that grain."""

    reach: int
    half_life: float
    enough: int
    per_year: int


MEMORY = {
    Grain.DAY: Memory(84, 35.0, 35, 365),
    Grain.WEEK: Memory(52, 14.0, 12, 52),
    Grain.MONTH: Memory(24, 9.0, 8, 12),
    Grain.QUARTER: Memory(12, 6.0, 8, 4),
    Grain.YEAR: Memory(10, 5.0, 8, 1),
}


@dataclass(frozen=True, slots=True)
class Noise:
    """A family's chance noise: variance of one unit of exposure at a level, and what we assume.

    ``prior`` gives the between-period variance assumed before any is seen; ``tame`` keeps a level
    possible; ``size`` is what wander is a share of; ``step`` is one event, 0 where nothing counts.
    """

    unit: Callable[[Floats], Floats]
    prior: Callable[[Floats, Floats], Floats]
    tame: Callable[[Floats, Floats], Floats]
    size: Callable[[Floats], Floats]
    step: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """One row per judged period: the level, its between-period variance, and its own uncertainty.

    ``wander`` is the variance of the drift since; ``points`` how many periods it all rests on.
    """

    level: Floats
    between: Floats
    own: Floats
    wander: Floats
    points: Floats

    @property
    def beyond_chance(self) -> Floats:
        """The variance of one new rate on top of chance noise."""
        return self.between + self.own + self.wander


def look_back(seen: Floats, rows: Sequence[int], reach: int) -> Floats:
    """Return, for each of ``rows``, the ``reach`` values before it (NaN before the beginning)."""
    padded = np.concatenate([np.full(reach, np.nan), seen])
    starts = np.asarray(rows, dtype=np.intp)
    return np.asarray(padded[starts[:, None] + np.arange(reach)])


def fit(rates: Floats, exposures: Floats, memory: Memory, noise: Noise) -> Baseline:
    """Return the baseline of every row of past ``rates`` and ``exposures`` (same shape)."""
    known = np.isfinite(rates) & (exposures > 0)
    x, e = np.where(known, rates, 0.0), np.where(known, exposures, 1.0)
    fade = _fade(x, e * known, memory, noise) * known
    level = noise.tame(_mean(fade * e, x), (e * known).sum(1))
    between = noise.prior(level, _typical(noise.unit(level)[:, None] / e, fade))
    for _ in range(ROUNDS):
        chance = noise.unit(level)[:, None] / e
        total = np.maximum(chance + between[:, None], NOTHING)
        distance = np.maximum(np.abs(x - level[:, None]) - noise.step / e, 0.0)
        trust = np.minimum(1.0, OUTLYING**2 * total / np.maximum(distance**2, NOTHING))
        weight = fade * trust / total
        level = noise.tame(_mean(weight, x), (e * known).sum(1))
        between, periods = _between(
            (x - level[:, None]) ** 2, chance, total, fade * np.sqrt(trust), noise, level
        )
    between = between * (1 + UNSURE / (PRIOR_PERIODS + periods))
    own = (weight**2 * total).sum(1) / np.maximum(weight.sum(1) ** 2, NOTHING)
    now = _typical(noise.unit(level)[:, None] / e, fade) + between
    wander = np.minimum((WANDER * noise.size(level)) ** 2, WANDER_SHARE * now)
    return Baseline(level, between, own, wander, known.sum(1).astype(np.float64))


def _fade(x: Floats, e: Floats, memory: Memory, noise: Noise) -> Floats:
    """Return how much each past period counts for its age alone: half after one half-life.

    Where events are rare, chance noise outweighs any drift, so the memory is stretched until it
    holds about ``EVENTS_WANTED`` events.
    """
    ages = np.arange(memory.reach - 1, -1, -1, dtype=np.float64)
    fade = np.broadcast_to(0.5 ** (ages / memory.half_life), x.shape)
    if noise.step == 0:
        return fade
    events = (fade * e).sum(1) * noise.size(_mean(fade * e, x))
    stretch = np.maximum(1.0, EVENTS_WANTED / np.maximum(events, LEAST_EVENTS))
    return np.asarray(0.5 ** (ages / (memory.half_life * stretch[:, None])))


def _between(
    squared: Floats,
    chance: Floats,
    total: Floats,
    fade: Floats,
    noise: Noise,
    level: Floats,
) -> tuple[Floats, Floats]:
    """Return the variance between periods, and how many periods tell us about it.

    It is what chance noise leaves over, shrunk to the prior.
    """
    telling = fade * (chance / total) ** 2
    surplus = np.minimum(squared, FIRM**2 * total) * SMALL_SAMPLE - chance
    found = _mean(telling, surplus)
    periods = telling.sum(1) ** 2 / np.maximum((telling**2).sum(1), NOTHING)
    assumed = noise.prior(level, _typical(chance, fade))
    shrunk = (PRIOR_PERIODS * assumed + periods * found) / (PRIOR_PERIODS + periods)
    return np.maximum(shrunk, 0.0), periods


def _mean(weights: Floats, values: Floats) -> Floats:
    """Return the weighted mean of every row; 0 where nothing has weight."""
    return np.asarray((weights * values).sum(1) / np.maximum(weights.sum(1), NOTHING))


def _typical(values: Floats, weights: Floats) -> Floats:
    return _mean(weights, values)
