"""The book: who was a customer, and what they paid, at both ends of every period asked for.

One row per period and customer. Amounts are in the company's currency at the period's own rate,
so that a change of the rate table is never expansion; ``reported_opening`` is the opening as the
period before closed it, and the difference is the rebase. ``paid_then`` is what they paid a year
before the close.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from tasks.facts.bothends import columns, ends
from tasks.facts.context import context, periods
from tasks.facts.panel import Derived, Panel
from tasks.facts.runs import RUNS, runs
from tasks.facts.spans import DATED_BY, TABLES, spans

BOOK = Table("book", context, *columns())


@cache
def opening_book() -> Panel:
    """Return the book with every customer as they were when the period began."""
    told = runs("opening_runs", RUNS.c.period_start)
    return _side("opening_book", BOOK.c.period_start, told)


@cache
def closing_book() -> Panel:
    """Return the book with every customer as they were when the period closed."""
    return _side("closing_book", BOOK.c.period_end, runs("closing_runs", RUNS.c.period_end))


@cache
def year_ago_book() -> Panel:
    """Return the book with every customer as they were a year before the period closed."""
    return _side("year_ago_book", BOOK.c.year_ago)


def _side(name: str, at: ColumnElement[Any], told: Panel | None = None) -> Panel:
    rows = select(BOOK, at.label("attributes_at")).cte(name)
    derived = derived_book()
    return Panel(name, rows, TABLES, DATED_BY, derived=derived, is_balance=True, runs=told)


@cache
def derived_book() -> tuple[Derived, ...]:
    """Return the table that every panel over the book rests on."""
    return (Derived(BOOK, _book),)


def _book() -> Select[Any]:
    return ends(spans().join(periods, spans().c.since < periods.c.end_at), periods.c)
