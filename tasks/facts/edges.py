"""Edges: every start and end of a span of money, the other way to get from opening to closing.

The book looks at states, the edges at changes. Both must tell the same, per currency and to the
last decimal; that is the double entry the identities are checked with.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import CTE, and_, case, select, union_all

from tasks.facts.context import bridge, periods
from tasks.facts.functions import in_force, local_day
from tasks.facts.panel import Panel
from tasks.facts.spans import DATED_BY, TABLES, spans


@cache
def double_entry() -> Panel:
    """Return opening, closing and moved (all local) of every span and change of a period."""
    rows = union_all(select(_states()), select(_changes())).cte("double_entry")
    return Panel("double_entry", rows, TABLES, DATED_BY)


def _states() -> CTE:
    s, p = spans().c, periods.c
    opens = in_force(s.since, s.until, p.start_at)
    closes = in_force(s.since, s.until, p.end_at)
    return (
        select(
            p.period_id,
            s.customer_id,
            s.currency,
            p.end_at.label("attributes_at"),
            case((opens, s.mrr), else_=0).label("opening"),
            case((closes, s.mrr), else_=0).label("closing"),
            (s.mrr * 0).label("moved"),
        )
        .join_from(spans(), periods, s.since < p.end_at)
        .where(opens | closes)
        .cte("states")
    )


def _changes() -> CTE:
    s = spans().c
    starts = select(s.customer_id, s.currency, s.since.label("at"), s.mrr.label("amount"))
    ends = select(s.customer_id, s.currency, s.until, -s.mrr).where(s.until.is_not(None))
    edge = union_all(starts, ends).subquery()
    here = and_(periods.c.period_id == bridge.c.period_id, edge.c.at < periods.c.end_at)
    return (
        select(
            bridge.c.period_id,
            edge.c.customer_id,
            edge.c.currency,
            periods.c.end_at.label("attributes_at"),
            (edge.c.amount * 0).label("opening"),
            (edge.c.amount * 0).label("closing"),
            edge.c.amount.label("moved"),
        )
        .join_from(edge, bridge, bridge.c.day == local_day(edge.c.at))
        .join(periods, here)
        .cte("changes")
    )
