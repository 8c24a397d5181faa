"""Which segments are the reason for a change, and which way of cutting the company shows it best?

Every dimension tells the same change in parts that add up. The one is chosen in which a single
segment moved by more than luck beyond what its size would let it; where none did, that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tasks.alerts.drivers import Drivers, History, Terms, drivers
from tasks.alerts.explains import contains
from tasks.alerts.outstanding import EVENTS, Standout, standout
from tasks.kpis.base import Kpi
from tasks.kpis.gaps import Partial
from tasks.kpis.share import Share
from tasks.kpis.value import Mean, Ratio, Total
from tasks.model import Base, Cell, Family, Observation

LOOK_BACK = 12
ALIKE = 0.1  # a finer cut has to show this much more of the change than a coarser one
MOSTLY = Decimal("0.5")
_RATES = (Ratio, Mean, Partial, Share)
_PLACES = {"ratio": 3, "points": 1, "x": 3, "ppm": 0, "minutes": 1}


@dataclass(frozen=True, slots=True)
class Reason:
    """A change taken apart by the segments of one dimension.

    ``unit`` is that of the parts: ``count``, ``money``, or the KPI's own. ``standout`` is the
    segment that moved beyond its size, if one did.
    """

    dimension: str
    unit: str
    drivers: Drivers
    standout: Standout | None = None

    @property
    def stands_out(self) -> bool:
        """Whether there is more to say than that everybody moved alike: a segment, or the mix."""
        change = abs(self.drivers.change)
        return self.standout is not None or abs(self.drivers.mix) > MOSTLY * change > 0


def terms_of(kpi: Kpi, variant: str) -> Terms | None:
    """Return how a KPI's change is taken apart; None where its parts can't be added up.

    Medians, survival and products of rates have no parts that add up to them.
    """
    if kpi.family in {Family.QUANTILE, Family.SURVIVAL, Family.COMPOSITE}:
        return None
    value, unit = kpi.value_of(variant), kpi.units.get(variant, kpi.unit)
    periods = 1 if _is_stock(kpi) else LOOK_BACK
    if isinstance(value, _RATES):
        in_own_unit = kpi.family not in EVENTS or unit != kpi.unit
        places = _PLACES.get(unit, 2) if in_own_unit else 1
        return Terms(is_rate=True, in_own_unit=in_own_unit, periods=periods, places=places)
    if isinstance(value, Total) or kpi.family in {Family.SUM_HEAVY, Family.COUNT}:
        return Terms(is_rate=False, periods=periods, places=2 if unit == "money" else 1)
    return None


def _is_stock(kpi: Kpi) -> bool:
    """Return whether a KPI simply stands somewhere: what is usual of it is the last it was."""
    return kpi.base is Base.LEVEL


def reasons(
    kpi: Kpi,
    variant: str,
    whole: Sequence[Observation],
    segments: Mapping[str, Mapping[str, Sequence[Observation]]],
) -> tuple[Reason, ...]:
    """Return the change of the newest period of ``whole`` by each dimension, the telling one first.

    ``segments`` holds, by dimension and segment, the histories of the same KPI variant and grain.
    There are none where the KPI can't be taken apart or there is nothing to compare with.
    """
    terms = terms_of(kpi, variant)
    past = [one for one in whole[:-1] if one.value is not None]
    if terms is None or not past or whole[-1].value is None:
        return ()
    keys = [one.period for one in whole[-1 - LOOK_BACK :]]
    everybody, unit = _at(keys, whole), _unit(kpi, variant, terms)
    found = []
    for dimension, cut in segments.items():
        parts = {name: _at(keys, seen) for name, seen in cut.items()}
        split = drivers(parts, terms, everybody)
        found.append(Reason(dimension, unit, split, standout(parts, terms, split, kpi.family)))
    return tuple(sorted((one for one in found if one.drivers.contributions), key=_tellingness))


def best(found: Sequence[Reason]) -> Reason | None:
    """Return the reason to tell: of those that show about as much, the coarsest."""
    if not found:
        return None
    most = max(_shown(each) for each in found)
    return next(each for each in found if _shown(each) >= most - ALIKE)


def segments_of(
    past: Mapping[Cell, Sequence[Observation]], whole: Cell
) -> dict[str, dict[str, Sequence[Observation]]]:
    """Return the histories of the finer cuts of ``whole``, by dimension and segment."""
    found: dict[str, dict[str, Sequence[Observation]]] = {}
    for cell, seen in past.items():
        same = (cell.kpi, cell.variant, cell.grain) == (whole.kpi, whole.variant, whole.grain)
        if same and contains(whole, cell):
            found.setdefault(cell.segment_dimension, {})[cell.segment] = seen
    return found


def _at(keys: Sequence[str], seen: Sequence[Observation]) -> History:
    by_period = {one.period: one for one in seen}
    return [by_period.get(key) for key in keys]


def _unit(kpi: Kpi, variant: str, terms: Terms) -> str:
    unit = kpi.units.get(variant, kpi.unit)
    if terms.in_own_unit or unit == "money":
        return unit
    return "count"


def _shown(reason: Reason) -> float:
    """Return how much of the change its outstanding segment, or its mix, accounts for."""
    if reason.standout is not None:
        return reason.standout.beyond_its_size
    return ALIKE if reason.stands_out else 0.0


def _tellingness(reason: Reason) -> tuple[bool, int, float]:
    """Sort what stands out first, then the coarser cut, then what shows more."""
    depth = reason.dimension.count("/")
    return (not reason.stands_out, depth, -_shown(reason))
