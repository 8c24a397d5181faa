"""Are the data all there? A sample that lost its half says nothing of what it is a sample of.

A sample is taken for incomplete when it has less than half of its usual size, and that is neither
chance (four square roots of the usual size) nor what its own past would make one expect. A count or
a sum has no sample but itself: it is doubted where it fell by half, luck can't explain it, and it
would be good news.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tasks.model import Family, Grain
from tasks.rules.history import DAYS_IN_WEEK, Floats
from tasks.rules.lags import before, earlier, look_back, median
from tasks.rules.panel import Panel
from tasks.rules.scales import COUNTED, Flags, Scale, Scales
from tasks.rules.surprise import Surprise

SAMPLED = frozenset(
    {
        Family.BINOMIAL,
        Family.MEAN_BOUNDED,
        Family.COUNT_RATE,
        Family.RATIO_OF_SUMS,
        Family.QUANTILE,
    }
)
SUMMED = COUNTED | {Family.SUM_HEAVY}
BEYOND_BELIEF = 1e-4
RECENT = 8
RECENT_ENOUGH = 5
WEEKDAYS_ENOUGH = 4
LOST_SHARE = 0.5
LOST_SPREADS = 4.0  # in square roots of the usual size: chance does not lose so much
FEWEST_SPREADS = 2.5  # even where it was always the same so far
LONG, LONG_ENOUGH = 26, 12  # periods by which a sample's own steadiness is known
MOST = 56  # periods that are looked at: as many weekdays as are wanted
STEADY_SPREADS = 5.0
LEAST_SPREAD = 0.1  # no sample is steadier than this, in logarithms


def incomplete(panel: Panel, scales: Scales, found: Mapping[str, Surprise], bad: str) -> Flags:
    """Return where the data look incomplete; ``bad`` is the side that is bad for the business."""
    if panel.is_level:
        return np.zeros(panel.values.shape, dtype=np.bool_)
    lost = np.asarray(has_lost_its_half(panel.sizes, panel.grain) & (panel.family in SAMPLED))
    if panel.family in SUMMED and bad == "up":
        lost |= _has_fallen(scales.up, found["down"])
    return lost


def has_lost_its_half(sizes: Floats, grain: Grain) -> Flags:
    """Return where a sample, of cells by periods, is not even half of what it usually is.

    A Sunday is held against Sundays as well: nobody misses what never comes at weekends.
    """
    columns = np.arange(sizes.shape[1])
    past = before(sizes)
    recent = look_back(past, columns, RECENT)
    usual = np.where(np.isfinite(recent).sum(-1) >= RECENT_ENOUGH, median(recent), np.nan)
    spreads = (usual - sizes) / np.sqrt(np.maximum(usual, 1.0))
    is_beyond_chance = spreads > LOST_SPREADS
    is_unsteady = (spreads > FEWEST_SPREADS) & _is_unsteady(sizes, look_back(past, columns, LONG))
    lost = (sizes < LOST_SHARE * usual) & (is_beyond_chance | is_unsteady)
    if grain is Grain.DAY:
        on_weekday = _usual_on_weekday(sizes)
        lost &= sizes < LOST_SHARE * on_weekday
        lost &= on_weekday - sizes > FEWEST_SPREADS * np.sqrt(np.maximum(on_weekday, 1.0))
    return np.asarray(lost)


def _usual_on_weekday(sizes: Floats) -> Floats:
    """Return the median of the last eight days of the same weekday; NaN where fewer than four."""
    columns = np.arange(sizes.shape[1])
    same = np.stack(
        [earlier(sizes, columns - DAYS_IN_WEEK * back) for back in range(1, RECENT + 1)], axis=-1
    )
    is_known = np.isfinite(same).sum(-1) >= WEEKDAYS_ENOUGH
    return np.where(is_known, median(same), np.nan)


def _has_fallen(scale: Scale, found: Surprise) -> Flags:
    """Return where something that adds up has fallen by half, beyond belief, in one period."""
    amounts = scale.rates if scale.counted is not None else np.exp(scale.rates)
    usual = median(look_back(before(amounts), np.arange(amounts.shape[1]), RECENT))
    is_sudden = (found.length == 1) & (found.chance < BEYOND_BELIEF)
    return np.asarray((amounts < LOST_SHARE * usual) & is_sudden)


def _is_unsteady(sizes: Floats, known: Floats) -> Flags:
    """Return where a size is far below all it has been, by how steady it has been."""
    past = np.log(np.maximum(known, 0.5))
    middle = median(past)
    spread = np.maximum(1.4826 * median(np.abs(past - middle[..., None])), LEAST_SPREAD)
    is_known = np.isfinite(known).sum(-1) >= LONG_ENOUGH
    far = middle - np.log(np.maximum(sizes, 0.5))
    return np.asarray(is_known & (far > STEADY_SPREADS * spread))
