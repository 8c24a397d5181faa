"""Advocacy: which customers of a period spoke well of us in it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import and_, func, select

from tasks.facts.book import closing_book
from tasks.facts.panel import Panel, events
from tasks.facts.voice import advocacy_events

_DATED_BY = (advocacy_events.name, advocacy_events.c.happened_at.name)


@cache
def advocates_book() -> Panel:
    """Return the customers of each period who spoke well of us, with how often they did.

    Praise by somebody who is no customer then (a lapsed or test account) is not there.
    """
    book, acts = closing_book(), _praise()
    praise = (
        select(acts.c.period_id, acts.c.customer_id, func.count().label("acts"))
        .group_by(acts.c.period_id, acts.c.customer_id)
        .cte("praise")
    )
    same = and_(praise.c.period_id == book.c.period_id, praise.c.customer_id == book.c.customer_id)
    rows = (
        select(book.rows, praise.c.acts).join_from(book.rows, praise, same).where(book.c.active)
    ).cte("advocates_book")
    return Panel(
        "advocates_book",
        rows,
        book.tables | acts.tables,
        _DATED_BY,
        derived=book.derived,
        is_balance=True,
    )


def _praise() -> Panel:
    a = advocacy_events.c
    return events(
        "praise_given", advocacy_events, at=a.happened_at, where=a.sentiment == "positive"
    )
