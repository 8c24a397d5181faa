"""Which segments are behind a change, as a message tells it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tasks.alerts.reasons import Reason, best, reasons, segments_of
from tasks.kpis.base import kpi_named
from tasks.messages.inputs import Driver, Split
from tasks.model import ALL, Cell, Observation

Histories = Mapping[Cell, tuple[Observation, ...]]


def split_of(past: Histories, cell: Cell, period: str) -> Split:
    """Return the change of ``cell`` in ``period`` by the dimension that shows it best.

    A segment that can't be cut any finer is shown beside the others of its dimension.
    """
    found = best(reasons_for(past, cell, period))
    if found is None and cell.segment != ALL:
        return _among_others(past, cell, period)
    if found is None:
        return Split()
    # of a segment nobody says that none stands out: it does so itself
    return replace(as_split(found), stands_out=found.stands_out or cell.segment != ALL)


def _among_others(past: Histories, cell: Cell, period: str) -> Split:
    """Return everybody's change by the dimension of ``cell``; alone where it went its own way."""
    whole = replace(cell, segment_dimension=ALL, segment=ALL)
    cuts = reasons_for(past, whole, period)
    found = next((one for one in cuts if one.dimension == cell.segment_dimension), None)
    if found is None:
        return Split()
    split = replace(as_split(found), stands_out=True)
    own = next((one for one in split.drivers if one.segment == cell.segment), None)
    if own is not None and own.contribution * found.drivers.change < 0:
        return replace(split, drivers=(own,), dimension="")
    return split


def reasons_for(past: Histories, cell: Cell, period: str) -> tuple[Reason, ...]:
    """Return the change of ``cell`` in ``period`` by every dimension that cuts it finer."""
    whole = _until(past.get(cell, ()), period)
    if not whole or whole[-1].period != period:
        return ()
    kpi = kpi_named(cell.kpi)
    return reasons(kpi, cell.variant, whole, segments_of(past, cell))


def _until(seen: tuple[Observation, ...], period: str) -> tuple[Observation, ...]:
    keys = [one.period for one in seen]
    return seen[: keys.index(period) + 1] if period in keys else ()


def as_split(reason: Reason) -> Split:
    """Return a reason as messages take it."""
    parts = (Driver(one.segment, one.amount, one.mix) for one in reason.drivers.contributions)
    return Split(tuple(parts), reason.dimension, reason.unit, reason.stands_out)
