"""What the store already knew of each thing just measured, at the moment it was measured for."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    column,
    select,
    tuple_,
    values,
)

from tasks.store.columns import Instant
from tasks.store.rows import STORED, stored
from tasks.store.tables import cells, observations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.sql.selectable import CTE

    from tasks.model import Cell, Observation

ASKED_AT_ONCE = 2_000  # of five parameters each; SQLite takes 32,766 in one statement


class Key(NamedTuple):
    """What is measured again and again: one cell in one period, under one definition."""

    cell_id: int
    period: str
    definition_version: int


class _Question(NamedTuple):
    """A KPI in one period, at one moment: the same for all its segments."""

    kpi: str
    grain: str
    period: str
    as_of: datetime


def known_at(
    connection: Connection, measured: Mapping[Key, Observation], names: Mapping[int, Cell]
) -> Mapping[Key, Observation]:
    """Return for each key the newest revision of the greatest ``as_of`` up to its own.

    Keys the store knew nothing of by then are left out; a new store is not asked about each.
    """
    if connection.execute(select(observations.c.cell_id).limit(1)).first() is None:
        return {}
    questions = dict.fromkeys(
        _Question(one.kpi, one.grain.value, one.period, one.as_of) for one in measured.values()
    )
    known: dict[Key, Observation] = {}
    for some in _chunks(questions):
        for row, observation in stored(connection, _newest_by_then(some), names):
            key = Key(row[0], observation.period, observation.definition_version)
            asked = measured.get(key)
            # Two segments of a KPI may be measured for different moments: each gets its own.
            if asked is not None and asked.as_of == some[row[-1]].as_of:
                known[key] = observation
    return known


def _chunks(questions: Iterable[_Question]) -> Iterator[Sequence[_Question]]:
    rest = iter(questions)
    while some := tuple(islice(rest, ASKED_AT_ONCE)):
        yield some


def _newest_by_then(questions: Sequence[_Question]) -> Select[Any]:
    asked = _as_table(questions)
    row = observations.c
    return (
        select(*STORED, asked.c.number)
        .select_from(asked)
        .join(cells, (cells.c.kpi == asked.c.kpi) & (cells.c.grain == asked.c.grain))
        .join(observations, (row.cell_id == cells.c.id) & (row.period == asked.c.period))
        .where(_is_the_newest_by(asked))
    )


def _as_table(questions: Sequence[_Question]) -> CTE:
    columns = (
        column("number", Integer),
        column("kpi", String),
        column("grain", String),
        column("period", String),
        column("as_of", Instant),
    )
    lines = [(number, *question) for number, question in enumerate(questions)]
    return values(*columns, name="asked").data(lines).cte("asked")


def _is_the_newest_by(asked: CTE) -> ColumnElement[bool]:
    row, other = observations.c, observations.alias("other").c
    newest = (
        select(other.as_of, other.revision)
        .where(
            other.cell_id == row.cell_id,
            other.period == row.period,
            other.definition_version == row.definition_version,
            other.as_of <= asked.c.as_of,
        )
        .order_by(other.as_of.desc(), other.revision.desc())
        .limit(1)
        .correlate(observations, asked)
    )
    return tuple_(row.as_of, row.revision) == newest.scalar_subquery()
