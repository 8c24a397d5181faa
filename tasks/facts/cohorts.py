"""Cohorts: customers by the month in which they first paid, and what they paid then.

The first MRR is what began at the instant of the first payment; a second subscription bought a
day later is expansion. Both ends are valued at the period's own rate, like the book.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    select,
)

from tasks.facts.book import BOOK, closing_book
from tasks.facts.context import periods, rates
from tasks.facts.functions import local_day, priced
from tasks.facts.panel import Panel
from tasks.facts.spans import DATED_BY, TABLES, spans

_MONTH = len("2026-02")


@cache
def cohorts() -> Panel:
    """Return cohort (``2026-02``), closed, closing, first and unpriced of every customer."""
    first, b = _valued().c, BOOK.c
    mine = and_(first.period_id == b.period_id, first.customer_id == b.customer_id)
    rows = (
        select(
            b.period_id,
            b.customer_id,
            b.period_end.label("attributes_at"),
            first.cohort,
            b.closed,
            b.closing,
            first.first,
            first.unpriced.label("first_unpriced"),
            b.unpriced,
        )
        .join_from(BOOK, _valued(), mine)
        .cte("cohorts")
    )
    derived = closing_book().derived
    return Panel("cohorts", rows, TABLES, DATED_BY, derived=derived, is_balance=True)


def cohort_months() -> Select[Any]:
    """Return the months in which anybody first paid before the last close, newest first."""
    f = _firsts().c
    known = f.first_paid_at < select(func.max(periods.c.end_at)).scalar_subquery()
    return select(f.cohort).where(known).distinct().order_by(f.cohort.desc())


@cache
def _valued() -> CTE:
    """Return the first MRR of every customer at the rate of each period asked for."""
    f, p, r = _firsts().c, periods.c, rates.c
    return (
        select(
            p.period_id,
            f.customer_id,
            f.cohort,
            func.sum(priced(f.mrr, r.closing_rate)).label("first"),
            func.bool_or(r.closing_rate.is_(None)).label("unpriced"),
        )
        .join_from(_firsts(), periods, f.first_paid_at < p.end_at)
        .outerjoin(rates, and_(r.period_id == p.period_id, r.currency == f.currency))
        .group_by(p.period_id, f.customer_id, f.cohort)
        .cte("first_valued")
    )


@cache
def _firsts() -> CTE:
    """Return the month, the currencies and the MRR with which each customer began."""
    s = spans().c
    first = func.min(s.since).over(partition_by=s.customer_id).label("first_paid_at")
    paid = select(s.customer_id, s.since, s.currency, s.mrr, first).where(s.pays).subquery()
    c = paid.c
    return (
        select(
            c.customer_id,
            c.first_paid_at,
            _month(local_day(c.first_paid_at)).label("cohort"),
            c.currency,
            func.sum(c.mrr).label("mrr"),
        )
        .where(c.since == c.first_paid_at)
        .group_by(c.customer_id, c.first_paid_at, c.currency)
        .cte("firsts")
    )


def _month(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.substr(cast(day, String), 1, _MONTH)
