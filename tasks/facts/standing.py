"""How things stand when a period closes: open tickets, undecided contracts; and its days."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, Select, Table, and_, cast, func, null, select
from sqlalchemy import DateTime as Instant

from tasks.facts.context import bridge, people, periods
from tasks.facts.functions import in_force, local_day
from tasks.facts.panel import Panel


def standing(
    name: str,
    fact: Table,
    *,
    since: Column[Any],
    until: ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
) -> Panel:
    """Return the rows of ``fact`` that hold just before a period closes, as the panel ``name``.

    A row holds in ``[since, until)``, both instants or both local days; ``until`` NULL means that
    it goes on. Test accounts are out.
    """
    close = local_day(periods.c.end_at) if isinstance(since.type, Date) else periods.c.end_at
    real = func.coalesce(people.c.is_test, False).is_(False)
    rows: Select[Any] = (
        select(
            *(column for column in fact.c if column.name != "customer_id"),
            func.coalesce(people.c.billing_id, fact.c.customer_id).label("customer_id"),
            periods.c.period_id,
            periods.c.end_at.label("attributes_at"),
            periods.c.start_at.label("period_start"),
            periods.c.end_at.label("period_end"),
            periods.c.known_at,
        )
        .join_from(fact, periods, in_force(since, until, close))
        .outerjoin(people, people.c.customer_id == fact.c.customer_id)
        .where(real)
    )
    rows = rows if where is None else rows.where(where)
    dated_by = (fact.name, since.name)
    return Panel(name, rows.cte(name), frozenset({fact.name}), dated_by, is_balance=True)


@cache
def days() -> Panel:
    """Return the local days of each period, up to its close; a day with 23 hours is a day."""
    over = bridge.c.day < local_day(periods.c.end_at)
    rows = (
        select(
            bridge.c.period_id,
            bridge.c.day,
            null().label("customer_id"),
            cast(null(), Instant).label("attributes_at"),
        )
        .join_from(bridge, periods, and_(periods.c.period_id == bridge.c.period_id, over))
        .cte("days")
    )
    return Panel("days", rows, frozenset(), ("", ""), everywhere=True)
