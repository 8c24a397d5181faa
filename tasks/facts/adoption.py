"""Adoption: which of the customers of a period used the product in it, and which features."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from tasks.facts.activedays import ACTIVE_DAYS, WORD_NAMES, active_days_derived, was_active
from tasks.facts.activity import DATED_BY, TABLES, USES, uses_derived
from tasks.facts.book import closing_book
from tasks.facts.context import bridge, people, period_bits
from tasks.facts.panel import Panel
from tasks.facts.runs import RUNS, runs_derived
from tasks.facts.spans import TABLES as BOOK_TABLES
from tasks.facts.usage import usage_events


@cache
def users_book() -> Panel:
    """Return the customers of each period that have at least one usage event in it.

    Use by somebody who is no customer then (a lapsed or test account) is not there.
    """
    book = closing_book()
    rows = (
        select(*carried(book))
        .join_from(book.rows, ACTIVE_DAYS, ACTIVE_DAYS.c.customer_id == book.c.customer_id)
        .join(period_bits, period_bits.c.period_id == book.c.period_id)
        .where(book.c.active, was_active(ACTIVE_DAYS.c))
        .cte("users_book")
    )
    derived, tables = (*book.derived, active_days_derived()), book.tables | TABLES
    return Panel(
        *("users_book", rows, tables, DATED_BY),
        derived=derived,
        is_balance=True,
        runs=_users_in_runs(),
    )


def _users_in_runs() -> Panel:
    """Return the same told in runs: of their periods it is those in which they used anything."""
    r, used = RUNS.c, ACTIVE_DAYS.c
    rows = (
        select(RUNS, r.period_end.label("attributes_at"), *(used[name] for name in WORD_NAMES))
        .join_from(RUNS, ACTIVE_DAYS, used.customer_id == r.customer_id)
        .where(r.active)
        .cte("users_in_runs")
    )
    return Panel(
        *("users_in_runs", rows, BOOK_TABLES | TABLES, DATED_BY),
        derived=(*runs_derived(), active_days_derived()),
        is_balance=True,
        lasting=True,
        only_if=was_active(rows.c),
    )


@cache
def features_book() -> Panel:
    """Return the customers of each period once for every feature they used in it."""
    book = closing_book()
    used = (
        select(bridge.c.period_id, USES.c.customer_id, USES.c.feature)
        .join_from(USES, bridge, bridge.c.day == USES.c.day)
        .where(USES.c.feature.is_not(None))
        .distinct()
        .subquery()
    )
    same = and_(used.c.period_id == book.c.period_id, used.c.customer_id == book.c.customer_id)
    rows = (
        select(*carried(book), used.c.feature).join_from(book.rows, used, same).where(book.c.active)
    ).cte("features_book")
    derived = (*book.derived, uses_derived())
    return Panel(
        "features_book", rows, book.tables | TABLES, DATED_BY, derived=derived, is_balance=True
    )


def carried(book: Panel) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of the book that say whose a row is, and what they pay."""
    c = book.c
    return (
        c.period_id,
        c.customer_id,
        c.attributes_at,
        c.opening,
        c.closing,
        c.unpriced,
    )


def features() -> Select[Any]:
    """Return every feature anybody but test accounts ever used, the most used first."""
    f = usage_events.c.feature
    return (
        select(f)
        .join_from(usage_events, people, people.c.customer_id == usage_events.c.customer_id)
        .where(people.c.is_test.is_(False), f.is_not(None))
        .group_by(f)
        .order_by(func.count().desc(), f)
    )
