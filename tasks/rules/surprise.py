"""Which periods are out of the ordinary, and what would it cost to be told of all that are as much?

The cost is in false alarms a year: every window has a share of a cell's yearly budget, and what
luck would bring so often is told to those who can afford it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tasks.rules.history import Floats
from tasks.rules.level import MEMORY, fit
from tasks.rules.panel import Panel, Places
from tasks.rules.scales import Flags, Scale, Scales, kinds_of, scales_of
from tasks.rules.windows import WINDOWS, Window, window

SIDES = {"up": 1.0, "down": -1.0}
STILL_ON = 0.6  # standard deviations the newest period of a longer window has to be off by
CALM = 1.0  # standard deviations within which a period is ordinary
CALM_TOGETHER = 1.43  # and so many for the last few together: what creeps on is not over


@dataclass(frozen=True)
class Surprise:
    """One side of every cell and end.

    ``cost`` is in false alarms a year, infinite where nothing is surprising or can be told;
    ``length`` is the window that is the most surprising for its share, ``chance`` its tail.
    ``is_calm`` tells what is back to normal; ``is_told`` where anything can be said at all.
    """

    cost: Floats
    length: Places
    chance: Floats
    is_calm: Flags
    is_told: Flags


def surprises(panel: Panel, ends: Places) -> Mapping[str, Surprise]:
    """Return what is surprisingly high and surprisingly low at each of ``ends``, for every cell."""
    shape = (len(panel.values), len(ends))
    made = {side: _nothing(shape) for side in SIDES}
    for rows, part in kinds_of(panel):
        scales = scales_of(part)
        for side, found in both_sides(scales, ends).items():
            _put(made[side], rows, found)
    return made


def both_sides(scales: Scales, ends: Places) -> Mapping[str, Surprise]:
    """Return the surprises on both sides; one fit serves both where their scale is one."""
    up = windows_of(scales.up, ends)
    down = up if scales.down is scales.up else windows_of(scales.down, ends)
    grain = scales.up.grain
    per_year, shares = MEMORY[grain].per_year, WINDOWS[grain]
    return {
        "up": _surprise(up, shares, per_year, "up"),
        "down": _surprise(down, shares, per_year, "down"),
    }


def windows_of(scale: Scale, ends: Places) -> Mapping[int, Window]:
    """Return the windows of every length up to each of ``ends``."""
    lengths = WINDOWS[scale.grain]
    needed = np.unique(np.concatenate([ends - length for length in lengths]))
    baseline = fit(
        scale.rates, scale.exposures, scale.pooled, needed[needed >= 0], scale.grain, scale.noise
    )
    return {length: window(scale, baseline, ends, length) for length in lengths}


def _surprise(
    windows: Mapping[int, Window], shares: Mapping[int, float], per_year: int, side: str
) -> Surprise:
    sign = SIDES[side]
    newest = np.nan_to_num(windows[1].distance * sign)
    cost, chance = np.full(newest.shape, np.inf), np.ones(newest.shape)
    lengths = np.ones(newest.shape, dtype=np.intp)
    together = newest
    for length, seen in windows.items():
        tail = getattr(seen.tails, side)
        asked = tail * per_year / shares[length]
        speaks = np.isfinite(seen.distance) & (asked < cost)
        if length > 1:
            speaks &= newest > STILL_ON
        cost = np.where(speaks, asked, cost)
        chance, lengths = np.where(speaks, tail, chance), np.where(speaks, length, lengths)
        if length == calm_length(windows):
            together = np.nan_to_num(seen.distance * sign)
    is_told = np.isfinite(windows[1].distance)
    is_calm = is_told & (newest < CALM) & (together < CALM_TOGETHER)
    return Surprise(cost, lengths, chance, is_calm, is_told)


def calm_length(windows: Mapping[int, Window]) -> int:
    """Return the length of the window that has to be calm too: the third, if there are so many."""
    return sorted(windows)[min(2, len(windows) - 1)]


def _nothing(shape: tuple[int, int]) -> Surprise:
    return Surprise(
        np.full(shape, np.inf),
        np.ones(shape, dtype=np.intp),
        np.ones(shape),
        np.zeros(shape, dtype=np.bool_),
        np.zeros(shape, dtype=np.bool_),
    )


def _put(whole: Surprise, rows: Places, part: Surprise) -> None:
    for name in Surprise.__dataclass_fields__:
        getattr(whole, name)[rows] = getattr(part, name)
