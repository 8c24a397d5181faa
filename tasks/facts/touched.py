"""When did a person of ours last speak with each customer of a period?"""

from __future__ import annotations

from functools import cache

from sqlalchemy import and_, func, select

from tasks.facts.book import closing_book
from tasks.facts.context import people, periods
from tasks.facts.customers import touches
from tasks.facts.panel import Panel


@cache
def touch_book() -> Panel:
    """Return everybody who was a customer in a period, with ``touched_at``, their last touch.

    It is NULL for those never touched before the close. A touch of any account of a payer counts.
    """
    book = closing_book()
    last = (
        select(
            periods.c.period_id,
            people.c.billing_id,
            func.max(touches.c.at).label("touched_at"),
        )
        .join_from(touches, people, people.c.customer_id == touches.c.customer_id)
        .join(periods, touches.c.at < periods.c.end_at)
        .where(people.c.is_test.is_(False))
        .group_by(periods.c.period_id, people.c.billing_id)
        .cte("last_touches")
    )
    same = and_(last.c.period_id == book.c.period_id, last.c.billing_id == book.c.customer_id)
    rows = (
        select(book.rows, last.c.touched_at)
        .join_from(book.rows, last, same, isouter=True)
        .where(book.c.active)
        .cte("touch_book")
    )
    return Panel(
        "touch_book",
        rows,
        book.tables | {"touches"},
        ("touches", "at"),
        derived=book.derived,
        is_balance=True,
    )
