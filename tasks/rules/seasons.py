"""What do holidays, quarter ends and weekdays do to a KPI, as far as one could know by then?

An effect is learned from earlier occurrences only, from all segments of the KPI together, and
shrunk to nothing as long as there are few. It is a difference on the scale it is learned on: the
logarithm for counts, shares, amounts and times, one unit's deviation for means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from tasks.model import Grain
from tasks.rules.history import DAYS_IN_WEEK, MONTHS_IN_QUARTER, MONTHS_IN_YEAR, Floats
from tasks.rules.panel import Places

MARGIN = {Grain.DAY: 10, Grain.WEEK: 6, Grain.MONTH: 2}  # periods on each side to compare with
SIBLINGS_DIFFER = 0.05  # segments of a KPI don't move quite alike, however large they are
VARIES = 0.04  # nor does an occasion from year to year
WEEKDAYS_VARY = 0.02  # weekdays, which come every week, do so less
DECEMBER, HOLIDAY_FROM = 12, 23
NOTHING = 1e-30


class Occasions(NamedTuple):
    """How large an occasion's effect may be, as a standard deviation, before any was seen."""

    holiday: float
    quarter_end: float
    weekday: float = 1.0

    def of(self, name: str) -> float:
        """Return the deviation for an occasion's name."""
        if name.startswith("weekday"):
            return self.weekday
        return self.quarter_end if name == "quarter end" else self.holiday

    @staticmethod
    def varies(name: str) -> float:
        """Return how far an occasion's effect strays from one time to the next."""
        return WEEKDAYS_VARY if name.startswith("weekday") else VARIES


@dataclass(frozen=True, slots=True)
class Seasons:
    """The effect expected in every cell and period, and its variance."""

    effect: Floats
    variance: Floats


def no_seasons(shape: tuple[int, ...]) -> Seasons:
    """Return that nothing is expected of the calendar."""
    return Seasons(np.zeros(shape), np.zeros(shape))


def learned(
    departures: Floats, weights: Floats, kpi: Places, days: tuple[Grain, int], prior: Occasions
) -> Seasons:
    """Return what each period's occasions are expected to do, from earlier occurrences.

    ``departures`` are distances from the median of the periods around; since that median looks
    ahead, an occurrence counts only once its surroundings are over. ``days`` is the grain and the
    position of the first column.
    """
    grain, first = days
    if grain not in MARGIN:
        return no_seasons(departures.shape)
    seen, weight = _pooled(departures, weights, kpi)
    effect, variance = np.zeros_like(seen), np.zeros_like(seen)
    for name, share in occasions(grain, first, seen.shape[1]).items():
        told = _known_by_then(weight * share * (seen - effect), MARGIN[grain] + 1)
        sure = _known_by_then(weight * share**2, MARGIN[grain] + 1) + prior.of(name) ** -2
        effect = effect + share * told / sure
        variance = variance + share**2 * (1 / sure + prior.varies(name) ** 2)
    return Seasons(effect[kpi], variance[kpi])


@lru_cache(maxsize=64)
def occasions(grain: Grain, first: int, width: int) -> Mapping[str, Floats]:
    """Return by occasion which share of each of ``width`` periods it takes, 0 to 1.

    The week in which a quarter and the year's last days end is an occasion of its own.
    """
    positions = range(first, first + width)
    if grain is Grain.MONTH:
        return MappingProxyType(_of_months(np.array([p % MONTHS_IN_YEAR + 1 for p in positions])))
    length = DAYS_IN_WEEK if grain is Grain.WEEK else 1
    starts = [p * DAYS_IN_WEEK + 1 if grain is Grain.WEEK else p for p in positions]
    holiday = np.array([_holiday_share(start, length) for start in starts])
    if grain is Grain.DAY:
        weekdays = (np.array(starts) - 1) % DAYS_IN_WEEK
        found = {f"weekday {k}": (weekdays == k).astype(float) for k in range(DAYS_IN_WEEK)}
        return MappingProxyType({**found, "holiday": holiday})
    closes = np.array([_closes_quarter(start + length, length) for start in starts])
    return MappingProxyType(
        {
            "holiday": holiday * ~closes,
            "holiday and year end": holiday * closes,
            "quarter end": (closes & (holiday == 0)).astype(float),
        }
    )


def _of_months(months: Places) -> dict[str, Floats]:
    is_december = months == DECEMBER
    closes = (months % MONTHS_IN_QUARTER == 0) & ~is_december
    return {"holiday": is_december.astype(float), "quarter end": closes.astype(float)}


def _holiday_share(start: int, length: int) -> float:
    days = [date.fromordinal(start + k) for k in range(length)]
    return sum(_is_holiday(day) for day in days) / length


def _is_holiday(day: date) -> bool:
    """Return whether it is one of the days around the new year on which offices are empty."""
    return (day.month == DECEMBER and day.day >= HOLIDAY_FROM) or (day.month, day.day) == (1, 1)


def _closes_quarter(end: int, length: int) -> bool:
    """Return whether a quarter ended within the ``length`` days before ``end``."""
    after = date.fromordinal(end)
    return after.month % MONTHS_IN_QUARTER == 1 and after.day <= length


def _pooled(departures: Floats, weights: Floats, kpi: Places) -> tuple[Floats, Floats]:
    """Return the mean departure of every KPI and period, and how much it can be relied on."""
    known = np.isfinite(departures) & np.isfinite(weights)
    weight = np.where(known, weights, 0.0)
    above, below = (np.zeros((kpi.max() + 1, departures.shape[1])) for _ in range(2))
    np.add.at(above, kpi, np.where(known, departures, 0.0) * weight)
    np.add.at(below, kpi, weight)
    mean = above / np.maximum(below, NOTHING)
    return mean, np.where(below > 0, 1 / (1 / np.maximum(below, NOTHING) + SIBLINGS_DIFFER**2), 0.0)


def _known_by_then(seen: Floats, delay: int) -> Floats:
    """Return the running total of what is known ``delay`` periods later."""
    total = np.cumsum(seen, axis=1)
    return np.pad(total, ((0, 0), (delay, 0)))[:, : seen.shape[1]]
