"""What was the level by then, how much did it wander, and how well do we know it?

Arrays are cells by periods; the level of a column is what its own period and those before tell.
Recent periods count more, periods that were out of the ordinary count less, so that one bad week
neither raises what is called usual nor widens the range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np

from tasks.model import Grain
from tasks.rules.history import Floats
from tasks.rules.lags import earlier, look_back
from tasks.rules.panel import Places

ROUNDS = 3
OUTLYING = 2.5  # standard deviations from which a past period counts less
FIRM = 3.0  # standard deviations a past period adds at most to the spread
FIRM_AT_FIRST = 4.0  # the same as long as the spread between periods is not known
PRIOR_PERIODS = 8.0  # how many periods of history the prior spread is worth
PRIOR_AT_LEAST = 0.25  # of that, where far more spread was seen than was assumed
EVENTS_WANTED = 20.0  # below this many events memory reaches back further
LEAST_EVENTS = 0.5
SMALL_SAMPLE = 1.05  # the spread around a fitted level is a little less than around the true one
NOTHING = 1e-30  # stands in for a zero that something is divided by
WANDER_SHARE = 0.15  # but by no more than this share of the variance of one period
DOUBTED = 2.0  # standard errors by which neighbours have to be alike before it counts
AT_ONCE = 400_000  # numbers worked on together: they should fit into a processor's cache


@dataclass(frozen=True, slots=True)
class Memory:
    """How far back a grain looks, in periods of that grain."""

    reach: int
    half_life: float
    enough: int
    per_year: int


MEMORY = {
    Grain.DAY: Memory(84, 50.0, 35, 365),
    Grain.WEEK: Memory(52, 20.0, 12, 52),
    Grain.MONTH: Memory(24, 13.0, 8, 12),
    Grain.QUARTER: Memory(12, 6.0, 8, 4),
    Grain.YEAR: Memory(10, 5.0, 8, 1),
}


@dataclass(frozen=True, slots=True)
class Noise:
    """A family's chance noise, as functions of the level and the pooled variance of one unit.

    ``unit`` is the variance of one unit of exposure, ``size`` what effects are measured
    in; the level drifts by ``wander`` of it between the past and now. ``assumed`` is by which share
    of itself chance noise is exceeded before anything was seen; where something ``is_counted``, by
    no more than a ``swing`` of the level.
    ``tame`` keeps a level possible for so much exposure; ``step`` is one event, 0 where nothing
    counts.
    """

    unit: Callable[[Floats, Floats], Floats]
    size: Callable[[Floats, Floats], Floats]
    assumed: float
    wander: float
    swing: float = 0.0
    is_counted: bool = False
    tame: Callable[[Floats, Floats], Floats] = lambda level, _exposure: level


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of cells by periods, on one scale; see ``scales.Scale``.

    ``pooled`` is the variance of one unit by the end of every period.
    """

    rates: Floats
    exposures: Floats
    pooled: Floats
    unsure: Floats

    def before(self, columns: Places, reach: int) -> Seen:
        """Return the last ``reach`` periods up to each of ``columns``, on a further axis."""
        x, e, unsure = (
            look_back(each, columns, reach) for each in (self.rates, self.exposures, self.unsure)
        )
        return Seen(x, e, self.pooled[:, columns], unsure)


@dataclass(frozen=True, slots=True)
class Baseline:
    """One column per period: the level by then, its between-period variance, its own uncertainty.

    ``echo`` is how much of that variance a period shares with the one before it, ``wander`` the
    variance of the drift since. ``points`` is how many periods it all rests on, ``pooled`` the
    variance of one unit it was found with.
    """

    level: Floats
    between: Floats
    echo: Floats
    own: Floats
    wander: Floats
    points: Floats
    pooled: Floats

    def before(self, columns: Places) -> Baseline:
        """Return the baseline as it was at ``columns``; NaN before the beginning."""
        return Baseline(*(earlier(getattr(self, each.name), columns) for each in fields(self)))


def fit(seen: Seen, columns: Places, grain: Grain, noise: Noise) -> Baseline:
    """Return the baseline by the end of each of ``columns``, NaN in all the others."""
    memory = MEMORY[grain]
    made = [np.full(seen.rates.shape, np.nan) for _ in fields(Baseline)]
    for some in _parts(columns, seen.rates.shape[0] * memory.reach):
        found = _fit(seen.before(some, memory.reach), memory, noise)
        for whole, each in zip(made, fields(Baseline), strict=True):
            whole[:, some] = getattr(found, each.name)
    return Baseline(*made)


def _parts(columns: Places, width: int) -> Iterator[Places]:
    count = max(1, AT_ONCE // max(width, 1))
    for start in range(0, len(columns), count):
        yield columns[start : start + count]


def _fit(seen: Seen, memory: Memory, noise: Noise) -> Baseline:
    pooled = seen.pooled
    known = np.isfinite(seen.rates) & (seen.exposures > 0)
    x, e = np.where(known, seen.rates, 0.0), np.where(known, seen.exposures, 1.0)
    unsure = np.where(known, np.nan_to_num(seen.unsure), 0.0)
    ages = np.arange(memory.reach - 1, -1, -1, dtype=np.float64)
    fade = 0.5 ** (ages / memory.half_life) * known
    exposed = (e * known).sum(-1)
    level = noise.tame(_mean(fade * e, x), exposed)
    if noise.is_counted:
        fade = known * 0.5 ** (ages / _half_life((fade * e).sum(-1) * level, memory))
    between, trust = np.zeros_like(level), np.ones_like(x)
    chance = _chance(noise, level, pooled, e, unsure)
    firm = FIRM_AT_FIRST
    for _ in range(ROUNDS):
        total = np.maximum(chance + between[..., None], NOTHING)
        level = noise.tame(_mean(fade * trust / total, x), exposed)
        chance = _chance(noise, level, pooled, e, unsure)
        total = np.maximum(chance + between[..., None], NOTHING)
        squared = (x - level[..., None]) ** 2
        trust = np.minimum(1.0, OUTLYING**2 * total / np.maximum(squared, NOTHING))
        assumed = noise.assumed * _mean(fade, noise.unit(level, pooled)[..., None] / e)
        if noise.is_counted:
            assumed = np.minimum(assumed, (noise.swing * noise.size(level, pooled)) ** 2)
        between = _between(
            np.minimum(squared, firm**2 * total), chance, total, fade * np.sqrt(trust), assumed
        )
        firm = FIRM
    total = np.maximum(chance + between[..., None], NOTHING)
    own = 1 / np.maximum((fade * trust / total).sum(-1), NOTHING)
    now = _mean(fade, noise.unit(level, pooled)[..., None] / e) + between
    wander = np.minimum((noise.wander * noise.size(level, pooled)) ** 2, WANDER_SHARE * now)
    echo = _echo(x - level[..., None], total, fade, between)
    return Baseline(level, between, echo, own, wander, known.sum(-1).astype(np.float64), pooled)


def _chance(noise: Noise, level: Floats, pooled: Floats, exposed: Floats, unsure: Floats) -> Floats:
    """Return the variance of every past period that needs no further explanation.

    That is chance, and what the calendar's effects were not known well enough for then.
    """
    size = noise.size(level, pooled)[..., None]
    return np.asarray(noise.unit(level, pooled)[..., None] / exposed + unsure * size**2)


def _echo(off: Floats, total: Floats, fade: Floats, between: Floats) -> Floats:
    """Return the variance that neighbours share: what is low today is low tomorrow.

    So much of it is believed as luck would hardly show in unrelated periods.
    """
    far = np.clip(off / np.sqrt(total), -FIRM, FIRM)
    pairs = fade[..., 1:] * (fade[..., :-1] > 0)
    alike = _mean(pairs, far[..., 1:] * far[..., :-1]) / np.maximum(_mean(fade, far**2), NOTHING)
    luck = 1 / np.sqrt(np.maximum(pairs.sum(-1) ** 2 / np.maximum((pairs**2).sum(-1), NOTHING), 1))
    believed = np.clip(alike - DOUBTED * luck, 0.0, 1.0)
    return np.asarray(np.minimum(believed * _mean(fade, total), between))


def _half_life(events: Floats, memory: Memory) -> Floats:
    """Return how long ago counts half, longer where events are rare: noise outweighs drift then."""
    stretch = np.maximum(1.0, EVENTS_WANTED / np.maximum(events, LEAST_EVENTS))
    return np.asarray(memory.half_life * stretch[..., None])


def _between(
    squared: Floats, chance: Floats, total: Floats, fade: Floats, assumed: Floats
) -> Floats:
    """Return the variance between periods: what chance noise leaves over, shrunk to the prior."""
    telling = fade / np.maximum(total, NOTHING) ** 2
    found = _mean(telling, SMALL_SAMPLE * squared - chance)
    periods = telling.sum(-1) ** 2 / np.maximum((telling**2).sum(-1), NOTHING)
    prior = PRIOR_PERIODS * np.clip(assumed / np.maximum(found, NOTHING), PRIOR_AT_LEAST, 1.0)
    shrunk = (prior * assumed + periods * found) / (prior + periods)
    return np.asarray(np.maximum(shrunk, 0.0))


def _mean(weights: Floats, values: Floats) -> Floats:
    """Return the weighted mean along the last axis; 0 where nothing has weight."""
    return np.asarray((weights * values).sum(-1) / np.maximum(weights.sum(-1), NOTHING))
