"""What has one cell been through: its observations as evenly spaced arrays, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tasks.model import Cell, Grain, Observation, Period, Status

Floats = NDArray[np.float64]

DAYS_IN_WEEK = 7
MONTHS_IN_YEAR = 12
MONTHS_IN_QUARTER = 3


def position(period: Period) -> int:
    """Return a number that grows by one from each period of a grain to the next."""
    day = period.first_day
    if period.grain is Grain.DAY:
        return day.toordinal()
    if period.grain is Grain.WEEK:
        return day.toordinal() // DAYS_IN_WEEK
    months = day.year * MONTHS_IN_YEAR + day.month - 1
    if period.grain is Grain.MONTH:
        return months
    return months // (MONTHS_IN_QUARTER if period.grain is Grain.QUARTER else MONTHS_IN_YEAR)


@dataclass(frozen=True)
class History:
    """The observations of one cell and the periods they belong to, oldest first.

    The arrays have one place for every period from the first to the last; a period without a value
    is NaN, so that a gap in the data never looks like a quick succession, and so is one of another
    definition than the newest. ``worked_out`` keeps what
    several rules need and is dear to find out; it follows from the rest.
    """

    cell: Cell
    periods: tuple[Period, ...]
    observations: tuple[Observation, ...]
    worked_out: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a history that is out of order: a mistake of the caller's."""
        if len(self.periods) != len(self.observations):
            message = "a history needs one period for every observation"
            raise ValueError(message)
        if any(late <= early for early, late in zip(self.periods, self.periods[1:], strict=False)):
            message = f"the history of {self.cell} is not in order, one observation a period"
            raise ValueError(message)

    def __len__(self) -> int:
        """Return how many places the arrays have."""
        return int(self._places[-1]) + 1 if self.periods else 0

    @property
    def newest(self) -> Observation | None:
        """The last observation, or None when there is none."""
        return self.observations[-1] if self.observations else None

    def of(self, key: str) -> Observation | None:
        """Return the observation of the period written ``key``, or None."""
        found = (seen for seen in reversed(self.observations) if seen.period == key)
        return next(found, None)

    def period_at(self, place: int) -> Period | None:
        """Return the period at ``place`` in the arrays, or None when it was not observed."""
        found = np.flatnonzero(self._places == place)
        return self.periods[int(found[0])] if found.size else None

    @cached_property
    def numerators(self) -> Floats:
        """The numerators; NaN where there is no value."""
        return self._spread(
            [
                np.nan if seen.null_reason or seen.numerator is None else float(seen.numerator)
                for seen in self._weighed
            ]
        )

    @cached_property
    def denominators(self) -> Floats:
        """The denominators; 1 for KPIs that have none, NaN where there is no value."""
        return self._spread(
            [1.0 if seen.denominator is None else float(seen.denominator) for seen in self._weighed]
        )

    @cached_property
    def sizes(self) -> Floats:
        """The sample sizes; the denominator where n was not kept, NaN where there is neither."""
        return self._spread([_size(seen) for seen in self._weighed])

    @cached_property
    def squares(self) -> Floats:
        """The sums of squares; NaN where none were kept."""
        return self._spread(
            [
                np.nan if seen.sum_of_squares is None else float(seen.sum_of_squares)
                for seen in self.observations
            ]
        )

    @cached_property
    def deviations(self) -> Floats:
        """The standard deviations of one unit: an answer, an amount; NaN where none is known."""
        n = np.where(self.sizes > 1, self.sizes, np.nan)
        scatter = (self.squares - self.numerators**2 / n) / (n - 1)
        return np.asarray(np.sqrt(np.maximum(scatter, 0.0)))

    @property
    def has_denominators(self) -> bool:
        """Whether the KPI is something over something else."""
        return any(seen.denominator is not None for seen in self._weighed)

    @cached_property
    def values(self) -> Floats:
        """The KPI values; NaN where there is none."""
        below = np.where(self.denominators > 0, self.denominators, np.nan)
        return self.numerators / below

    @cached_property
    def _weighed(self) -> tuple[Observation, ...]:
        """The observations; an imported share without its numbers is as large as our own first."""
        if all(seen.status is not Status.IMPORTED for seen in self.observations):
            return self.observations
        own = (seen.denominator for seen in self.observations if seen.denominator)
        size = next(own, None)
        return tuple(seen if size is None else _of_size(seen, size) for seen in self.observations)

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        first = position(self.periods[0])
        return np.array([position(period) - first for period in self.periods], dtype=np.int64)

    def _spread(self, seen: Sequence[float]) -> Floats:
        spread = np.full(len(self), np.nan)
        if seen:
            spread[self._places] = seen
            spread[self._places[self._is_foreign]] = np.nan
        return spread

    @cached_property
    def _is_foreign(self) -> NDArray[np.bool_]:
        """Which observations are of another definition than the newest: not to be compared."""
        version = self.observations[-1].definition_version
        return np.array([seen.definition_version != version for seen in self.observations])


def _of_size(seen: Observation, size: Decimal) -> Observation:
    is_bare = seen.status is Status.IMPORTED and seen.denominator is None and seen.unit == "ratio"
    if not is_bare or seen.numerator is None:
        return seen
    return replace(seen, numerator=seen.numerator * size, denominator=size)


def _size(seen: Observation) -> float:
    if seen.n is not None:
        return float(seen.n)
    return np.nan if seen.denominator is None else float(seen.denominator)
