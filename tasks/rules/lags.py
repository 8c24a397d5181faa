"""How are the periods before a period lined up in arrays of cells by periods?"""

from __future__ import annotations

import numpy as np

from tasks.rules.history import Floats
from tasks.rules.panel import Places


def look_back(seen: Floats, columns: Places, reach: int) -> Floats:
    """Return, for each of ``columns``, the ``reach`` values that end with it, newest last.

    The result has one more axis than ``seen``; before the beginning it is NaN.
    """
    padded = np.concatenate([np.full((seen.shape[0], reach - 1), np.nan), seen], axis=1)
    return np.asarray(padded[:, columns[:, None] + np.arange(reach)])


def earlier(seen: Floats, columns: Places) -> Floats:
    """Return ``seen`` at ``columns``; NaN for those before the beginning."""
    found = seen[:, np.maximum(columns, 0)]
    return np.asarray(np.where(columns >= 0, found, np.nan))


def before(seen: Floats) -> Floats:
    """Return the value before each one; NaN before the first."""
    return np.concatenate([np.full((len(seen), 1), np.nan), seen[:, :-1]], axis=1)


def trailing_sum(seen: Floats, reach: int) -> Floats:
    """Return the sum of the last ``reach`` values of every row, the current one among them."""
    known = np.nan_to_num(seen)
    total = np.cumsum(np.pad(known, ((0, 0), (1, 0))), axis=1)
    ends = np.arange(1, seen.shape[1] + 1)
    return np.asarray(total[:, ends] - total[:, np.maximum(ends - reach, 0)])


def trailing_mean(seen: Floats, weights: Floats, reach: int) -> Floats:
    """Return the weighted mean of the last ``reach`` values that are known; NaN for none."""
    known = np.isfinite(seen) & np.isfinite(weights)
    weight = np.where(known, weights, 0.0)
    above = trailing_sum(np.where(known, seen, 0.0) * weight, reach)
    below = trailing_sum(weight, reach)
    return np.asarray(np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan))


def median(values: Floats) -> Floats:
    """Return the median along the last axis of what is known; NaN for none."""
    ordered = np.sort(values, axis=-1)
    known = np.isfinite(values).sum(-1)
    low, high = (np.clip(k, 0, values.shape[-1] - 1) for k in ((known - 1) // 2, known // 2))
    ends = [np.take_along_axis(ordered, k[..., None], -1)[..., 0] for k in (low, high)]
    return np.asarray(np.where(known > 0, (ends[0] + ends[1]) / 2, np.nan))


def around(values: Floats, half: int) -> Floats:
    """Return the median of the ``half`` periods before, the one itself and the ``half`` after."""
    gap = np.full((values.shape[0], half), np.nan)
    padded = np.concatenate([gap, values, gap], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=1)
    return median(windows)
