"""Engagement: through which channels was a customer in touch with us of their own accord?"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, select, union

from tasks.facts.activedays import ACTIVE_DAYS, active_days_derived, was_active
from tasks.facts.adoption import carried
from tasks.facts.book import closing_book
from tasks.facts.commerce import orders
from tasks.facts.context import period_bits
from tasks.facts.panel import Panel, events
from tasks.facts.voice import csi_responses, survey_responses


def engagement_book(name: str, *tables: str) -> Panel:
    """Return the customers of each period: whether they ``used``, ``answered`` and ``ordered``.

    ``tables`` are those without which what is counted would be wrong.
    """
    book, channels = closing_book(), (_used(), _answered(), _ordered())
    source: FromClause = book.rows
    for channel in channels:
        source = source.outerjoin(channel, _same(book, channel))
    flags = [channel.c.customer_id.is_not(None).label(channel.name) for channel in channels]
    rows = select(*carried(book), *flags).select_from(source).where(book.c.active).cte(name)
    derived = (*book.derived, active_days_derived())
    return Panel(
        name, rows, book.tables | set(tables), book.dated_by, derived=derived, is_balance=True
    )


def _same(book: Panel, channel: CTE) -> ColumnElement[bool]:
    return and_(
        channel.c.period_id == book.c.period_id, channel.c.customer_id == book.c.customer_id
    )


@cache
def _used() -> CTE:
    both = select(period_bits.c.period_id, ACTIVE_DAYS.c.customer_id)
    return both.join_from(ACTIVE_DAYS, period_bits, was_active(ACTIVE_DAYS.c)).cte("used")


@cache
def _answered() -> CTE:
    """Return who answered a survey of any kind; one sent back empty is no answer."""
    asked, index = survey_responses.c, csi_responses.c
    surveys = events(
        "answers_given", survey_responses, at=asked.responded_at, where=asked.score.is_not(None)
    )
    indices = events(
        "index_answers_given",
        csi_responses,
        at=index.responded_at,
        where=index.q_overall.is_not(None),
    )
    return union(_who(surveys), _who(indices)).cte("answered")


@cache
def _ordered() -> CTE:
    """Return who ordered; a refund does not undo that, a cancellation does."""
    placed = events(
        "orders_placed", orders, at=orders.c.ordered_at, where=orders.c.status != "cancelled"
    )
    return _who(placed).distinct().cte("ordered")


def _who(panel: Panel) -> Select[Any]:
    return select(panel.c.period_id, panel.c.customer_id)
