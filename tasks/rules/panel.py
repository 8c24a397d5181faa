"""What have many cells been through, side by side on one calendar?

The cells of a panel share a family and a grain; ``kpi`` numbers the KPI each belongs to, so that
segments of one KPI can learn from each other and from nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tasks.model import Base, Family, Grain
from tasks.rules.history import Floats, History, position

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Panel:
    """Arrays of cells by periods, oldest period first; NaN where there is no value.

    ``first`` is the position of the first column. ``below`` is NaN throughout for KPIs without a
    denominator, ``deviations`` (of one unit: an answer, a deal) where none were kept. ``is_level``
    tells stocks, which stand somewhere at the close, from what happens during a period.
    """

    grain: Grain
    family: Family
    is_level: bool
    first: int
    kpi: Places
    above: Floats
    below: Floats
    values: Floats
    sizes: Floats
    deviations: Floats

    @property
    def positions(self) -> NDArray[np.int64]:
        """The position of every column."""
        return np.arange(self.first, self.first + self.values.shape[1])

    def of(self, rows: Places) -> Panel:
        """Return the panel of some of the cells."""
        return replace(
            self,
            kpi=np.unique(self.kpi[rows], return_inverse=True)[1],
            above=self.above[rows],
            below=self.below[rows],
            values=self.values[rows],
            sizes=self.sizes[rows],
            deviations=self.deviations[rows],
        )


def panel_of(histories: Sequence[History], family: Family, base: Base) -> Panel:
    """Return the segments of one KPI side by side; there is at least one that isn't empty."""
    starts = {id(each): position(each.periods[0]) for each in histories if each.periods}
    first = min(starts.values())
    width = max(starts[id(each)] + len(each) for each in histories if each.periods) - first
    shape = (len(histories), width)
    above, below, values, sizes, deviations = (np.full(shape, np.nan) for _ in range(5))
    for row, each in enumerate(histories):
        if not each.periods:
            continue
        place = slice(starts[id(each)] - first, starts[id(each)] - first + len(each))
        above[row, place], values[row, place] = each.numerators, each.values
        below[row, place] = each.denominators if each.has_denominators else np.nan
        sizes[row, place], deviations[row, place] = each.sizes, each.deviations
    return Panel(
        histories[0].cell.grain,
        family,
        base is Base.LEVEL,
        first,
        np.zeros(len(histories), dtype=np.intp),
        above,
        below,
        values,
        sizes,
        deviations,
    )
