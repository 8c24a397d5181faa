"""Sums of what lasts and of what happens on a day: each row added up once, not in each period.

A run of periods is added where it begins and taken away after its end, so a customer who is the
same in fifty weeks is added up once; a ticket is added up in its day. What comes out are the sums
of each period, exactly as if every row had been added up in each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Function,
    Label,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from tasks.facts.context import bridge, period_bits, periods
from tasks.facts.panel import Panel
from tasks.facts.runs import VARYING, covers
from tasks.kpis.value import Measure

_ROWS = "rows_there"


def is_told(by: Panel, panel: Panel, measure: Measure) -> bool:
    """Return whether another panel ``by`` tells all that a measure needs of its own."""
    read = {column.name for column in _read(panel, measure)}
    return read <= set(by.c.keys()) - (VARYING if by.lasting else set())


def _read(panel: Panel, measure: Measure) -> Iterator[Any]:
    given = (measure.amount, measure.where, measure.unpriced)
    parts = (part for one in given if one is not None for part in iterate(one))
    return (one for one in parts if getattr(one, "table", None) is panel.rows)


def told_by(by: Panel, panel: Panel, part: Label[Any]) -> Label[Any]:
    """Return an expression about a panel as one about another, of the same columns."""

    def swapped(element: Any, **_: Any) -> ColumnElement[Any] | None:  # noqa: ANN401 - SQLAlchemy's
        return by.c[element.name] if getattr(element, "table", None) is panel.rows else None

    told: ColumnElement[Any] = replacement_traverse(part.element, {}, swapped)
    return told.label(part.name)


def cube_of_days(
    days: Panel, source: FromClause, keys: Sequence[Label[Any]], parts: Sequence[Label[Any]]
) -> CTE:
    """Return period_id, the keys and the sums of the parts, of each day of each period."""
    summed = (
        select(days.c.day, *keys, *parts)
        .select_from(source)
        .group_by(days.c.day, *(literal_column(key.name) for key in keys))
        .cte("by_day")
    )
    told = [summed.c[one.name] for one in (*keys, *parts)]
    in_period = bridge.c.day == summed.c.day
    return select(bridge.c.period_id, *told).join_from(summed, bridge, in_period).cte("cube")


def cube_of_runs(
    runs: Panel, source: FromClause, keys: Sequence[Label[Any]], parts: Sequence[Label[Any]]
) -> CTE:
    """Return period_id, the keys and the sums of the parts of each period in which anybody is."""
    if runs.only_if is not None:
        return _one_by_one(runs, runs.only_if, source, keys, parts)
    return _added_up(runs, source, keys, parts)


def _one_by_one(
    runs: Panel,
    only_if: ColumnElement[bool],
    source: FromClause,
    keys: Sequence[Label[Any]],
    parts: Sequence[Label[Any]],
) -> CTE:
    """Return the sums of those periods of each run in which something holds."""
    p = periods.c
    marked = source.join(periods, covers(runs.c)).join(
        period_bits, period_bits.c.period_id == p.period_id
    )
    return (
        select(p.period_id, *keys, *parts)
        .select_from(marked)
        .where(only_if)
        .group_by(p.period_id, *(literal_column(key.name) for key in keys))
        .cte("cube")
    )


def _added_up(
    runs: Panel, source: FromClause, keys: Sequence[Label[Any]], parts: Sequence[Label[Any]]
) -> CTE:
    names, r = [key.name for key in keys], runs.c
    places = (r.series, r.first_place, r.last_place)
    summed = (
        select(*places, *keys, func.count().label(_ROWS), *parts)
        .select_from(source)
        .group_by(*places, *(literal_column(name) for name in names))
        .cte("summed")
    )
    counted = [_ROWS, *(part.name for part in parts)]
    standing = _standing(_moved(summed, names, counted), names, counted).c
    here = and_(
        periods.c.series == standing.series,
        periods.c.place >= standing.place,
        or_(standing.next_place.is_(None), periods.c.place < standing.next_place),
    )
    return (
        select(
            periods.c.period_id,
            *(standing[name] for name in names),
            *(standing[name] for name in counted[1:]),
        )
        .join_from(periods, standing[_ROWS].table, here)
        .where(standing[_ROWS] > 0)
        .cte("cube")
    )


def _moved(summed: CTE, names: Sequence[str], counted: Sequence[str]) -> CTE:
    """Return what begins at each place, less what has ended before it."""
    s = summed.c
    by = [s[name] for name in names]
    begun = select(s.series, s.first_place.label("place"), *by, *(s[name] for name in counted))
    over = select(
        s.series, s.last_place + 1, *by, *((-s[name]).label(name) for name in counted)
    ).where(s.last_place.is_not(None))
    both = union_all(begun, over).subquery()
    keys = (both.c.series, both.c.place, *(both.c[name] for name in names))
    sums = [func.sum(both.c[name]).label(name) for name in counted]
    return select(*keys, *sums).group_by(*keys).cte("moved")


def _standing(moved: CTE, names: Sequence[str], counted: Sequence[str]) -> CTE:
    """Return what there is from each place on, up to the next at which it changes."""
    m = moved.c
    keys = (m.series, *(m[name] for name in names))

    def over(what: Function[Any]) -> ColumnElement[Any]:
        return what.over(partition_by=keys, order_by=m.place)

    sums = [over(func.sum(m[name])).label(name) for name in counted]
    following = over(func.lead(m.place)).label("next_place")
    rows: Select[Any] = select(*keys, m.place, following, *sums)
    return rows.cte("standing")
