"""Runs: neighbouring periods of which the book says the same about a customer, told once.

From one week to the next nearly nobody changes. A row holds for the periods of a series (all weeks,
all months) from ``first_place`` to ``last_place``, NULL for all that follow: a new one begins only
where something happens to the customer, in the period in which it does and in the next one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Table,
    and_,
    func,
    or_,
    select,
    union,
    union_all,
)

from tasks.facts.bothends import columns, ends
from tasks.facts.context import context, periods, rates
from tasks.facts.customers import customer_versions
from tasks.facts.panel import Derived, Panel
from tasks.facts.spans import DATED_BY, TABLES, spans

RATES = ("opening_rate", "closing_rate", "opening_spot", "closing_spot")
# these are of the first period of a run, and others in each
VARYING = frozenset(
    {
        *("period_id", "period_start", "period_end", "attributes_at"),
        *("year_ago", "paid_then", "was_there", "then_unpriced"),
    }
)

RUNS = Table(
    "runs",
    context,
    *columns(),
    *(Column(name, Integer) for name in ("series", "first_place", "last_place")),
)


_OF_PERIOD = ("period_id", "start_at", "end_at", "year_ago")
TURNS = Table(
    "turns",
    context,
    Column("customer_id", String),
    *(Column(name, Integer) for name in ("series", "first_place", "last_place", "period_id")),
    *(Column(name, DateTime) for name in ("start_at", "end_at", "year_ago")),
)


@cache
def runs_derived() -> tuple[Derived, ...]:
    """Return what to compute before ``RUNS`` is read.

    The turns are a table of their own, lest an engine joins all spans to all periods first.
    """
    return (Derived(TURNS, _turns, at_once=True), Derived(RUNS, _runs, at_once=True))


def runs(name: str, at: ColumnElement[Any]) -> Panel:
    """Return the runs with every customer as they were at ``at``, as the panel ``name``."""
    rows = select(RUNS, at.label("attributes_at")).cte(name)
    derived = runs_derived()
    return Panel(name, rows, TABLES, DATED_BY, derived=derived, is_balance=True, lasting=True)


def covers(run: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of anything in runs
    """Return whether one of the periods asked for is in a run."""
    p = periods.c
    goes_on = or_(run.last_place.is_(None), p.place <= run.last_place)
    return and_(p.series == run.series, p.place >= run.first_place, goes_on)


def _runs() -> Select[Any]:
    turn, s = TURNS.c, spans().c
    held = TURNS.join(spans(), and_(s.customer_id == turn.customer_id, s.since < turn.end_at))
    return ends(held, turn, turn.series, turn.first_place, turn.last_place)


def _turns() -> Select[Any]:
    """Return from where to where in its series each run of a customer is, and its first period."""
    cut = union(_begun(), _happened(), _repriced()).subquery("cuts").c
    following = func.lead(cut.place).over(
        partition_by=(cut.customer_id, cut.series), order_by=cut.place
    )
    turn = select(cut.customer_id, cut.series, cut.place, (following - 1).label("last_place"))
    t, p = turn.subquery("cut_off").c, periods.c
    first = and_(p.series == t.series, p.place == t.place)
    of_period = [p[name] for name in _OF_PERIOD]
    return select(
        t.customer_id, t.series, t.place.label("first_place"), t.last_place, *of_period
    ).join_from(t.customer_id.table, periods, first)


def _begun() -> Select[Any]:
    """Return the first place of each series, for everybody."""
    s, p = spans().c, periods.c
    return select(s.customer_id, p.series, p.place).join_from(spans(), periods, p.place == 0)


def _happened() -> Select[Any]:
    """Return the periods in which something happens to a customer, and those after them."""
    changes, p = _changes(), periods.c
    here = and_(changes.c.at >= p.before_at, changes.c.at <= p.end_at)
    return select(changes.c.customer_id, p.series, p.place).join_from(changes, periods, here)


def _changes() -> CTE:
    """Return every instant at which a customer may be another than before."""
    s, v = spans().c, customer_versions.c
    told = [select(s.customer_id, s[name].label("at")).where(s[name].is_not(None)) for name in _AT]
    return union_all(*told, select(v.customer_id, v.valid_from)).cte("changes")


_AT = ("since", "until", "cancel_at", "cancel_requested_at")


def _repriced() -> Select[Any]:
    """Return the periods with another rate than the one before, for those who pay in that."""
    s, r, p = spans().c, rates.c, periods.c
    before = [
        func.lag(r[name]).over(partition_by=(p.series, r.currency), order_by=p.place)
        for name in RATES
    ]
    moved = or_(*(r[name].is_distinct_from(old) for name, old in zip(RATES, before, strict=True)))
    rated = (
        select(p.series, p.place, r.currency, moved.label("moved"))
        .join_from(periods, rates, r.period_id == p.period_id)
        .subquery()
    )
    new = and_(rated.c.currency == s.currency, rated.c.moved)
    return select(s.customer_id, rated.c.series, rated.c.place).join_from(spans(), rated, new)
