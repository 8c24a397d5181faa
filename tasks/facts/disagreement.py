"""Which customers does the source that comes second tell another MRR of than the first?"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, Table, and_, case, func, literal, select, union_all

from tasks.facts.context import periods, rates
from tasks.facts.functions import in_force
from tasks.facts.spans import second_spans, spans

A_COIN = 0.01  # two systems that round differently do not disagree


def disagreements() -> Select[Any]:
    """Return period_id, customers, and the MRR at the close by the first and the second source.

    In the company's currency; ``unpriced`` counts amounts without an exchange rate.
    """
    sides = union_all(_side(spans(), is_first=True), _side(second_spans(), is_first=False))
    side = sides.subquery()
    known = select(second_spans().c.customer_id)
    per_customer = (
        select(
            side.c.period_id,
            side.c.customer_id,
            func.sum(side.c.first).label("first"),
            func.sum(side.c.second).label("second"),
            func.sum(side.c.unpriced).label("unpriced"),
        )
        .where(side.c.customer_id.in_(known))
        .group_by(side.c.period_id, side.c.customer_id)
        .subquery()
    )
    c = per_customer.c
    return (
        select(
            c.period_id,
            func.count().label("customers"),
            func.sum(c.first).label("first"),
            func.sum(c.second).label("second"),
            func.sum(c.unpriced).label("unpriced"),
        )
        .where(func.abs(c.first - c.second) >= A_COIN)
        .group_by(c.period_id)
    )


def _side(spans: CTE | Table, *, is_first: bool) -> Select[Any]:
    s, p, nothing = spans.c, periods.c, literal(0)
    worth = func.coalesce(s.mrr * rates.c.closing_rate, nothing)
    return (
        select(
            p.period_id,
            s.customer_id,
            (worth if is_first else nothing).label("first"),
            (nothing if is_first else worth).label("second"),
            case((and_(s.pays, rates.c.closing_rate.is_(None)), 1), else_=0).label("unpriced"),
        )
        .join_from(spans, periods, in_force(s.since, s.until, p.end_at))
        .outerjoin(rates, and_(rates.c.period_id == p.period_id, rates.c.currency == s.currency))
    )
