"""Adoption: which of the customers of a period used the product in it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import and_, func, select

from tasks.facts.book import closing_book
from tasks.facts.context import bridge, people, periods
from tasks.facts.functions import local_day
from tasks.facts.panel import Panel
from tasks.facts.usage import usage_events


@cache
def users_book() -> Panel:
    """Return the customers of each period that have at least one usage event in it.

    Use by somebody who is no customer then (a lapsed or test account) is not there.
    """
    book = closing_book()
    u = usage_events.c
    placed = and_(periods.c.period_id == bridge.c.period_id, u.event_at < periods.c.end_at)
    used = (
        select(bridge.c.period_id, people.c.billing_id, func.count().label("events"))
        .join_from(usage_events, bridge, bridge.c.day == local_day(u.event_at))
        .join(periods, placed)
        .join(people, people.c.customer_id == u.customer_id)
        .group_by(bridge.c.period_id, people.c.billing_id)
        .cte("used")
    )
    same = and_(used.c.period_id == book.c.period_id, used.c.billing_id == book.c.customer_id)
    rows = (
        select(book.rows, used.c.events).join_from(book.rows, used, same).where(book.c.active)
    ).cte("users_book")
    return Panel(
        "users_book",
        rows,
        book.tables | {"usage_events"},
        ("usage_events", "event_at"),
        derived=book.derived,
        is_balance=True,
    )
