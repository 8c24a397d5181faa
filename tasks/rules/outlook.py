"""What may a period look like, given everything before it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import cast

import numpy as np

from tasks.model import Base, Family
from tasks.rules.base import Subject, Usual
from tasks.rules.baseline import LEAST_EVENTS, MEMORY, Baseline, Memory, Noise, fit, look_back
from tasks.rules.history import Floats, History
from tasks.rules.laws import CountLaw, Law, MeanLaw, ShareLaw

COUNTED = frozenset({Family.COUNT, Family.COUNT_RATE})
EVENTS = COUNTED | {Family.BINOMIAL}
JUDGED = EVENTS | {Family.MEAN_BOUNDED}
RANGE = (0.05, 0.95)
LEAST_ANSWERS = 5  # the mean of fewer answers follows no law but that of its single answers
NPS_ENDS = (-100.0, 100.0)
SPREAD_OF_SHARES = 0.15  # assumed: chance variance is exceeded by so much of itself
SPREAD_OF_COUNTS = 0.5  # counts of tickets or orders come in bunches
SWING_OF_SHARES = 0.15  # assumed: rates differ between periods by so much of themselves at most
SWING_OF_COUNTS = 0.25
LEAST_FREEDOM = 5.0
FREEDOM_A_PERIOD = 0.7
MAD_TO_DEVIATION = 1.4826
NINE_IN_TEN = 1.645


@dataclass(frozen=True, slots=True)
class Outlook:
    """One period seen from the periods before it.

    ``law`` is about the numerator for counts and shares (of ``exposure``), about the value for
    means; ``seen`` is what happened, in the same unit. ``points`` is the length of the history.
    """

    law: Law
    seen: float
    exposure: float
    level: float
    points: int
    is_enough: bool


def outlooks(history: History, subject: Subject, rows: Sequence[int]) -> tuple[Outlook | None, ...]:
    """Return the outlook on each of ``rows`` (places in the history's arrays), None if unknown.

    It is None where the period or its past has no value, and for KPIs without a law of chance:
    levels, sums of money, quantiles.
    """
    if not has_law(subject) or not rows:
        return (None,) * len(rows)
    if subject.family is Family.MEAN_BOUNDED:
        return _means(history, rows, MEMORY[history.cell.grain])
    if subject.family is Family.BINOMIAL and np.any(history.values > 1):
        return (None,) * len(rows)  # not shares of anything: a mean stored as a ratio, say
    return _events(history, subject.family, rows, MEMORY[history.cell.grain])


def newest_outlook(history: History, subject: Subject) -> Outlook | None:
    """Return the outlook on the newest period; worked out once for a history and a subject."""
    key = f"outlook {subject.key} {subject.family} {subject.base}"
    if key not in history.worked_out:
        last = [len(history) - 1] if len(history) else []
        history.worked_out[key] = next(iter(outlooks(history, subject, last)), None)
    return cast("Outlook | None", history.worked_out[key])


def has_law(subject: Subject) -> bool:
    """Return whether the KPI's numbers follow a law of chance we can hold them against."""
    return subject.family in JUDGED and subject.base is not Base.LEVEL


def usual(history: History, subject: Subject) -> Usual | None:
    """Return what was usual before the newest period; None when history is too short.

    Counts, shares and means: the predictive range for this period's own sample. Everything else:
    the median of the past and its spread; for levels, the last level plus a usual change.
    """
    if not has_law(subject):
        return _band(history, subject) if len(history) else None
    outlook = newest_outlook(history, subject)
    return range_of(outlook, subject) if outlook and outlook.is_enough else None


def range_of(outlook: Outlook, subject: Subject) -> Usual:
    """Return the expected value and the range that nine such periods in ten stay in."""
    low, high = (outlook.law.quantile(share) for share in RANGE)
    if subject.family not in EVENTS:
        if subject.unit == "points":  # a score can't leave its scale, its law does
            low, high = max(low, NPS_ENDS[0]), min(high, NPS_ENDS[1])
        return Usual(_decimal(outlook.law.mean), _decimal(low), _decimal(high))
    low, high, mean = (number / outlook.exposure for number in (low, high, outlook.law.mean))
    return Usual(_decimal(mean), _decimal(low), _decimal(high), _decimal(outlook.law.mean))


def is_judged(outlook: Outlook, family: Family) -> bool:
    """Return whether history and sample are long and large enough to speak of luck at all."""
    is_large = family is not Family.MEAN_BOUNDED or outlook.exposure >= LEAST_ANSWERS
    return outlook.is_enough and is_large


def _events(
    history: History, family: Family, rows: Sequence[int], memory: Memory
) -> tuple[Outlook | None, ...]:
    rates, exposures = history.values, history.denominators
    noise = _count_noise() if family in COUNTED else _share_noise()
    past = look_back(rates, rows, memory.reach), look_back(exposures, rows, memory.reach)
    baseline = fit(*past, memory, noise)
    chance = noise.unit(baseline.level)
    extra = baseline.beyond_chance
    made: list[Outlook | None] = []
    for i, row in enumerate(rows):
        seen, exposure = history.numerators[row], exposures[row]
        if not (np.isfinite(rates[row]) and baseline.points[i]):
            made.append(None)
            continue
        mean = float(baseline.level[i] * exposure)
        ratio = float(1 + exposure * extra[i] / chance[i])
        law = CountLaw(mean, ratio) if family in COUNTED else ShareLaw(mean, round(exposure), ratio)
        made.append(_outlook(law, float(seen), float(exposure), baseline, i, memory))
    return tuple(made)


def _means(history: History, rows: Sequence[int], memory: Memory) -> tuple[Outlook | None, ...]:
    sizes, means = history.sizes, history.values
    with np.errstate(invalid="ignore", divide="ignore"):
        scatter = (history.squares / sizes - means**2) * sizes  # sum of squared deviations
    past_sizes = look_back(sizes, rows, memory.reach)
    unit = _pooled_variance(look_back(scatter, rows, memory.reach), past_sizes)
    past = fit(look_back(means, rows, memory.reach), past_sizes, memory, _mean_noise(unit))
    made: list[Outlook | None] = []
    for i, row in enumerate(rows):
        if not (np.isfinite(means[row]) and sizes[row] > 0 and past.points[i] and unit[i] > 0):
            made.append(None)
            continue
        deviation = sqrt(unit[i] / sizes[row] + past.beyond_chance[i])
        freedom = max(LEAST_FREEDOM, FREEDOM_A_PERIOD * float(past.points[i]))
        law = MeanLaw(float(past.level[i]), deviation, freedom)
        made.append(_outlook(law, float(means[row]), float(sizes[row]), past, i, memory))
    return tuple(made)


def _outlook(
    law: Law, seen: float, exposure: float, past: Baseline, i: int, memory: Memory
) -> Outlook:
    points = int(past.points[i])
    return Outlook(law, seen, exposure, float(past.level[i]), points, points >= memory.enough)


def _count_noise() -> Noise:
    return Noise(
        unit=lambda level: level,
        prior=lambda level, chance: np.minimum(
            SPREAD_OF_COUNTS * chance, (SWING_OF_COUNTS * level) ** 2
        ),
        tame=lambda level, exposure: np.maximum(level, LEAST_EVENTS / np.maximum(exposure, 1.0)),
        size=lambda level: level,
        step=1.0,
    )


def _share_noise() -> Noise:
    def rarer(level: Floats) -> Floats:
        return np.minimum(level, 1 - level)

    def tame(level: Floats, exposure: Floats) -> Floats:
        edge = np.minimum(LEAST_EVENTS / np.maximum(exposure, 1.0), 0.5)
        return np.clip(level, edge, 1 - edge)

    return Noise(
        unit=lambda level: level * (1 - level),
        prior=lambda level, chance: np.minimum(
            SPREAD_OF_SHARES * chance, (SWING_OF_SHARES * rarer(level)) ** 2
        ),
        tame=tame,
        size=rarer,
        step=1.0,
    )


def _mean_noise(unit: Floats) -> Noise:
    return Noise(
        unit=lambda _level: unit,
        prior=lambda _level, chance: SPREAD_OF_SHARES * chance,
        tame=lambda level, _exposure: level,
        size=np.zeros_like,
        step=0.0,
    )


def _pooled_variance(scatter: Floats, sizes: Floats) -> Floats:
    """Return the variance of one answer, pooled over the past; 0 where it is unknown."""
    known = np.isfinite(scatter) & (sizes > 1)
    above = np.where(known, scatter, 0.0).sum(1)
    below = np.where(known, sizes - 1, 0.0).sum(1)
    return np.asarray(np.maximum(above, 0.0) / np.maximum(below, 1.0))


def _band(history: History, subject: Subject) -> Usual | None:
    memory = MEMORY[history.cell.grain]
    past = history.values[:-1][-memory.reach :]
    if subject.base is Base.LEVEL:
        return _band_of_level(past, memory)
    known = past[np.isfinite(past)]
    if len(known) < memory.enough:
        return None
    return _around(float(np.median(known)), known - np.median(known))


def _band_of_level(past: Floats, memory: Memory) -> Usual | None:
    """Return the last level plus a usual change: a growing level is not a surprise."""
    steps = np.diff(past)
    steps = steps[np.isfinite(steps)]
    if len(steps) + 1 < memory.enough or not np.isfinite(past[-1]):
        return None
    return _around(float(past[-1] + np.median(steps)), steps - np.median(steps))


def _around(middle: float, distances: Floats) -> Usual:
    half = NINE_IN_TEN * MAD_TO_DEVIATION * float(np.median(np.abs(distances)))
    return Usual(_decimal(middle), _decimal(middle - half), _decimal(middle + half))


def _decimal(number: float) -> Decimal:
    return Decimal(f"{number:.10g}")
