"""A panel: rows of facts placed in the periods asked for, each with its customer, if it has one.

``events(fact, at=...)`` makes one from any fact that happens at a time. Its columns are the
fact's own plus period_id, customer_id (the one who pays), attributes_at and start_at, end_at and
known_at of the period; predicates of measures are written on ``panel.c``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Label,
    Select,
    Table,
    and_,
    cast,
    func,
    null,
    select,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from tasks.facts.context import (
    ASKED_SINCE,
    ASKED_UNTIL,
    bridge,
    months,
    people,
    periods,
    rates,
)
from tasks.facts.functions import local_day
from tasks.facts.tenure import tenure_start


@dataclass(frozen=True, eq=False)
class Derived:
    """A table that several panels rest on: computed once for the periods asked for.

    ``at_once``: it has no row per period, so it is made for all periods together.
    """

    table: Table
    rows: Callable[[], Select[Any]]
    at_once: bool = False


@dataclass(frozen=True, eq=False)
class Panel:
    """Rows with period_id, customer_id and attributes_at; ``tables`` are the facts it reads.

    ``dated_by`` names the fact and the column that place a row in time: they tell for which
    periods the facts reach at all. ``derived`` are the tables to compute before its rows are read.
    ``is_balance``: its rows say how things stood just before ``attributes_at``. ``everywhere``: it
    has no customers, and what it comes to holds for each segment as well (the days of a period).
    Without a column customer_id its rows are nobody's (calls, visits of a store): they are cut by
    columns of their own only.

    ``runs`` tells the same in runs of periods, for when many are asked about (see ``facts.runs``);
    such a panel is ``lasting``. ``only_if``: of the periods of a run it is only those. ``days``
    tells the same by the local day, each row once however many periods it is in.
    """

    name: str
    rows: CTE
    tables: frozenset[str]
    dated_by: tuple[str, str]
    by_month: bool = False
    derived: tuple[Derived, ...] = ()
    is_balance: bool = False
    everywhere: bool = False
    lasting: bool = False
    runs: Panel | None = None
    only_if: ColumnElement[bool] | None = None
    days: Panel | None = None

    @property
    def at_once(self) -> bool:
        """Whether all periods can be asked about together: its rows are not one for each of them.

        A balance says something of everybody at each close, and would fill the memory.
        """
        return self.lasting or not self.is_balance

    @property
    def c(self) -> ReadOnlyColumnCollection[str, Any]:
        """The columns that measures may use."""
        return self.rows.c


def events(
    name: str,
    fact: Table,
    *,
    at: Column[Any],
    where: ColumnElement[bool] | None = None,
    per: Sequence[ColumnElement[Any]] = (),
    tests: bool = False,
    priced_in: ColumnElement[Any] | None = None,
    tenure: bool = False,
) -> Panel:
    """Return the rows of ``fact`` by the period in which ``at`` falls, as the panel ``name``.

    ``at`` is an instant, or a local day; a day counts once it is over or has begun, never ahead.
    ``per`` adds ``newest`` and ``oldest``: whether a row is the last or first of its key in that
    period (several answers of one respondent). ``tests`` keeps test accounts. ``priced_in`` names
    the currency column and adds ``rate``. ``tenure`` adds ``tenure_start``, when the customer's
    present spell as a paying customer began.
    """
    chosen = [*_facts(fact), *_placed(fact, at), *_ranked(fact, at, per)]
    if priced_in is not None:
        chosen.append(rates.c.closing_rate.label("rate"))
    if tenure:
        chosen.append(tenure_start(people.c.billing_id, at).label("tenure_start"))
    rows: Select[Any] = select(*chosen).select_from(_joined(fact, at, priced_in))
    real = None if tests or not _has_customers(fact) else _real()
    which = [one for one in (where, real, *_asked(at)) if one is not None]
    tables = frozenset({fact.name} | ({"subscription_versions"} if tenure else set()))
    days = _by_day(f"{name}_by_day", fact, at, which) if isinstance(at.type, DateTime) else None
    return Panel(name, rows.where(*which).cte(name), tables, (fact.name, at.name), days=days)


def _by_day(name: str, fact: Table, at: Column[Any], which: Sequence[ColumnElement[bool]]) -> Panel:
    """Return the rows with the local day of ``at``: all there is known of them on their own."""
    known_at = select(func.max(periods.c.known_at)).scalar_subquery()  # it is one for all periods
    source: FromClause = fact
    if _has_customers(fact):
        source = fact.outerjoin(people, people.c.customer_id == fact.c.customer_id)
    rows = (
        select(*_facts(fact), *_payer(fact), at.label("attributes_at"), local_day(at).label("day"))
        .select_from(source)
        .where(*which, at < known_at)
        .cte(name)
    )
    return Panel(name, rows, frozenset({fact.name}), (fact.name, at.name))


def monthly(name: str, fact: Table) -> Panel:
    """Return the rows of a fact that is kept by month; it has no customers, so no segments."""
    rows = (
        select(
            *(column for column in fact.c if column.name != "period"),
            months.c.period_id,
            null().label("customer_id"),
            cast(null(), DateTime).label("attributes_at"),
        )
        .join_from(fact, months, months.c.month == fact.c.period)
        .cte(name)
    )
    return Panel(name, rows, frozenset({fact.name}), (fact.name, "period"), by_month=True)


def _facts(fact: Table) -> list[ColumnElement[Any]]:
    return [column for column in fact.c if column.name != "customer_id"]


def _placed(fact: Table, at: Column[Any]) -> list[Label[Any]]:
    return [
        *_payer(fact),
        bridge.c.period_id.label("period_id"),
        (cast(at, DateTime) if isinstance(at.type, Date) else at).label("attributes_at"),
        periods.c.start_at.label("period_start"),
        periods.c.end_at.label("period_end"),
        periods.c.known_at.label("known_at"),
    ]


def _payer(fact: Table) -> list[Label[Any]]:
    if not _has_customers(fact):
        return []
    return [func.coalesce(people.c.billing_id, fact.c.customer_id).label("customer_id")]


def _has_customers(fact: Table) -> bool:
    return "customer_id" in fact.c


def _ranked(fact: Table, at: Column[Any], per: Sequence[ColumnElement[Any]]) -> list[Label[Any]]:
    if not per:
        return []
    key = (bridge.c.period_id, *per)
    tie = list(fact.primary_key.columns)
    last = func.row_number().over(partition_by=key, order_by=[at.desc(), *(c.desc() for c in tie)])
    first = func.row_number().over(partition_by=key, order_by=[at, *tie])
    return [(last == 1).label("newest"), (first == 1).label("oldest")]


def _joined(fact: Table, at: Column[Any], priced_in: ColumnElement[Any] | None) -> FromClause:
    day, end = _in_days(at)
    source: FromClause = fact.join(bridge, bridge.c.day == day).join(
        periods, and_(periods.c.period_id == bridge.c.period_id, at < end)
    )
    if _has_customers(fact):
        source = source.outerjoin(people, people.c.customer_id == fact.c.customer_id)
    if priced_in is None:
        return source
    same = and_(rates.c.period_id == bridge.c.period_id, rates.c.currency == priced_in)
    return source.outerjoin(rates, same)


def _in_days(at: Column[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the local day of ``at``, and before what it must lie to be known at the close."""
    if isinstance(at.type, Date):
        return at, local_day(periods.c.end_at)
    return local_day(at), periods.c.end_at


def _asked(at: Column[Any]) -> tuple[ColumnElement[bool], ...]:
    """Return what leaves out most of a large fact before anything is computed of its rows."""
    return () if isinstance(at.type, Date) else (at >= ASKED_SINCE, at < ASKED_UNTIL)


def _real() -> ColumnElement[bool]:
    return func.coalesce(people.c.is_test, False).is_(False)
