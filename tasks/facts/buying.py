"""Who bought in a period, how often, and for the how manieth time?

An order counts once it is completed, also where the money went back later; cancelled orders and
those still pending are no purchases.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select

from tasks.facts.commerce import orders
from tasks.facts.context import bridge, people, periods, setting
from tasks.facts.functions import local_day
from tasks.facts.panel import Panel, events

BOUGHT = ("completed", "refunded")
WEB, STORE = "web", "store"


@cache
def purchases() -> Panel:
    """Return the orders that count, by when they were ordered, with the ``rate`` of their money."""
    o = orders.c
    own = func.coalesce(o.currency, setting("company_currency", "USD"))
    counts = o.status.in_(BOUGHT)
    return events("purchases", orders, at=o.ordered_at, where=counts, priced_in=own)


@cache
def buyers() -> Panel:
    """Return each buyer of a period once, with ``orders``, ``web_orders`` and ``is_known``.

    ``bought_before`` is whether they had bought before the period, ``came_back`` whether one of
    its orders is not their first ever. An order of nobody in particular is a buyer who is not
    known.
    """
    b = _bought().c
    here = and_(periods.c.period_id == bridge.c.period_id, b.ordered_at < periods.c.end_at)
    before = func.min(b.first_ordered_at) < periods.c.start_at
    rows = (
        select(
            bridge.c.period_id,
            b.customer_id,
            func.max(b.ordered_at).label("attributes_at"),
            func.count().label("orders"),
            func.count().filter(b.is_web).label("web_orders"),
            b.customer_id.is_not(None).label("is_known"),
            before.label("bought_before"),
            or_(before, func.count() > 1).label("came_back"),
        )
        .join_from(_bought(), bridge, bridge.c.day == local_day(b.ordered_at))
        .join(periods, here)
        .group_by(bridge.c.period_id, b.customer_id, b.guest_order, periods.c.start_at)
        .cte("buyers")
    )
    return Panel("buyers", rows, frozenset({"orders"}), ("orders", "ordered_at"))


@cache
def _bought() -> CTE:
    """Return every order that counts, with its payer and when they first ordered."""
    o = orders.c
    payer = func.coalesce(people.c.billing_id, o.customer_id)
    return (
        select(
            payer.label("customer_id"),
            _guest(payer).label("guest_order"),
            o.ordered_at,
            func.coalesce(is_of(WEB, o.channel), False).label("is_web"),
            func.min(o.ordered_at).over(partition_by=payer).label("first_ordered_at"),
        )
        .join_from(orders, people, people.c.customer_id == o.customer_id, isouter=True)
        .where(o.status.in_(BOUGHT), func.coalesce(people.c.is_test, False).is_(False))
        .cte("bought")
    )


def _guest(payer: ColumnElement[str]) -> ColumnElement[str]:
    return case((payer.is_(None), orders.c.order_id))


def is_of(channel: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether an order came through ``channel``, however it is spelled."""
    return func.lower(column) == channel
