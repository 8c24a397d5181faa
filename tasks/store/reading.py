"""What the store knows of a KPI: its newest values, or what was known at some moment."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select, tuple_

from tasks.model import Cell, Grain, Observation
from tasks.store.rows import STORED, cells_by_id, stored
from tasks.store.tables import cells, observations

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from tasks.store.database import Store

_GRAIN_ORDER = {grain: order for order, grain in enumerate(Grain)}


def read(
    store: Store,
    *,
    kpis: Collection[str] | None = None,
    variants: Collection[str] | None = None,
    grain: Grain | None = None,
    periods: Collection[str] | None = None,
    dimension: str | None = None,
    segment: str | None = None,
    as_of: datetime | None = None,
    all_revisions: bool = False,
) -> tuple[Observation, ...]:
    """Return the newest observation of every cell and period asked for, in reading order.

    Newest is the newest definition, of it the greatest ``as_of``, of it the greatest revision.
    With ``as_of`` later knowledge is left out; with ``all_revisions`` nothing else is. The order
    is KPI, variant, grain, period, dimension, segment. None means: all of them.
    """
    wanted = _cells_where(kpis, variants, grain, None if dimension is None else [dimension])
    if segment is not None:
        wanted.append(cells.c.segment == segment)
    statement = _observations(wanted, periods, as_of, newest_only=not all_revisions)
    with store.reading() as connection:
        names = cells_by_id(connection, *wanted)
        found = [observation for _, observation in stored(connection, statement, names)]
    return tuple(sorted(found, key=_reading_order))


def history(
    store: Store,
    *,
    grain: Grain,
    periods: Collection[str],
    dimensions: Collection[str] | None = None,
    kpis: Collection[str] | None = None,
    as_of: datetime | None = None,
) -> Mapping[Cell, tuple[Observation, ...]]:
    """Return for every cell its newest observation of each of the ``periods``, oldest first.

    With ``as_of`` it is what was known then: of an open period, measured many times, the last
    measurement up to that moment. A period without an observation is left out, and one that
    was only measured by an older definition than others: the two are not to be compared.
    """
    wanted = _cells_where(kpis, None, grain, dimensions)
    statement = _observations(wanted, periods, as_of, newest_only=True)
    found: defaultdict[int, list[Observation]] = defaultdict(list)
    with store.reading() as connection:
        names = cells_by_id(connection, *wanted)
        for row, observation in stored(connection, statement, names):
            found[row[0]].append(observation)
    return {names[number]: _of_one_definition(found[number]) for number in sorted(found)}


def segment_names(store: Store, kpi: str) -> frozenset[tuple[str, str]]:
    """Return every segment a KPI was measured for, each with its dimension."""
    asked = select(cells.c.segment_dimension, cells.c.segment).where(cells.c.kpi == kpi).distinct()
    with store.reading() as connection:
        return frozenset((dimension, name) for dimension, name in connection.execute(asked))


def _of_one_definition(found: Sequence[Observation]) -> tuple[Observation, ...]:
    newest = max(one.definition_version for one in found)
    return tuple(one for one in found if one.definition_version == newest)


def _cells_where(
    kpis: Collection[str] | None,
    variants: Collection[str] | None,
    grain: Grain | None,
    dimensions: Collection[str] | None,
) -> list[ColumnElement[bool]]:
    choices = {
        cells.c.kpi: kpis,
        cells.c.variant: variants,
        cells.c.grain: None if grain is None else [grain.value],
        cells.c.segment_dimension: dimensions,
    }
    return [column.in_(names) for column, names in choices.items() if names is not None]


def _observations(
    wanted: Sequence[ColumnElement[bool]],
    periods: Collection[str] | None,
    as_of: datetime | None,
    *,
    newest_only: bool,
) -> Select[Any]:
    row = observations.c
    chosen = select(*STORED).where(row.cell_id.in_(select(cells.c.id).where(*wanted)))
    if periods is not None:
        chosen = chosen.where(row.period.in_(periods))
    if as_of is not None:
        chosen = chosen.where(row.as_of <= as_of)
    if newest_only:
        chosen = chosen.where(_is_the_newest(as_of))
    return chosen.order_by(row.cell_id, row.period, row.definition_version, row.as_of, row.revision)


def _is_the_newest(as_of: datetime | None) -> ColumnElement[bool]:
    """Return the condition that nothing newer is known of the same cell and period.

    One look at the key per row: of the ways to say this, the only one that stays quick in
    both databases when an open period has been measured hundreds of times.
    """
    row, other = observations.c, observations.alias("other").c
    newest = (
        select(other.definition_version, other.as_of, other.revision)
        .where(other.cell_id == row.cell_id, other.period == row.period)
        .order_by(other.definition_version.desc(), other.as_of.desc(), other.revision.desc())
        .limit(1)
    )
    if as_of is not None:
        newest = newest.where(other.as_of <= as_of)
    own = tuple_(row.definition_version, row.as_of, row.revision)
    return own == newest.correlate(observations).scalar_subquery()


def _reading_order(observation: Observation) -> tuple[str | int | datetime, ...]:
    return (
        observation.kpi,
        observation.variant,
        _GRAIN_ORDER[observation.grain],
        observation.period,
        observation.segment_dimension,
        observation.segment,
        observation.definition_version,
        observation.as_of,
        observation.revision,
    )
