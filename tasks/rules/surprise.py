"""Which periods are out of the ordinary, and what would it cost to be told of all that are as much?

The cost is in false alarms a year: every window has a share of a cell's yearly budget, and what
luck would bring so often is told to those who can afford it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tasks.model import Grain
from tasks.rules.baseline import MEMORY, Seen, fit
from tasks.rules.history import Floats
from tasks.rules.panel import Places
from tasks.rules.scales import Flags, Scale, Scales
from tasks.rules.windows import WINDOWS, Window, window

SIDES = {"up": 1.0, "down": -1.0}
STILL_ON = 0.6  # standard deviations the newest period of a longer window has to be off by
NOT_ALONE = 1.5  # and a window without its loudest period: one burst is no trend, nor told twice
CALM = 1.0  # standard deviations within which a period is ordinary


@dataclass(frozen=True)
class Surprise:
    """One side of every cell and end.

    ``cost`` is in false alarms a year, infinite where nothing is surprising or can be told;
    ``length`` is the window that is the most surprising for its share, ``chance`` its tail;
    ``alone`` is the cost of the newest period by itself. ``is_calm`` tells what is back to normal;
    ``is_told`` where anything can be said at all.
    """

    cost: Floats
    alone: Floats
    length: Places
    chance: Floats
    is_calm: Flags
    is_told: Flags


@dataclass(frozen=True)
class Look:
    """Cells of one kind at some ends: the scales they were judged on, and what was seen by side."""

    scales: Scales
    windows: Mapping[str, Mapping[int, Window]]
    surprises: Mapping[str, Surprise]


def look_at(scales: Scales, ends: Places) -> Look:
    """Return what is surprisingly high and surprisingly low at each of ``ends``, for every cell.

    One fit serves both sides where their scale is one.
    """
    up = windows_of(scales.up, ends)
    down = up if scales.down is scales.up else windows_of(scales.down, ends)
    windows = {"up": up, "down": down}
    found = {side: _surprise(seen, scales.up.grain, side) for side, seen in windows.items()}
    return Look(scales, windows, found)


def windows_of(scale: Scale, ends: Places) -> Mapping[int, Window]:
    """Return the windows of every length up to each of ``ends``."""
    lengths = WINDOWS[scale.grain]
    needed = np.unique(np.concatenate([ends - length for length in lengths]))
    seen = Seen(scale.rates, scale.exposures, scale.pooled, scale.unsure)
    baseline = fit(seen, needed[needed >= 0], scale.grain, scale.noise)
    return {length: window(scale, baseline, ends, length) for length in lengths}


def _surprise(windows: Mapping[int, Window], grain: Grain, side: str) -> Surprise:
    per_year, shares, sign = MEMORY[grain].per_year, WINDOWS[grain], SIDES[side]
    newest = np.nan_to_num(windows[1].distance * sign)
    cost, chance = np.full(newest.shape, np.inf), np.ones(newest.shape)
    lengths = np.ones(newest.shape, dtype=np.intp)
    alone = cost
    for length, seen in windows.items():
        tail = getattr(seen.tails, side)
        asked = tail * per_year / shares[length]
        speaks = np.isfinite(seen.distance) & (asked < cost)
        if length > 1:
            speaks &= (newest > STILL_ON) & (getattr(seen.rest, side) > NOT_ALONE)
        cost = np.where(speaks, asked, cost)
        chance, lengths = np.where(speaks, tail, chance), np.where(speaks, length, lengths)
        alone = cost if length == 1 else alone
    is_told = np.isfinite(windows[1].distance)
    return Surprise(cost, alone, lengths, chance, is_told & (newest < CALM), is_told)
