"""What is kept by month, with every month of a period: a missing one shows instead of being 0."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DateTime as Instant
from sqlalchemy import Select, String, Table, and_, cast, func, null, select

from tasks.facts.context import months, periods
from tasks.facts.functions import local_day
from tasks.facts.panel import Panel


def every_month(name: str, fact: Table) -> Panel:
    """Return a row per period and month that has begun in it; NULLs where the fact has none.

    It has no customers, so no segments, and no values of weeks and days.
    """
    first_day = func.concat(months.c.month, "-01")
    begun = and_(
        periods.c.period_id == months.c.period_id,
        first_day < cast(local_day(periods.c.end_at), String),  # both are written 2026-03-01
    )
    rows: Select[Any] = (
        select(
            *(column for column in fact.c if column.name != "period"),
            months.c.period_id,
            null().label("customer_id"),
            cast(null(), Instant).label("attributes_at"),
        )
        .join_from(months, periods, begun)
        .outerjoin(fact, fact.c.period == months.c.month)
    )
    tables = frozenset({fact.name})
    return Panel(name, rows.cte(name), tables, (fact.name, "period"), by_month=True)
