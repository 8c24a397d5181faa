"""What was known of every cell at the end of each period that is long over?

Histories are made once and cut off where they are looked at from, so that a year of weeks is judged
in about the time one week takes. A goal's own period is known while it runs only where it was
measured then.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

from tasks.alerts.cases import Book, Question
from tasks.calendar import Calendar
from tasks.model import Cell, Grain, Observation, Period, Status
from tasks.rules.base import Subject
from tasks.rules.history import History, position

ARRAYS = ("numerators", "denominators", "sizes", "squares", "values", "deviations")


def first_looks(stored: Iterable[Observation], calendar: Calendar) -> tuple[Observation, ...]:
    """Return of every period the first value that was known after its close, by cell and period.

    Later revisions are left out, so that first looks are compared with first looks; so are values
    by any definition but a cell's newest.
    """
    newest: dict[Cell, int] = {}
    found: dict[tuple[Cell, str], Observation] = {}
    ends: dict[str, Period] = {}
    for one in stored:
        cell = one.cell
        newest[cell] = max(newest.get(cell, 0), one.definition_version)
        if one.period not in ends:
            ends[one.period] = calendar.period(one.period)
        is_over = one.as_of >= ends[one.period].end_at or one.status is not Status.PROVISIONAL
        key = (cell, one.period)
        if is_over and (key not in found or _is_before(one, found[key])):
            found[key] = one
    return tuple(one for one in found.values() if one.definition_version == newest[one.cell])


def _is_before(one: Observation, other: Observation) -> bool:
    """Return whether ``one`` is of a newer definition, or of the same and was known earlier."""
    if one.definition_version != other.definition_version:
        return one.definition_version > other.definition_version
    return (one.as_of, one.revision) < (other.as_of, other.revision)


def until(history: History, period: Period) -> History:
    """Return ``history`` as it was when ``period`` closed; what is dear to make is cut, not made.

    A history that does not reach that far is the same. What is cut needs no check of its order.
    """
    count = bisect_right(history.periods, period)
    if count == len(history.periods):
        return history
    cut = copy(history)
    length = position(history.periods[count - 1]) - position(history.periods[0]) + 1 if count else 0
    made = cut.__dict__  # where a frozen value and its cached properties keep what they are
    arrays = {name: made[name][:length] for name in ARRAYS if name in made}
    made.clear()
    made.update(
        cell=history.cell,
        periods=history.periods[:count],
        observations=history.observations[:count],
        worked_out={},
        **arrays,
    )
    return cut


def since(history: History, day: date) -> History:
    """Return ``history`` without the periods that began before ``day``."""
    first = bisect_left([period.first_day for period in history.periods], day)
    return History(history.cell, history.periods[first:], history.observations[first:])


@dataclass(frozen=True)
class Past:
    """Every cell's whole history of first looks, and goals' periods as they were known on the way.

    ``running`` holds, for each cell of a goal's grain, what was measured while a period ran, by the
    instant it was known at.
    """

    histories: Mapping[Cell, History]
    running: Mapping[Cell, Sequence[Observation]]
    calendar: Calendar

    @cached_property
    def families(self) -> Mapping[tuple[str, str, Grain], tuple[History, ...]]:
        """The histories of all segments of one KPI variant and grain together."""
        made: dict[tuple[str, str, Grain], list[History]] = {}
        for cell, history in self.histories.items():
            made.setdefault((cell.kpi, cell.variant, cell.grain), []).append(history)
        return {key: tuple(some) for key, some in made.items()}


class Then(Book):
    """The book as it stood when a period closed."""

    def __init__(
        self, past: Past, question: Question, rebased: Mapping[Cell, date] = MappingProxyType({})
    ) -> None:
        """Look at ``past`` from the end of the question's period.

        Of cells that are ``rebased`` nothing before that day is looked at: it was another normal.
        """
        super().__init__({}, question)
        self._past = past
        self._rebased = rebased
        self._cut: dict[Cell, History] = {}
        self._relatives: dict[tuple[str, str, Grain], tuple[History, ...]] = {}

    def cells(self) -> Iterator[tuple[Cell, Subject]]:
        """Yield the cells of the period's own grain whose KPI is known."""
        for cell in self._past.histories:
            subject = self._question.subjects.of(cell)
            if cell.grain is self._question.period.grain and subject is not None:
                yield cell, subject

    def history(self, cell: Cell) -> History:
        """Return a cell's history up to then, empty when there is none."""
        if cell not in self._cut:
            known = self._past.histories.get(cell, History(cell, (), ()))
            period = self._question.period
            own = cell.grain is period.grain
            then = until(known, period) if own else self._of_goal(cell, known, period)
            day = self._rebased.get(cell)
            self._cut[cell] = then if day is None else since(then, day)
        return self._cut[cell]

    def siblings(self, cell: Cell) -> tuple[History, ...]:
        """Return the histories of all segments of a cell's KPI, as they were then."""
        key = (cell.kpi, cell.variant, cell.grain)
        if key not in self._relatives:
            family = self._past.families.get(key, ())
            self._relatives[key] = tuple(self.history(one.cell) for one in family)
        return self._relatives[key]

    def _of_goal(self, cell: Cell, known: History, told: Period) -> History:
        """Return the periods of another grain that were over, and the one that ran if known."""
        count = bisect_right([period.end_day for period in known.periods], told.end_day)
        periods, seen = known.periods[:count], known.observations[:count]
        measured = self._past.running.get(cell, ())
        place = bisect_right([one.as_of for one in measured], told.end_at)
        if place:
            newest = measured[place - 1]
            period = self._past.calendar.period(newest.period)
            if period.end_day > told.end_day and period.first_day < told.end_day:
                periods, seen = (*periods, period), (*seen, newest)
        return History(cell, periods, seen)


def past_of(
    stored: Iterable[Observation], measured_on_the_way: Iterable[Observation], calendar: Calendar
) -> Past:
    """Return the past of every cell; ``measured_on_the_way`` are all looks at goals' periods."""
    by_cell: dict[Cell, list[tuple[Period, Observation]]] = {}
    named: dict[str, Period] = {}
    for one in first_looks(stored, calendar):
        if one.period not in named:
            named[one.period] = calendar.period(one.period)
        by_cell.setdefault(one.cell, []).append((named[one.period], one))
    running: dict[Cell, list[Observation]] = {}
    for one in sorted(measured_on_the_way, key=lambda one: (one.as_of, one.revision)):
        running.setdefault(one.cell, []).append(one)
    return Past({cell: _history(cell, pairs) for cell, pairs in by_cell.items()}, running, calendar)


def _history(cell: Cell, pairs: list[tuple[Period, Observation]]) -> History:
    pairs.sort(key=lambda pair: pair[0].first_day)
    made = History(cell, tuple(each for each, _ in pairs), tuple(seen for _, seen in pairs))
    for name in ARRAYS:
        getattr(made, name)  # made once here, and cut wherever it is looked at from
    return made
