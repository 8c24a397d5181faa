"""Whom does it concern when somebody says that a level is normal since a day? All who share it.

- The segments within the one that was explained have another normal since that day as well.
- A larger segment, or one that shares customers with it, keeps its past: it would be blind for
  months otherwise. What it shows is no news where it is quite normal without the customers whose
  level was explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.alerts.explains import contains, explains, overlaps
from tasks.alerts.families import said_by
from tasks.alerts.telling import cell_of, is_one_incident
from tasks.episode import Key
from tasks.model import ALL, Cell, Finding, Observation

if TYPE_CHECKING:
    from tasks.calendar import Calendar

SURPRISES = frozenset({"spike", "trend", "change"})  # a goal that is missed stays missed
Histories = Mapping[Cell, Sequence[Observation]]
Place = tuple[str, str, str, str]  # kpi, variant, segment dimension, segment


def normal_since(cell: Cell, days: Mapping[Place, date]) -> date | None:
    """Return the day from which the level of ``cell``, or of a segment around it, is normal."""
    known = (
        day
        for place, day in days.items()
        if (explained := _at(cell, place)) and (explained == cell or contains(explained, cell))
    )
    return max(known, default=None)


def _at(cell: Cell, place: Place) -> Cell | None:
    """Return the cell of a place for the KPI of ``cell``; None where it has nothing to do with it.

    What explains that customers leave explains the revenue that leaves with them.
    """
    kpi, variant, dimension, segment = place
    is_same = (kpi, variant) == (cell.kpi, cell.variant)
    if not is_same and cell.kpi not in said_by(kpi):
        return None
    return replace(cell, segment_dimension=dimension, segment=segment)


def ended_with(one: Key, explained: Key) -> bool | None:
    """Return whether an open alert ends with one that is explained; None where it does not.

    False where its segment is larger: its past stays what it is held against. True where nobody
    can tell which customers both share, and for those within.
    """
    is_surprise = {one.rule, explained.rule} <= SURPRISES
    is_told = one.kpi == explained.kpi or one.kpi in said_by(explained.kpi)
    if one == explained or not (is_surprise and is_told and is_one_incident(one, explained)):
        return None
    return not contains(cell_of(one), cell_of(explained))


@dataclass(frozen=True, slots=True)
class Explained:
    """What is normal since when, beside the whole past."""

    days: Mapping[Place, date]
    past: Histories
    calendar: Calendar

    def news(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings that are not explained by a level that was said to be normal."""
        return tuple(
            one for one in findings if not any(explains(part, one) for part in self._parts(one))
        )

    def _parts(self, whole: Finding) -> Iterator[Finding]:
        """Yield what explained levels add to a finding, held against what they were before."""
        for place, day in self.days.items():
            explained = _at(whole.cell, place)
            if explained is None or explained == whole.cell:
                continue
            for shared in self._shared(whole.cell, explained):
                yield from self._part(whole, shared, day)

    def _shared(self, whole: Cell, explained: Cell) -> Iterator[Cell]:
        """Yield the cell of the customers that are in both, where there is one."""
        if contains(whole, explained):
            yield explained
        elif overlaps(whole, explained) and ALL not in {whole.segment, explained.segment}:
            for one, other in ((whole, explained), (explained, whole)):
                crossed = replace(
                    whole,
                    segment_dimension=f"{one.segment_dimension}/{other.segment_dimension}",
                    segment=f"{one.segment}/{other.segment}",
                )
                if crossed in self.past:
                    yield crossed

    def _part(self, whole: Finding, cell: Cell, day: date) -> Iterator[Finding]:
        seen = [(self.calendar.period(one.period), one) for one in self.past.get(cell, ())]
        before = [one for period, one in seen if period.end_day <= day]
        now = [one for period, one in seen if period.end_day > day][-whole.window :]
        if not before or not now or now[-1].period != whole.period:
            return
        exposed = _sum(now, "denominator")
        usual, out_of = _sum(before, "numerator"), _sum(before, "denominator")
        expected = usual / out_of * exposed if out_of else usual * len(now) / len(before)
        yield replace(
            whole,
            cell=cell,
            observed=_sum(now, "numerator"),
            denominator=exposed if out_of else None,
            expected=expected,
        )


def _sum(seen: Iterable[Observation], which: str) -> Decimal:
    return sum((getattr(one, which) or Decimal(0) for one in seen), Decimal(0))
