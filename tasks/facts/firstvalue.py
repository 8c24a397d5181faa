"""First value: how many days passed from a customer's purchase to what they bought it for."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from tasks.facts.context import bridge, people, periods
from tasks.facts.functions import local_day, seconds_between
from tasks.facts.panel import Panel
from tasks.facts.spans import spans
from tasks.facts.usage import value_events

_DAY = 86_400


@cache
def values_reached() -> Panel:
    """Return the customers who first got value in each period, with the ``days`` it took them.

    Days are local calendar days since they first paid; what a trial had already shown took none.
    Whoever never paid is not there.
    """
    reached, bought = _reached(), _bought().c
    at = reached.c.reached_at
    passed = seconds_between(_midnight(bought.bought_at), _midnight(at)) / _DAY
    rows = (
        select(
            bridge.c.period_id,
            reached.c.customer_id,
            at.label("attributes_at"),
            func.greatest(cast(passed, Integer), literal(0)).label("days"),
        )
        .join_from(reached, _bought(), bought.customer_id == reached.c.customer_id)
        .join(bridge, bridge.c.day == local_day(at))
        .join(periods, and_(periods.c.period_id == bridge.c.period_id, at < periods.c.end_at))
        .where(bought.bought_at < periods.c.end_at)
        .cte("values_reached")
    )
    tables = frozenset({"value_events", "subscription_versions"})
    return Panel("values_reached", rows, tables, ("value_events", "first_value_at"))


def _reached() -> Subquery:
    """Return when each paying customer, with their duplicates and children, first got value."""
    v = value_events.c
    payer = func.coalesce(people.c.billing_id, v.customer_id).label("customer_id")
    first = func.min(v.first_value_at).label("reached_at")
    return (
        select(payer, first)
        .join_from(value_events, people, people.c.customer_id == v.customer_id, isouter=True)
        .where(func.coalesce(people.c.is_test, False).is_(False))
        .group_by(func.coalesce(people.c.billing_id, v.customer_id))
        .subquery("reached")
    )


@cache
def _bought() -> CTE:
    s = spans().c
    first = func.min(case((s.pays, s.since))).label("bought_at")
    return select(s.customer_id, first).group_by(s.customer_id).cte("bought")


def _midnight(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the local midnight before ``at`` without its zone: they lie whole days apart."""
    return cast(local_day(at), DateTime)
