"""From measures to statements: all measures of one panel in one statement, every segment at once.

Rows are first added up per period and combination of attributes, then rolled up with GROUPING
SETS over that small cube. Percentiles can't be added up, so they get their own statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Numeric,
    Select,
    String,
    cast,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from tasks.engine.lasting import cube_of_days, cube_of_runs, is_told, told_by
from tasks.facts.attributes import ATTRIBUTES, NONE, attributes, with_attributes
from tasks.facts.functions import both, when
from tasks.facts.panel import Panel
from tasks.facts.tenure import tenure_band, tenure_start
from tasks.kpis.value import Measure

Dimension = tuple[str, ...]  # ("plan", "region") is the cross of two attributes; () is overall
OVERALL: Dimension = ()
OF_CUSTOMERS = (*ATTRIBUTES, "tenure_band")
_SQUARES = Numeric(19, 4)  # squared it fills the 38 digits there are; 18 would overflow on the way


@dataclass(frozen=True, eq=False)
class Statement:
    """One SELECT and how to read its rows.

    Columns are period_id, ``grouped`` (the GROUPING bit mask), one per attribute, then four per
    measure: total, n, squares, unpriced.
    """

    panel: Panel
    measures: tuple[Measure, ...]
    attributes: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    select: Select[Any]
    shares: Mapping[tuple[Measure, str], Measure] = field(default_factory=dict)

    @property
    def is_ranked(self) -> bool:
        """Whether it is of percentiles, for which every value is kept until the end."""
        return any(measure.q is not None for measure in self.measures)


def statements(
    measures: Sequence[Measure],
    dimensions: Sequence[Dimension],
    squared: Collection[Measure] | None = None,
    *,
    in_runs: bool = False,
) -> tuple[Statement, ...]:
    """Return the statements that compute all measures for all dimensions their panels know.

    Sums of squares, which cost more than all else, are computed of the ``squared`` measures only.
    ``in_runs`` is cheaper where many periods are asked about, see ``lasting``.
    """
    made = []
    asked_for = None if squared is None else {m.share.of if m.share else m for m in squared}
    for panel in dict.fromkeys(measure.panel for measure in measures):
        mine = list(dict.fromkeys(m for m in measures if m.panel is panel))
        known = (OVERALL,) if panel.everywhere else tuple(d for d in dimensions if knows(panel, d))
        sums = tuple(m for m in mine if m.q is None and m.share is None)
        ranks = tuple(m for m in mine if m.q is not None)
        if sums:
            by = _teller(panel, sums, known, in_runs=in_runs)
            made.append(_summed(panel, sums, known, squared=asked_for, by=by))
        if ranks:
            made.append(_ranked(panel, ranks, known))
        made += [
            _summed(
                panel,
                tuple(dict.fromkeys(m.share.of for m in shares if m.share)),
                known,
                shares,
                asked_for,
            )
            for shares in _by_column(mine)
        ]
    return tuple(made)


@lru_cache(maxsize=4096)  # asked of every period, and answered by building SQL
def knows(panel: Panel, dimension: Dimension) -> bool:
    """Return whether a panel can be cut by a dimension."""
    if panel.everywhere:
        return True
    if panel.by_month:
        return dimension == OVERALL
    return all(_source_of(panel, name) is not None for name in dimension)


def _source_of(panel: Panel, name: str) -> ColumnElement[Any] | None:
    if name in OF_CUSTOMERS and "customer_id" not in panel.c:
        return panel.c.get(name)  # of stores and employees: only what stands in their own rows
    if name in ATTRIBUTES:
        return attributes().c[name]
    if name == "customer":
        return panel.c.get("customer_id")
    if name == "tenure_band":
        at = panel.c.attributes_at
        return tenure_band(panel.c.get("tenure_start", tenure_start(panel.c.customer_id, at)), at)
    if name == "tag" and "tags" in panel.c:
        return func.split_part(func.replace(panel.c.tags, ",", ";"), ";", 1)
    return panel.c.get(name)


def _names(dimensions: Sequence[Dimension]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for dimension in dimensions for name in dimension))


def attribute(panel: Panel, name: str) -> Label[Any]:
    """Return the column ``by_<name>``: a row's segment in one dimension, ``(none)`` for none."""
    source = _source_of(panel, name)
    return func.coalesce(func.nullif(cast(source, String), ""), NONE).label(f"by_{name}")


def _source(panel: Panel, names: Sequence[str]) -> FromClause:
    if "customer_id" not in panel.c or not set(names) & set(ATTRIBUTES):
        return panel.rows
    return with_attributes(panel.rows, left_limit=panel.is_balance)


def _teller(
    panel: Panel, sums: Sequence[Measure], dimensions: Sequence[Dimension], *, in_runs: bool
) -> Panel:
    """Return who tells all the measures for the least: runs, days, or else the panel itself."""
    can_run = in_runs and not set(_names(dimensions)) - set(ATTRIBUTES)
    others = [one for one in (panel.runs if can_run else None, panel.days) if one is not None]
    return next((one for one in others if all(is_told(one, panel, each) for each in sums)), panel)


def _summed(
    panel: Panel,
    measures: tuple[Measure, ...],
    dimensions: tuple[Dimension, ...],
    shares: Sequence[Measure] = (),
    squared: Collection[Measure] | None = None,
    by: Panel | None = None,
) -> Statement:
    names, by = _names(dimensions), by or panel
    cut = [one.share.column.label("cut") for one in shares[:1] if one.share]
    parts = [
        part if by is panel else told_by(by, panel, part)
        for i, measure in enumerate(measures)
        for part in _parts(i, measure, is_squared=squared is None or measure in squared)
    ]
    cube = _cube(by, panel, [*(attribute(by, name) for name in names), *cut], parts, names)
    totals = [func.sum(cube.c[part.name]).label(part.name) for part in parts]
    found = _rolled_up(by, measures, dimensions, cube, totals, [cube.c.cut] if cut else [])
    return replace(found, shares={(m.share.of, m.share.value): m for m in shares if m.share})


def _cube(
    by: Panel,
    panel: Panel,
    keys: Sequence[Label[Any]],
    parts: Sequence[Label[Any]],
    names: Sequence[str],
) -> CTE:
    """Return the sums of every period and combination of attributes."""
    source = _source(by, names)
    if by is panel.runs:
        return cube_of_runs(by, source, keys, parts)
    if by is panel.days:
        return cube_of_days(by, source, keys, parts)
    return (
        select(panel.c.period_id, *keys, *parts)
        .select_from(source)
        .group_by(panel.c.period_id, *(literal_column(key.name) for key in keys))
        .cte("cube")
    )


def _by_column(measures: Sequence[Measure]) -> Iterable[list[Measure]]:
    """Return the measures that are shares of others, by the column that they are shares by."""
    found = defaultdict[str, list[Measure]](list)
    for one in measures:
        if one.share:
            found[one.share.column.name].append(one)
    return found.values()


def _parts(index: int, measure: Measure, *, is_squared: bool) -> list[Label[Any]]:
    where = both(measure.where)
    if measure.amount is None:
        counted = func.count().filter(where)
        return [counted.label(f"m{index}"), *_nothing(index)]
    amount = when(measure.where, measure.amount)
    unpriced = both(measure.where, measure.unpriced)
    blind = func.count().filter(unpriced) if measure.unpriced is not None else literal(0, Integer)
    return [
        func.coalesce(func.sum(amount), 0).label(f"m{index}"),
        func.count(amount).label(f"m{index}_n"),
        _squares(amount, is_squared=is_squared).label(f"m{index}_squares"),
        blind.label(f"m{index}_unpriced"),
    ]


def _squares(amount: ColumnElement[Any], *, is_squared: bool) -> ColumnElement[Any]:
    if not is_squared:
        return literal(0, Integer)
    return func.coalesce(func.sum(cast(amount, _SQUARES) * cast(amount, _SQUARES)), 0)


def _nothing(index: int) -> list[Label[Any]]:
    names = ("n", "squares", "unpriced")
    return [literal(0, Integer).label(f"m{index}_{name}") for name in names]


def _ranked(
    panel: Panel, measures: tuple[Measure, ...], dimensions: tuple[Dimension, ...]
) -> Statement:
    names = _names(dimensions)
    amounts = [
        when(m.where, m.amount).label(f"v{i}")
        for i, m in enumerate(measures)
        if m.amount is not None
    ]
    rows = (
        select(panel.c.period_id, *(attribute(panel, name) for name in names), *amounts)
        .select_from(_source(panel, names))
        .cte("ranked")
    )
    parts: list[Label[Any]] = []
    for i, measure in enumerate(measures):
        value = rows.c[f"v{i}"]
        rank = func.percentile_cont(literal(measure.q)).within_group(value)
        parts += [rank.label(f"m{i}"), func.count(value).label(f"m{i}_n")]
        parts += _nothing(i)[1:]
    return _rolled_up(panel, measures, dimensions, rows, parts)


def _rolled_up(
    panel: Panel,
    measures: tuple[Measure, ...],
    dimensions: tuple[Dimension, ...],
    rows: FromClause,
    parts: Sequence[Label[Any]],
    cut: Sequence[ColumnElement[Any]] = (),
) -> Statement:
    names = _names(dimensions)
    by = [rows.c[f"by_{name}"] for name in names]
    sets = [tuple_(*cut, rows.c.period_id, *(rows.c[f"by_{n}"] for n in d)) for d in dimensions]
    # cut and period are in every set: their bits are never set, but Spark wants all columns named
    mask = func.grouping(*cut, rows.c.period_id, *by) if by else literal(0, Integer)
    rolled = select(rows.c.period_id, mask.label("grouped"), *by, *parts, *cut).group_by(
        func.grouping_sets(*sets)
    )
    return Statement(panel, measures, names, dimensions, rolled)


def parameters(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as literals: instants lose their zone, as everywhere in the lake."""
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in settings.items()
    }
