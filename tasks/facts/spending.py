"""Spending: what was spent on one kind of thing in each month of a period that has begun.

A month for which no cost is in the data is unknown, not free.
"""

from __future__ import annotations

from sqlalchemy import Date, DateTime, and_, cast, func, null, or_, select

from tasks.facts.context import months, periods, rates, setting
from tasks.facts.functions import local_day
from tasks.facts.panel import Panel
from tasks.facts.revenue import costs


def spending(kind: str) -> Panel:
    """Return amount and rate of every cost of a ``kind``; a month without any has no amount.

    What is called ``retention_cs_team`` is of the kind ``retention``.
    """
    c, m, p = costs.c, months.c, periods.c
    is_meant = or_(c.kind == kind, c.kind.like(f"{kind}_%"))
    has_begun = cast(m.month + "-01", Date) < local_day(p.end_at)
    currency = func.coalesce(c.currency, setting("company_currency", "USD"))
    rows = (
        select(
            m.period_id,
            null().label("customer_id"),
            cast(null(), DateTime).label("attributes_at"),
            c.amount,
            rates.c.closing_rate.label("rate"),
        )
        .join_from(months, periods, and_(p.period_id == m.period_id, has_begun))
        .outerjoin(costs, and_(c.period == m.month, is_meant))
        .outerjoin(rates, and_(rates.c.period_id == m.period_id, rates.c.currency == currency))
        .cte(f"spending_{kind}")
    )
    return Panel(f"spending_{kind}", rows, frozenset({"costs"}), ("costs", "period"), by_month=True)
