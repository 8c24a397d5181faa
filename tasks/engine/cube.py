"""What the statements came to: a sample per measure, period, dimension and segment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from tasks.engine.base import Session
from tasks.engine.compile import Dimension, Statement
from tasks.engine.needed import NONE, narrowed, needed
from tasks.facts.panel import Derived, Panel
from tasks.kpis.value import Measure, Sample
from tasks.model import ALL

Place = tuple[int, Dimension, str]  # period number, dimension, segment
PARTS = 4  # total, n, squares, unpriced
_PLACES = 6  # what a percentile is rounded to, in its own unit
_EMPTY = Sample()
_NOWHERE: Mapping[Place, Sample] = {}


@dataclass(frozen=True)
class Cube:
    """Samples by measure and place; a place nothing fell into has an empty sample."""

    samples: Mapping[Measure, Mapping[Place, Sample]]
    segments: Mapping[tuple[int, Dimension], frozenset[str]] = field(default_factory=dict)

    def sample(self, measure: Measure, place: Place) -> Sample:
        """Return what ``measure`` came to at ``place``."""
        if measure.panel.everywhere:
            place = (place[0], (), ALL)
        return self.samples.get(measure, _NOWHERE).get(place, _EMPTY)

    def segments_of(self, number: int, dimension: Dimension) -> tuple[str, ...]:
        """Return the segments that anything fell into, in alphabetical order."""
        return tuple(sorted(self.segments.get((number, dimension), ())))


@dataclass(frozen=True, eq=False)
class Rested:
    """A table that statements rest on, and the SELECT of those of its columns that they read."""

    derived: Derived
    select: Select[Any]


def run(session: Session, made: Sequence[Statement], parameters: Mapping[str, Any]) -> Cube:
    """Run the statements, and before them what they rest on; return all samples."""
    make(session, rested_on(made), parameters)
    return read(session, made, parameters)


def rested_on(made: Sequence[Statement]) -> list[Rested]:
    """Return what several of the statements rest on, in the order in which it is made."""
    tables = _derived(statement.panel for statement in made)
    rows = [one.rows() for one in tables]
    read = needed((*(each.select for each in made), *rows))
    return [
        Rested(one, narrowed(one.table, select, read.get(one.table, NONE)))
        for one, select in zip(tables, rows, strict=True)
    ]


def make(session: Session, tables: Sequence[Rested], parameters: Mapping[str, Any]) -> None:
    """Compute tables that statements rest on, for the periods asked for."""
    for one in tables:
        session.make(one.derived.table, one.select, parameters)


def make_derived(session: Session, panels: Iterable[Panel], parameters: Mapping[str, Any]) -> None:
    """Compute each table that several panels rest on once, with all its columns."""
    for one in _derived(panels):
        session.make(one.table, one.rows(), parameters)


def _derived(panels: Iterable[Panel]) -> list[Derived]:
    return list(dict.fromkeys(one for panel in panels for one in panel.derived))


def read(session: Session, made: Sequence[Statement], parameters: Mapping[str, Any]) -> Cube:
    """Return the samples of all statements, of which what they rest on is there."""
    samples: dict[Measure, dict[Place, Sample]] = defaultdict(dict)
    segments: dict[tuple[int, Dimension], set[str]] = defaultdict(set)
    for statement in made:
        place_of = _reader(statement)
        for row in session.rows(statement.select, parameters):
            place = place_of(row)
            if not statement.panel.everywhere:
                segments[place[:2]].add(place[2])
            for index, measure in enumerate(statement.measures):
                meant = statement.shares.get((measure, row[-1])) if statement.shares else measure
                if meant is not None:
                    samples[meant][place] = _sample(statement, measure, row, index)
    return Cube(samples, {key: frozenset(names) for key, names in segments.items()})


def together(cubes: Iterable[Cube]) -> Cube:
    """Return the samples of several cubes as one."""
    samples: dict[Measure, dict[Place, Sample]] = defaultdict(dict)
    segments: dict[tuple[int, Dimension], frozenset[str]] = defaultdict(frozenset)
    for cube in cubes:
        for measure, places in cube.samples.items():
            samples[measure].update(places)
        for key, names in cube.segments.items():
            segments[key] |= names
    return Cube(samples, segments)


def _reader(statement: Statement) -> Callable[[tuple[Any, ...]], Place]:
    """Return what reads which of the grouping sets a row belongs to, and which segment of it."""
    known: dict[int, tuple[Dimension, tuple[int, ...]]] = {}

    def place(row: tuple[Any, ...]) -> Place:
        mask = int(row[1])
        if mask not in known:
            known[mask] = _grouped(statement, mask)
        dimension, columns = known[mask]
        return row[0], dimension, "/".join(row[column] for column in columns) or ALL

    return place


def _grouped(statement: Statement, mask: int) -> tuple[Dimension, tuple[int, ...]]:
    """Return the dimension of a bit mask, and where its values stand; a set bit is rolled up."""
    names = statement.attributes
    kept = {n: 2 + i for i, n in enumerate(names) if not mask >> (len(names) - 1 - i) & 1}
    dimension = next(d for d in statement.dimensions if set(d) == set(kept))
    return dimension, tuple(kept[name] for name in dimension)


def _sample(statement: Statement, measure: Measure, row: tuple[Any, ...], index: int) -> Sample:
    start = 2 + len(statement.attributes) + PARTS * index
    total, n, squares, unpriced = row[start : start + PARTS]
    if measure.q is not None:
        return Sample(round(Decimal(str(total or 0)), _PLACES), int(n or 0))
    if measure.amount is None:
        return Sample(Decimal(int(total or 0)), int(total or 0))
    missing = measure.reason if unpriced else None
    return Sample(_exact(total), int(n or 0), _exact(squares), missing)


def _exact(number: Any) -> Decimal:  # noqa: ANN401 - whatever the driver gives
    return number.normalize() + 0 if isinstance(number, Decimal) else Decimal(str(number or 0))
