"""How surprising are the last few periods together, seen from what was known before them?

Windows of several lengths are pooled: the events of four weeks over what was expected of all four.
A longer window speaks only while its newest period is on the same side too, so that what is over
is not told again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.model import Grain
from tasks.rules.baseline import MEMORY, NOTHING, Baseline
from tasks.rules.history import Floats
from tasks.rules.lags import earlier
from tasks.rules.noises import PLAIN, ROOTS, SHARES
from tasks.rules.panel import Places
from tasks.rules.scales import Counted, Flags, Scale
from tasks.rules.tails import Tails, count_tails, share_tails, student_tails, whole_moves_tails

WINDOWS = {
    Grain.DAY: {1: 0.6, 2: 0.3, 3: 0.6, 7: 0.3},
    Grain.WEEK: {1: 0.4, 2: 0.2, 3: 0.2, 4: 0.2, 8: 0.1},
    Grain.MONTH: {1: 0.5, 2: 0.25, 3: 0.2, 4: 0.2},
    Grain.QUARTER: {1: 1.0},
    Grain.YEAR: {1: 1.0},
}
LEAST_FREEDOM = 5.0
FREEDOM_A_PERIOD = 0.7
WANDER_MORE = 0.15  # by this share for every further period of a window
FADES = 0.8  # what neighbours share is shared with the next but one by so much less
LEAST_BURST = 3  # one or two events are never a burst
LEAST_EXPECTED = 1.0  # events that don't happen are a surprise only where one was expected
WORTH_A_TAIL = 1.0  # standard deviations; nearer than that nothing is ever told
LARGE = 2.0  # the customers whose moves are felt are larger than the mean, by so many times
STILL = 1e-9  # what never moved has no spread to hold a move against
LEFT = 0.1  # of what a share leaves to all, a weekday leaves at least so much
HALF = 0.5  # of a window's periods have to be known


@dataclass(frozen=True)
class Window:
    """The pooled periods of every cell and end: how far off, and how likely by luck.

    ``distance`` is in standard deviations of what was to be expected, upwards; NaN where it can't
    be told. ``seen`` and ``expected`` are events where something is counted, else the mean on the
    scale; ``deviation`` is in the same unit. ``trials`` are those counted in, NaN for means;
    ``points`` the periods that were known before. ``rest`` is the distance without the period that
    is the farthest off on each side.
    """

    distance: Floats
    seen: Floats
    expected: Floats
    deviation: Floats
    tails: Tails
    trials: Floats
    points: Floats
    rest: Tails


def window(scale: Scale, baseline: Baseline, ends: Places, length: int) -> Window:
    """Return the last ``length`` periods up to each of ``ends``, seen from before them."""
    before = baseline.before(ends - length)
    if scale.counted is not None:
        return _events(scale, scale.counted, before, ends, length)
    return _means(scale, before, ends, length)


def _events(scale: Scale, counted: Counted, before: Baseline, ends: Places, length: int) -> Window:
    seen, trials, exposed = (_last(each, ends, length) for each in (*counted, scale.exposures))
    unsure = _last(scale.unsure, ends, length)
    known = np.isfinite(seen) & (exposed > 0)
    seen, trials, exposed = (np.where(known, each, 0.0) for each in (seen, trials, exposed))
    if scale.noise is SHARES:
        exposed = np.minimum(exposed, _most_of(before.level) * trials)
    total, squares = exposed.sum(0), (exposed**2).sum(0)
    expected = before.level * total
    chance = np.maximum(scale.noise.unit(before.level, before.pooled) * total, NOTHING)
    size = scale.noise.size(before.level, before.pooled)
    calendar = (np.where(known, unsure, 0.0) * exposed**2).sum(0) * size**2
    shared = before.between * squares + before.echo * _neighbours(exposed)
    variance = chance + shared + _common(before, length) * total**2 + calendar
    distance = (seen.sum(0) - expected) / np.sqrt(variance)
    distance = np.where(_can_tell(known, before, scale.grain), distance, np.nan)
    got, tried = seen.sum(0), trials.sum(0)
    is_share = scale.noise is SHARES
    tails = _tails_of_events(got, tried, expected, variance, distance, is_share=is_share)
    rest = _without_farthest(seen - before.level * exposed, np.sqrt(variance))
    found = Window(distance, got, expected, np.sqrt(variance), tails, tried, before.points, rest)
    return _turned(found, scale.is_turned)


def _most_of(level: Floats) -> Floats:
    """Return how far a day may lift a share above ``level``: what it leaves to all stays a tenth.

    Few trials a day can make a weekday look as if more than all of them were to be expected.
    """
    return np.asarray((1 - (1 - level) * LEFT) / np.maximum(level, NOTHING))


def _tails_of_events(
    seen: Floats,
    trials: Floats,
    expected: Floats,
    variance: Floats,
    distance: Floats,
    *,
    is_share: bool,
) -> Tails:
    """Return the tails; a burst has three events, and a lack is one of at least one expected."""
    up, down = np.ones_like(seen), np.ones_like(seen)
    some = np.abs(distance) > WORTH_A_TAIL
    counted = (seen[some], expected[some], variance[some])
    if is_share:
        found = share_tails(counted[0], trials[some], *counted[1:])
    else:
        found = count_tails(*counted)
    up[some] = np.where(counted[0] >= LEAST_BURST, found.up, 1.0)
    down[some] = np.where(counted[1] >= LEAST_EXPECTED, found.down, 1.0)
    return Tails(up, down)


def _turned(seen: Window, is_turned: Flags) -> Window:
    """Return the window with up and down as readers see them."""
    turned = is_turned[:, None]
    return Window(
        np.where(turned, -seen.distance, seen.distance),
        np.where(turned, seen.trials - seen.seen, seen.seen),
        np.where(turned, seen.trials - seen.expected, seen.expected),
        seen.deviation,
        Tails(
            np.where(turned, seen.tails.down, seen.tails.up),
            np.where(turned, seen.tails.up, seen.tails.down),
        ),
        seen.trials,
        seen.points,
        Tails(
            np.where(turned, seen.rest.down, seen.rest.up),
            np.where(turned, seen.rest.up, seen.rest.down),
        ),
    )


def _means(scale: Scale, before: Baseline, ends: Places, length: int) -> Window:
    rates, exposed = (_last(each, ends, length) for each in (scale.rates, scale.exposures))
    unsure = np.nan_to_num(_last(scale.unsure, ends, length))
    known = np.isfinite(rates) & (exposed > 0)
    unit = scale.noise.unit(before.level, before.pooled)
    each = unit / np.where(known, exposed, 1.0) + before.between
    weights = np.where(known, 1 / np.maximum(each, NOTHING), 0.0)
    total = np.maximum(weights.sum(0), NOTHING)
    seen = (weights * np.where(known, rates, 0.0)).sum(0) / total
    size = scale.noise.size(before.level, before.pooled)
    calendar = (weights**2 * unsure).sum(0) / total**2 * size**2
    shared = before.echo * _neighbours(weights) / total**2
    deviation = np.sqrt(1 / total + shared + _common(before, length) + calendar)
    is_still = ~(deviation > STILL)
    distance = (seen - before.level) / np.where(is_still, 1.0, deviation)
    can_tell = _can_tell(known, before, scale.grain) & ~is_still
    distance = np.where(can_tell, distance, np.nan)
    tails = _tails_of_means(distance, before.points)
    if scale.noise is ROOTS and scale.lumps is not None:  # a low sum is no rarer than no deal
        deals = np.where(known, _last(scale.lumps, ends, length), 0.0).sum(0)
        tails = Tails(tails.up, np.maximum(tails.down, np.nan_to_num(np.exp(-deals))))
    elif scale.lumps is not None:
        together = known.sum(0) if scale.noise is PLAIN else 1.0  # growths add up, ratios do not
        lumps = _last(scale.lumps, ends, length)
        lumps = lumps[-1] if scale.noise is PLAIN else lumps.sum(0)
        tails = _in_whole_moves(tails, distance, deviation * together * lumps)
    unknown = np.full(seen.shape, np.nan)
    shares = weights / total * np.where(known, rates - before.level, 0.0)
    rest = _without_farthest(shares, np.where(is_still, 1.0, deviation))
    return Window(distance, seen, before.level, deviation, tails, unknown, before.points, rest)


def _tails_of_means(distance: Floats, points: Floats) -> Tails:
    up, down = np.ones_like(distance), np.ones_like(distance)
    some = np.abs(distance) > WORTH_A_TAIL
    up[some], down[some] = student_tails(distance[some], freedom(points[some]))
    return Tails(up, down)


def _without_farthest(parts: Floats, deviation: Floats) -> Tails:
    """Return how far off a window is, up and down, without the period that is so the most.

    ``parts`` are what each period adds to the window's distance from what was expected, and
    ``deviation`` is the whole window's.
    """
    length, total = len(parts), parts.sum(0)
    spread = np.maximum(deviation * np.sqrt((length - 1) / length), NOTHING)
    return Tails((total - parts.max(0)) / spread, (parts.min(0) - total) / spread)


def freedom(points: Floats) -> Floats:
    """Return the degrees of freedom of a spread that so many periods tell of."""
    return np.maximum(LEAST_FREEDOM, FREEDOM_A_PERIOD * points)


def _in_whole_moves(tails: Tails, distance: Floats, deviation: Floats) -> Tails:
    """Return the tails, no smaller than single customers coming or going one by one allow.

    ``deviation`` is in customers, NaN where they are not known; a large one counts as two.
    """
    up, down = tails.up.copy(), tails.down.copy()
    some = (np.abs(distance) > WORTH_A_TAIL) & np.isfinite(deviation)
    spread = deviation[some] / LARGE
    least = whole_moves_tails(distance[some] * spread, spread**2)
    up[some], down[some] = np.maximum(up[some], least.up), np.maximum(down[some], least.down)
    return Tails(up, down)


def _last(seen: Floats, ends: Places, length: int) -> Floats:
    """Return the last ``length`` values up to each of ``ends``, as a first axis, newest first."""
    return np.stack([earlier(seen, ends - back) for back in range(length)])


def _neighbours(parts: Floats) -> Floats:
    """Return how much of a window's variance its periods share, in units of ``Baseline.echo``."""
    shared = np.zeros(parts.shape[1:])
    for back in range(1, len(parts)):
        shared += 2 * FADES ** (back - 1) * (parts[back:] * parts[:-back]).sum(0)
    return shared


def _common(before: Baseline, length: int) -> Floats:
    """Return the variance that all periods of a window share: the level isn't known exactly."""
    return before.own + before.wander * (1 + WANDER_MORE * (length - 1))


def _can_tell(known: Flags, before: Baseline, grain: Grain) -> Flags:
    is_enough = before.points >= MEMORY[grain].enough
    return np.asarray(known[0] & (known.mean(0) >= HALF) & is_enough)
