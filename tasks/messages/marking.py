"""Where in a chart stands what people did: between the periods before it and those after."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tasks.calendar import read_key
from tasks.messages.outside import clean
from tasks.model import Grain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.messages.ongoing import Mark
    from tasks.model import Observation

LABEL_LIMIT = 26
MOST = 3
BEFORE = 0.5  # a line stands on the edge of the period in which it begins


def placed(marks: Sequence[Mark], past: Sequence[Observation]) -> tuple[tuple[float, str], ...]:
    """Return the newest marks that fall into ``past``: place on the axis, and label."""
    begins = [_first_day(one.period) for one in past]
    found = [
        (place - BEFORE, clean(mark.label, LABEL_LIMIT))
        for mark in sorted(marks, key=lambda mark: mark.date)
        if (place := _place(mark.date, begins)) is not None
    ]
    return tuple(found[-MOST:])


def _place(day: date, begins: Sequence[date | None]) -> int | None:
    """Return the place of the period that ``day`` is in; None when it is before them all."""
    known = [place for place, first in enumerate(begins) if first is not None and first <= day]
    return known[-1] if known else None


def _first_day(key: str) -> date | None:
    """Return about when a period begins, for weeks the Monday; None where the key tells no day."""
    written = read_key(key)
    if written.day:
        return written.day
    if written.grain is Grain.WEEK:
        return date.fromisocalendar(written.year, written.number, 1)
    if written.grain is Grain.MONTH:
        return date(written.year, written.number, 1)
    return None
