"""Where in a whole past may a period be out of the ordinary? All segments of a KPI at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tasks.rules.base import Screen, Subject
from tasks.rules.collapse import has_lost_its_half
from tasks.rules.history import History, position
from tasks.rules.panel import Panel, Places, panel_of
from tasks.rules.scales import JUDGED, kinds_of, scales_of
from tasks.rules.surprise import look_at


def screened(histories: Sequence[History], subject: Subject, budget: float) -> tuple[Screen, ...]:
    """Return for each history where it surprises for less than ``budget``, and where it is calm.

    A sample that lost its half is a place to look at too, and not calm. The budget is in false
    alarms a year, each side's own.
    """
    if subject.family not in JUDGED or not any(each.periods for each in histories):
        return tuple(Screen(frozenset()) for _ in histories)
    panel = panel_of(histories, subject.family, subject.base)
    lost = has_lost_its_half(panel.sizes, panel.grain)  # told as incomplete data
    loud = lost.copy()
    calm = {side: np.zeros_like(loud) for side in ("up", "down")}
    for rows, part in kinds_of(panel):
        look = look_at(scales_of(part), np.arange(panel.values.shape[1]))
        for side, found in look.surprises.items():
            loud[rows] |= found.cost <= budget
            calm[side][rows] = found.is_calm & ~lost[rows]
    return tuple(
        _of_one(panel, each, loud[row], {side: calm[side][row] for side in calm})
        for row, each in enumerate(histories)
    )


def _of_one(panel: Panel, history: History, loud: Places, calm: Mapping[str, Places]) -> Screen:
    """Return a row of the panel in the places of the history's own arrays."""
    if not history.periods:
        return Screen(frozenset())
    start = position(history.periods[0]) - panel.first

    def own(flags: Places) -> frozenset[int]:
        return frozenset(int(column) - start for column in np.flatnonzero(flags))

    return Screen(own(loud), {side: own(calm[side]) for side in calm})
