"""Health: how well is each customer at a close, and which part of it says so?

One row per period and customer. Each part is 0 to 100, NULL where nothing is known of it; the
score is the mean by weight of the parts there are, NULL where these weigh too little together.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Double,
    FromClause,
    Integer,
    Numeric,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from tasks.facts.activity import recent_derived
from tasks.facts.book import BOOK, closing_book
from tasks.facts.context import context, periods, setting
from tasks.facts.functions import seconds_between
from tasks.facts.healthparts import WEIGHT, Part, parts
from tasks.facts.panel import Derived, Panel
from tasks.facts.seats import SCORE
from tasks.facts.spans import DATED_BY, TABLES

NAMES = ("usage", "nps", "support")
_DAY = 86_400
_MONEY = Numeric(38, 16)
_WEIGHED = Numeric(28, 18)
_LEAST = setting("health_score_minimum_coverage", Decimal("0.5"))

HEALTH = Table(
    "health",
    context,
    Column("period_id", Integer),
    Column("customer_id", String),
    Column("opening", _MONEY),
    Column("closing", _MONEY),
    Column("unpriced", Boolean),
    *(Column(name, SCORE, doc="0 to 100") for name in NAMES),
    *(Column(f"{name}_weight", WEIGHT, doc="0 where it has no part") for name in NAMES),
    *(Column(f"{name}_at", DateTime, doc="its newest input") for name in NAMES),
    Column("weighed", _WEIGHED, doc="the parts times their weights"),
    Column("coverage", WEIGHT, doc="the weight of the parts there are"),
    Column("score", SCORE),
)


@cache
def health() -> Panel:
    """Return the health of every customer of each close, with all its parts."""
    rows = (
        select(HEALTH, periods.c.end_at.label("attributes_at"))
        .join_from(HEALTH, periods, periods.c.period_id == HEALTH.c.period_id)
        .cte("health_of_customers")
    )
    derived = (*closing_book().derived, *recent_derived(), Derived(HEALTH, _health))
    return Panel("health", rows, TABLES, DATED_BY, derived=derived, is_balance=True)


def points(name: str) -> ColumnElement[Any]:
    """Return what one part adds to the score of a customer; those of all parts add up to it."""
    h = health().c
    share = cast(h[f"{name}_weight"], Double) / cast(func.nullif(h.coverage, 0), Double)
    return case((h.score.is_not(None), cast(func.coalesce(h[name], 0) * share, SCORE)))


def explained(customer_id: str) -> Select[Any]:
    """Return what a customer's health is made of, one row per period and part, the heaviest first.

    Columns: period_id, part, score (0 to 100), weight, points (what it adds to the health score)
    and age_days (since its newest input, NULL without any).
    """
    rows = union_all(*(_explained(name) for name in NAMES)).subquery()
    columns = ("period_id", "part", "score", "weight", "points", "age_days")
    return (
        select(*(rows.c[name] for name in columns))
        .where(rows.c.customer_id == customer_id)
        .order_by(rows.c.period_id, rows.c.weight.desc(), rows.c.part)
    )


def _explained(name: str) -> Select[Any]:
    h = health().c
    age = func.floor(seconds_between(h[f"{name}_at"], h.attributes_at) / _DAY)
    return select(
        h.period_id,
        h.customer_id,
        literal(name).label("part"),
        h[name].label("score"),
        h[f"{name}_weight"].label("weight"),
        points(name).label("points"),
        cast(age, Integer).label("age_days"),
    )


def _health() -> Select[Any]:
    r = _weighed().c
    enough = and_(r.coverage > 0, r.coverage >= cast(_LEAST, WEIGHT) * r.full)
    score = cast(r.weighed, Double) / cast(func.nullif(r.coverage, 0), Double)
    kept = [column for column in r if column.name != "full"]
    return select(*kept, cast(case((enough, score)), SCORE).label("score"))


def _weighed() -> FromClause:
    """Return the parts of every customer of each close, and what they weigh together."""
    r, weights = _parts().c, {part.name: part.weight for part in parts()}
    there = {name: case((r[name].is_not(None), w), else_=_nothing()) for name, w in weights.items()}
    weighed = [cast(func.coalesce(r[name], 0) * there[name], _WEIGHED) for name in NAMES]
    return select(
        *r,
        *(there[name].label(f"{name}_weight") for name in NAMES),
        cast(_added(weighed), _WEIGHED).label("weighed"),
        cast(_added(list(there.values())), WEIGHT).label("coverage"),
        _added(list(weights.values())).label("full"),
    ).subquery()


def _nothing() -> ColumnElement[Any]:
    return cast(literal(0), WEIGHT)


def _added(terms: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    first, *others = terms
    for term in others:
        first = first + term
    return first


def _parts() -> FromClause:
    source: FromClause = BOOK.join(periods, periods.c.period_id == BOOK.c.period_id)
    for part in parts():
        source = source.outerjoin(part.rows, _same(part))
    return (
        select(
            BOOK.c.period_id,
            BOOK.c.customer_id,
            BOOK.c.opening,
            BOOK.c.closing,
            BOOK.c.unpriced,
            *(part.score.label(part.name) for part in parts()),
            *(part.rows.c.newest_at.label(f"{part.name}_at") for part in parts()),
        )
        .select_from(source)
        .where(BOOK.c.closed)
        .subquery()
    )


def _same(part: Part) -> ColumnElement[bool]:
    r = part.rows.c
    return and_(r.period_id == BOOK.c.period_id, r.customer_id == BOOK.c.customer_id)
