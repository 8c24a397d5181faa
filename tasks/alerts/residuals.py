"""How far is each period from the usual difference between a segment and the others?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tasks.alerts.segments import (
    FACTORS,
    LAWFUL,
    Numbers,
    Places,
    Scale,
    added,
    unit_variance,
    weights,
)
from tasks.rules.history import Floats


def residuals(
    own: Numbers, kept: Sequence[Numbers], sides: Sequence[Places], scale: Scale
) -> tuple[Floats, int]:
    """Return how far each period is from its side's usual difference, in its own noise."""
    others = _others(kept, scale) if kept else None
    parts = [_of_side(own, others, side, scale) for side in sides]
    freedom = sum(max(int(np.isfinite(part).sum()) - 1, 0) for part in parts)
    return np.concatenate(parts), freedom


def _others(kept: Sequence[Numbers], scale: Scale) -> Numbers:
    if scale in FACTORS or scale in {Scale.SHARE, Scale.MEAN}:
        return added(kept)
    values = np.average([one.values for one in kept], axis=0, weights=weights(kept, scale))
    return Numbers(values, np.where(np.isfinite(values), 1.0, np.nan), values * np.nan)


def _of_side(own: Numbers, others: Numbers | None, side: Places, scale: Scale) -> Floats:
    mine = Numbers(own.above[side], own.below[side], own.squares[side])
    theirs = others and Numbers(others.above[side], others.below[side], others.squares[side])
    if scale in {Scale.EVENTS, Scale.SHARE}:
        return _events_residuals(*_rarer(mine, theirs, scale))
    gaps = _relative(mine) if scale is Scale.SUM else mine.values
    noise = _noise(mine, scale)
    if theirs is not None:
        gaps = gaps - (_relative(theirs) if scale is Scale.SUM else theirs.values)
        noise = noise + _noise(theirs, scale)
    return np.asarray(_centred(gaps) / (np.sqrt(noise) if scale in LAWFUL else 1.0))


def _centred(gaps: Floats) -> Floats:
    return gaps - (np.nanmean(gaps) if np.isfinite(gaps).any() else 0.0)


def _relative(one: Numbers) -> Floats:
    return np.asarray(one.values / np.nanmean(one.values))


def _noise(one: Numbers, scale: Scale) -> Floats:
    known = one.at(np.isfinite(one.values))
    if scale is Scale.MEAN and len(known.above):
        return unit_variance(known) / one.below
    return np.zeros_like(one.above)


def _rarer(
    own: Numbers, others: Numbers | None, scale: Scale
) -> tuple[Numbers, Numbers | None, float]:
    """Return the rarer of happened and did not, and how much less than a count's its noise is."""
    if scale is not Scale.SHARE:
        return own, others, 1.0
    share = float(np.nansum(own.above)) / max(float(np.nansum(own.below)), 1.0)
    if share > 0.5:  # noqa: PLR2004 - a half
        return _opposite(own), others and _opposite(others), share
    return own, others, 1 - share


def _opposite(one: Numbers) -> Numbers:
    return Numbers(one.below - one.above, one.below, one.squares)


def _events_residuals(own: Numbers, others: Numbers | None, thin: float) -> Floats:
    """Return how far each period's events are from their usual share of everybody's events."""
    rate = _rate(own)
    if rate is None:
        return own.values
    if others is None:
        expected = rate * own.below
        return np.asarray((own.above - expected) / np.sqrt(expected * thin))
    theirs = _rate(others)
    if theirs is None:
        return own.values * np.nan
    share = rate * own.below / (rate * own.below + theirs * others.below)
    total = own.above + others.above
    spread = np.sqrt(np.maximum(total, 0.5) * share * (1 - share) * max(thin, 0.01))
    return np.asarray((own.above - total * share) / spread)


def _rate(one: Numbers) -> float | None:
    known = one.at(np.isfinite(one.values))
    if not len(known.above):
        return None
    return (float(known.above.sum()) + 0.5) / float(known.below.sum())
