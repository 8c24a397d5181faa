"""Notices: who asked to cancel what, when, and how much a month it comes to.

A notice counts on the day it was given, which may be months before access ends. One that was
taken back before the period closed is none.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import and_, func, or_, select

from tasks.facts.context import bridge, periods, rates
from tasks.facts.functions import local_day, priced
from tasks.facts.panel import Panel
from tasks.facts.spans import spans


@cache
def notices() -> Panel:
    """Return subscription, mrr (local), rate and reason of every notice given in a period.

    ``is_first`` marks a customer's first of the period: who ends two subscriptions is still one
    customer. ``opening`` is what they pay when they give notice, of which nothing stays.
    """
    s, p, r = spans().c, periods.c, rates.c
    asked_at = s.cancel_requested_at
    known = and_(p.period_id == bridge.c.period_id, asked_at < p.end_at)
    stands = or_(s.withdrawn_at.is_(None), s.withdrawn_at >= p.end_at)
    turn = func.row_number().over(
        partition_by=(p.period_id, s.customer_id), order_by=(asked_at, s.subscription_id, s.since)
    )
    amount = priced(s.mrr, r.closing_rate)
    rows = (
        select(
            p.period_id,
            s.customer_id,
            asked_at.label("attributes_at"),
            s.mrr,
            r.closing_rate.label("rate"),
            and_(s.pays, r.closing_rate.is_(None)).label("unpriced"),
            (turn == 1).label("is_first"),
            amount.label("opening"),
            (amount * 0).label("closing"),
            s.cancel_reason.label("reason"),
        )
        .join_from(spans(), bridge, bridge.c.day == local_day(asked_at))
        .join(periods, known)
        .outerjoin(rates, and_(r.period_id == p.period_id, r.currency == s.currency))
        .where(s.is_first_notice, stands)
        .cte("notices")
    )
    dated_by = ("subscription_versions", "cancel_requested_at")
    return Panel("notices", rows, frozenset({"subscription_versions"}), dated_by)
