"""What does the newest period of a cell say, against its own past and beside its siblings?

All segments of a KPI are read at once, and each keeps what was read of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from tasks.model import Base, Family, Grain
from tasks.rules.base import Subject
from tasks.rules.baseline import MEMORY
from tasks.rules.history import Floats, History, position
from tasks.rules.laws import AmountLaw, CountLaw, Law, MeanLaw, ShareLaw
from tasks.rules.noises import COUNTS, LOGARITHMS, ROOTS
from tasks.rules.panel import Panel, Places, panel_of
from tasks.rules.scales import JUDGED, Scale, kinds_of, positive, scales_of
from tasks.rules.surprise import Look, Surprise, look_at
from tasks.rules.windows import STILL, WINDOWS, Window, freedom

ALMOST_NONE = 1e-6  # a share can't be expected to be less, or nearer to all


@dataclass(frozen=True, slots=True)
class Outlook:
    """One period seen from the periods before it.

    ``law`` is about the numerator for counts and shares (of ``exposure``), about the value for all
    others; ``seen`` is what happened, in the same unit. ``points`` is the length of the history.
    """

    law: Law
    seen: float
    exposure: float
    points: int
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Side:
    """How surprising the newest periods are on one side; see ``surprise.Surprise``.

    ``chance_alone`` is the newest period's by itself, at most 1.
    """

    cost: float
    alone: float
    length: int
    chance: float
    chance_alone: float
    is_calm: bool


@dataclass(frozen=True, slots=True)
class Together:
    """Several periods pooled: events of so many where something is counted, else a mean value.

    Of a stock it is the mean growth from close to close, ``is_relative`` where that is a share.
    """

    seen: float
    expected: float
    out_of: float
    is_relative: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A period's outlook, its sides (``up``, ``down``), and the longer windows that end with it.

    The windows are those of the side that is more surprising.
    """

    outlook: Outlook
    sides: Mapping[str, Side]
    windows: Mapping[int, Together]


def can_be_read(subject: Subject) -> bool:
    """Return whether there is a way to tell chance from change for this KPI."""
    return subject.family in JUDGED


def newest_reading(
    history: History, subject: Subject, siblings: Sequence[History] = ()
) -> Reading | None:
    """Return what the newest period says, None where it or its past has no value.

    Siblings are read along; whoever asks about them later gets what was read then.
    """
    key = f"reading {subject.key} {subject.family} {subject.base}"
    if key not in history.worked_out:
        group = siblings if any(each is history for each in siblings) else (history,)
        for each, found in _newest(group, history, subject):
            each.worked_out.setdefault(key, found)
    return cast("Reading | None", history.worked_out[key])


def readings(history: History, subject: Subject, rows: Sequence[int]) -> list[Reading | None]:
    """Return what each of ``rows`` says (places in the history's arrays), by itself alone."""
    if not rows or not _is_readable(history, subject):
        return [None] * len(rows)
    panel = panel_of((history,), subject.family, subject.base)
    found = dict(_read(panel, np.asarray(rows, dtype=np.intp)))
    return [found.get((0, place)) for place in range(len(rows))]


def _newest(
    group: Sequence[History], history: History, subject: Subject
) -> Iterator[tuple[History, Reading | None]]:
    """Yield every history of ``group`` that ends with ``history``, and its reading."""
    known = [each for each in group if each.periods and _is_readable(each, subject)]
    if not any(each is history for each in known):
        yield history, None
        return
    panel = panel_of(known, subject.family, subject.base)
    end = position(history.periods[-1])
    found = dict(_read(panel, np.array([end - panel.first])))
    for row, each in enumerate(known):
        if position(each.periods[-1]) == end:
            yield each, found.get((row, 0))


def _is_readable(history: History, subject: Subject) -> bool:
    if not can_be_read(subject) or not len(history):
        return False
    is_share = subject.family is Family.BINOMIAL and subject.base is not Base.LEVEL
    return not (is_share and np.any(history.values > 1))  # a mean stored as a ratio, say


def _read(panel: Panel, ends: Places) -> Iterator[tuple[tuple[int, int], Reading]]:
    """Yield the readings of a panel, by row and place in ``ends``."""
    for rows, part in kinds_of(panel):
        look, amounts = look_at(scales_of(part), ends), positive(part)
        for row, place in enumerate(rows):
            for j, column in enumerate(ends):
                outlook = _outlook(part, look, (row, j), int(column), amounts)
                if outlook is not None:
                    yield (int(place), j), _reading(part, look, (row, j), outlook)


def _reading(panel: Panel, look: Look, at: tuple[int, int], outlook: Outlook) -> Reading:
    sides = {side: _side(found, at, panel.grain) for side, found in look.surprises.items()}
    louder = min(sides, key=lambda side: sides[side].cost)
    scale = look.scales.up if louder == "up" else look.scales.down
    windows = {
        length: _together(scale, seen, at, is_relative=panel.family is not Family.MEAN_BOUNDED)
        for length, seen in look.windows[louder].items()
        if length > 1 and np.isfinite(seen.distance[at])
    }
    return Reading(outlook, sides, windows)


def _side(found: Surprise, at: tuple[int, int], grain: Grain) -> Side:
    cost, alone, chance = (float(each[at]) for each in (found.cost, found.alone, found.chance))
    of_one = min(alone * WINDOWS[grain][1] / MEMORY[grain].per_year, 1.0)
    return Side(cost, alone, int(found.length[at]), chance, of_one, bool(found.is_calm[at]))


def _together(scale: Scale, seen: Window, at: tuple[int, int], *, is_relative: bool) -> Together:
    got, expected = float(seen.seen[at]), float(seen.expected[at])
    if scale.noise is LOGARITHMS:
        got, expected = float(np.exp(got)), float(np.exp(expected))
    elif scale.noise is ROOTS:
        got, expected = got**3, expected**3
    return Together(got, expected, float(seen.trials[at]), is_relative=is_relative)


def _outlook(
    panel: Panel, look: Look, at: tuple[int, int], column: int, amounts: Floats
) -> Outlook | None:
    """Return the outlook on one period; None where it, or its past, has no value."""
    seen = look.windows["up"][1]
    value, points = panel.values[at[0], column], seen.points[at]
    if not (np.isfinite(value) and points > 0 and seen.deviation[at] > STILL):
        return None
    law, seen_as, exposure = _law(panel, look, at, column, amounts)
    is_enough = bool(points >= MEMORY[panel.grain].enough)
    return Outlook(law, seen_as, exposure, int(points), is_enough)


def _law(
    panel: Panel, look: Look, at: tuple[int, int], column: int, amounts: Floats
) -> tuple[Law, float, float]:
    """Return the law a period's number follows, the number, and what it was counted in."""
    scale, seen = look.scales.up, look.windows["up"][1]
    expected, deviation = float(seen.expected[at]), float(seen.deviation[at])
    if scale.counted is not None:
        trials = float(seen.trials[at])
        return _law_of_events(scale, expected, deviation, trials), float(seen.seen[at]), trials
    place = (at[0], column)
    value, rate = float(panel.values[place]), float(scale.rates[place])
    size = float(panel.sizes[place]) if np.isfinite(panel.sizes[place]) else 1.0
    free = float(freedom(seen.points[at]))
    if scale.noise is LOGARITHMS or (panel.is_level and panel.family is not Family.MEAN_BOUNDED):
        middle = expected + float(np.log(amounts[place])) - rate  # what the calendar does is back
        return AmountLaw(middle, deviation, free), value, size
    return MeanLaw(expected + value - rate, deviation, free), value, size


def _law_of_events(scale: Scale, expected: float, deviation: float, trials: float) -> Law:
    if scale.noise is COUNTS:
        return CountLaw(expected, max(deviation**2 / expected, 1.0))
    # on a day that is usually better or worse than others, more than all may seem to be due
    share = min(max(expected / trials, ALMOST_NONE), 1 - ALMOST_NONE)
    chance = trials * share * (1 - share)
    return ShareLaw(share * trials, round(trials), max(deviation**2 / chance, 1.0))
