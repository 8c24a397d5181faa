"""On which scale does a KPI's noise have one size, and how large is it there?

Counts and shares stay rates, whose chance noise follows from the rate itself. Ratios, quantiles
and high sums are judged by their logarithm, low sums by their cube root, means as they are, stocks
by their growth from one close to the next. Holidays, quarter ends and weekdays are taken out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.model import Family, Grain
from tasks.rules.baseline import MEMORY, Noise
from tasks.rules.history import Floats
from tasks.rules.lags import around, before, trailing_mean
from tasks.rules.noises import COUNTS, LOGARITHMS, PLAIN, ROOTS, SHARES
from tasks.rules.panel import Panel, Places
from tasks.rules.seasons import MARGIN, Occasions, Seasons, learned, no_seasons

Flags = NDArray[np.bool_]

COUNTED = frozenset({Family.COUNT, Family.COUNT_RATE})
EVENTS = COUNTED | {Family.BINOMIAL}
AMOUNTS = frozenset({Family.SUM_HEAVY, Family.RATIO_OF_SUMS, Family.QUANTILE})
JUDGED = EVENTS | AMOUNTS | {Family.MEAN_BOUNDED}
FIRST_VALUES = 8  # by these it is decided what kind of numbers a cell has
SHUT = 0.15  # a day of less than this share of the usual, and of no event, tells nothing
DEEPEST = 0.05  # no occasion takes more than all but this share
NEXT_TO_NOTHING = 0.03  # an amount of nothing counts as so much of the usual: it has no logarithm
FEWEST_DEALS = 3.0  # a sum of fewer is the luck of single deals
TYPICAL_SIZE = 13  # periods by which the number of deals to expect is known
MEAN_DISTANCE = 0.798  # of a draw from the normal law, in standard deviations
FAR = 3.0  # distances count up to so much of the usual distance
DIFFERENT = 0.01  # what keeps the weight of a very large segment finite
NOTHING = 1e-12
OF_COUNTS = Occasions(0.35, 0.05)
OF_SUMS = Occasions(0.35, 0.4)
OF_RATES = Occasions(0.06, 0.02)
OF_MEANS = Occasions(0.1, 0.03)


class Counted(NamedTuple):
    """The bare numbers where something is counted: so many events of so many."""

    events: Floats
    trials: Floats


@dataclass(frozen=True)
class Scale:
    """What a panel looks like on one scale, the calendar's effects taken out.

    By chance, ``rates`` have the variance ``noise.unit(level, pooled) / exposures``; ``pooled`` is
    what the periods so far tell of one unit. ``unsure`` is the variance that the calendar's effects
    leave, in squares of ``noise.size``. Where ``is_turned``, up and down have changed places: the
    rarer of two opposites is counted. ``lumps`` is how many customers (tickets, ...) a period's
    whole amount is made of, where nothing else tells how unlike each other they are; of low sums,
    the deals to expect.
    """

    grain: Grain
    noise: Noise
    rates: Floats
    exposures: Floats
    pooled: Floats
    unsure: Floats
    is_turned: Flags
    counted: Counted | None = None
    lumps: Floats | None = None

    def since(self, column: int, row: int) -> Scale:
        """Return one row of the scale as if nothing had been known before ``column``."""
        only = slice(row, row + 1)
        hidden = np.arange(self.rates.shape[1]) < column
        return replace(
            self,
            rates=np.where(hidden, np.nan, self.rates[only]),
            exposures=self.exposures[only],
            pooled=self.pooled[only],
            unsure=self.unsure[only],
            is_turned=self.is_turned[only],
            counted=self.counted and Counted(*(each[only] for each in self.counted)),
            lumps=None if self.lumps is None else self.lumps[only],
        )


class Scales(NamedTuple):
    """The scales for what is too high and for what is too low; for most families they are one."""

    up: Scale
    down: Scale

    def since(self, column: int, row: int) -> Scales:
        """Return one row as if nothing had been known before ``column``."""
        up = self.up.since(column, row)
        return Scales(up, up if self.down is self.up else self.down.since(column, row))


def scales_of(panel: Panel) -> Scales:
    """Return the scales on which the cells of ``panel`` are judged; ``kinds_of`` split it."""
    if panel.is_level:
        return _both(_growth(panel))
    if panel.family in EVENTS:
        return _both(_events(panel))
    if panel.family is Family.SUM_HEAVY:
        return _sums(panel)
    return _both(_means(panel) if panel.family is Family.MEAN_BOUNDED else _logarithms(panel))


def kinds_of(panel: Panel) -> Iterator[tuple[Places, Panel]]:
    """Yield the panel in parts, with their rows: amounts that may be negative stay as they are.

    A sum that may be negative is left out. What was won less what was lost is a few large amounts
    either way, and has no level of its own: its parts and the stock it moves are judged.
    """
    if panel.family not in AMOUNTS and not panel.is_level:
        yield np.arange(len(panel.values)), panel
        return
    is_signed = np.array([bool((_first(row) <= 0).any()) for row in panel.values])
    for rows in (np.flatnonzero(~is_signed), np.flatnonzero(is_signed)):
        if not rows.size:
            continue
        part = panel.of(rows)
        is_plain = bool(is_signed[rows[0]])
        if is_plain and panel.family is Family.SUM_HEAVY and not panel.is_level:
            continue
        yield rows, replace(part, family=Family.MEAN_BOUNDED) if is_plain else part


def _both(scale: Scale) -> Scales:
    return Scales(scale, scale)


def _first(values: Floats) -> Floats:
    return np.asarray(values[np.isfinite(values)][:FIRST_VALUES])


def _events(panel: Panel) -> Scale:
    is_share = panel.family is Family.BINOMIAL
    trials = panel.below
    if not is_share:  # counts that are not held against anything
        trials = np.where(np.isfinite(trials), trials, 1.0)
    is_possible = (panel.above >= 0) & ((panel.above <= trials) | (not is_share)) & (trials > 0)
    trials = np.where(is_possible & np.isfinite(panel.above), trials, np.nan)
    is_turned = np.array([is_share and _is_common(row) for row in panel.values])
    events = np.where(is_turned[:, None], trials - panel.above, panel.above)
    events = np.where(np.isfinite(trials), events, np.nan)
    rates = (events + 0.5) / (trials + is_share)  # half an event keeps the logarithm of none finite
    weights = 1 / (np.clip(1 / np.maximum(events, 0.5), 1e-4, 4.0) + DIFFERENT)
    sides = np.unique(panel.kpi * 2 + is_turned, return_inverse=True)[1]
    alike = replace(panel, kpi=sides)  # what is good for one side is bad for the other
    seasons = _seasons(alike, np.log(rates), weights, OF_RATES if is_share else OF_COUNTS)
    is_shut = (events == 0) & (seasons.effect < np.log(SHUT))
    exposures = np.where(is_shut, np.nan, trials) * np.exp(seasons.effect)
    return Scale(
        panel.grain,
        SHARES if is_share else COUNTS,
        events / exposures,
        exposures,
        np.ones_like(exposures),
        seasons.variance,
        is_turned,
        Counted(events, trials),
    )


def _is_common(values: Floats) -> bool:
    """Return whether a share is more than a half, going by its first values."""
    first = _first(values)
    return bool(first.size) and float(first.mean()) > 1 / 2


def _means(panel: Panel) -> Scale:
    sizes = _sizes(panel)
    pooled = _pooled(panel, panel.values, panel.deviations, sizes)
    unit = np.sqrt(np.maximum(pooled, NOTHING))
    seasons = _seasons(panel, panel.values, sizes, OF_MEANS, unit)
    rates = panel.values - seasons.effect * unit
    return _measured(panel, PLAIN, rates, sizes, pooled, seasons)


def _logarithms(panel: Panel) -> Scale:
    sizes, amounts = _sizes(panel), positive(panel)
    rates = np.log(amounts)
    pooled = _pooled(panel, rates, panel.deviations / amounts, sizes)
    seasons = _seasons(panel, rates, _reliance(pooled, sizes), OF_RATES)
    made = _measured(panel, LOGARITHMS, rates - seasons.effect, sizes, pooled, seasons)
    is_known = np.isfinite(panel.deviations).any(axis=1, keepdims=True)
    return replace(made, lumps=np.where(is_known, np.nan, panel.sizes))


def _sums(panel: Panel) -> Scales:
    """Return two scales for a sum: many small and few large amounts add up askew.

    What is usually the sum of one or two amounts is as large as they are: it follows no law.
    """
    amounts, known = positive(panel), np.isfinite(panel.sizes)
    typical = trailing_mean(panel.sizes, known.astype(float), TYPICAL_SIZE)
    amounts = np.where(typical < FEWEST_DEALS, np.nan, amounts)
    sizes = np.where(known & np.isfinite(typical), np.maximum(typical, 0.5), 1.0)
    each = np.where(panel.sizes > 1, panel.deviations * panel.sizes / amounts, np.nan)
    rates = np.log(amounts)
    pooled = _pooled(panel, rates, np.sqrt(each**2 + 1), sizes)
    seasons = _seasons(panel, rates, _reliance(pooled, sizes), OF_SUMS)
    roots = np.cbrt(np.where(np.isfinite(amounts), np.maximum(panel.values, 0.0), np.nan))
    roots = roots * np.exp(-seasons.effect / 3)
    low = _measured(panel, ROOTS, roots, sizes, pooled, seasons)
    return Scales(
        _measured(panel, LOGARITHMS, rates - seasons.effect, sizes, pooled, seasons),
        replace(low, lumps=np.where(known, typical, np.nan)),
    )


def _growth(panel: Panel) -> Scale:
    """Return a stock's growth from each close to the next, as a share of itself if it can be."""
    is_plain = panel.family is Family.MEAN_BOUNDED
    levels = panel.values if is_plain else np.log(positive(panel))
    rates = np.diff(levels, axis=1, prepend=np.nan)
    sizes = np.ones_like(rates)
    pooled = _pooled(panel, rates, np.full_like(rates, np.nan), sizes)
    made = _measured(panel, PLAIN, rates, sizes, pooled, no_seasons(rates.shape))
    return replace(made, lumps=before(_customers(panel)))


def _customers(panel: Panel) -> Floats:
    """Return how many single customers each level is made of; 1 for one that may be negative.

    Its sample tells that of a stock of money; without one, what is in whole numbers is its own.
    """
    if panel.family is Family.MEAN_BOUNDED:
        return np.ones_like(panel.values)
    if panel.family not in COUNTED and np.isfinite(panel.sizes).any():
        return panel.sizes
    is_whole = np.array([bool((_first(row) % 1 == 0).all()) for row in panel.values])
    return np.where(is_whole[:, None], panel.values, np.nan)


def _measured(
    panel: Panel, noise: Noise, rates: Floats, sizes: Floats, pooled: Floats, seasons: Seasons
) -> Scale:
    is_turned = np.zeros(len(rates), dtype=np.bool_)
    return Scale(panel.grain, noise, rates, sizes, pooled, seasons.variance, is_turned)


def _sizes(panel: Panel) -> Floats:
    return np.where(np.isfinite(panel.sizes), np.maximum(panel.sizes, 0.0), 1.0)


def positive(panel: Panel) -> Floats:
    """Return the amounts, those of next to nothing lifted to what still has a logarithm."""
    known = np.isfinite(panel.values).astype(float)
    usual = trailing_mean(panel.values, known, MEMORY[panel.grain].reach)
    return np.maximum(panel.values, np.maximum(NEXT_TO_NOTHING * usual, NOTHING))


def _reliance(pooled: Floats, sizes: Floats) -> Floats:
    return 1 / (np.clip(pooled / np.maximum(sizes, 1.0), 1e-4, 4.0) + DIFFERENT)


def _seasons(
    panel: Panel,
    rates: Floats,
    weights: Floats,
    prior: Occasions,
    unit: Floats | float = 1.0,
) -> Seasons:
    if panel.grain not in MARGIN:
        return no_seasons(rates.shape)
    departures = (rates - around(rates, MARGIN[panel.grain])) / unit
    departures = np.maximum(departures, np.log(DEEPEST))
    if panel.family is Family.MEAN_BOUNDED:  # the first units may be far too small
        departures = np.minimum(departures, -np.log(DEEPEST))
    return learned(departures, weights, panel.kpi, (panel.grain, panel.first), prior)


def _pooled(panel: Panel, rates: Floats, told: Floats, sizes: Floats) -> Floats:
    """Return the variance of one unit by the end of every period, from all periods so far.

    Where no deviations were kept (``told``), what one period differs from the next by tells it.
    """
    reach = MEMORY[panel.grain].reach
    kept = trailing_mean(told, np.maximum(sizes - 1, 0.2), reach)
    return np.where(kept > 0, kept, _from_differences(rates, sizes, reach)) ** 2


def _from_differences(rates: Floats, sizes: Floats, reach: int) -> Floats:
    shares = 1 / np.maximum(sizes, 1.0)
    noise = np.sqrt(shares + np.roll(shares, 1, axis=1))
    far = np.abs(np.diff(rates, axis=1, prepend=np.nan)) / noise
    ones = np.ones_like(far)
    usual = np.roll(trailing_mean(far, ones, reach), 1, axis=1)
    usual[:, :1] = np.nan
    capped = np.where(usual > 0, np.minimum(far, FAR * usual), far)
    return trailing_mean(capped, ones, reach) / MEAN_DISTANCE
