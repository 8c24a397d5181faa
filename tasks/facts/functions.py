"""The few SQL primitives that engines spell differently; everything else is plain SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Numeric,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from tasks.facts.clocks import day_by_clock
from tasks.facts.context import TIMEZONE, business_days

MONEY = Numeric(20, 8)  # times a rate of 18 digits, 8 of them decimals: exactly the 38 there are
MINUTES = Numeric(18, 6)
SECONDS_A_MINUTE = 60


class local_date(GenericFunction[Any]):  # noqa: N801 - reads as SQL
    """``local_date(instant, zone)``: the calendar day on which a UTC instant falls there."""

    type = Date()
    inherit_cache = True


class plus_days(GenericFunction[Any]):  # noqa: N801 - reads as SQL
    """``plus_days(instant, n)``: n times 24 hours later."""

    type = DateTime()
    inherit_cache = True


class seconds_between(GenericFunction[Any]):  # noqa: N801 - reads as SQL
    """``seconds_between(a, b)``: seconds from a to b, negative where b is earlier."""

    type = Double()
    inherit_cache = True


@compiles(local_date)
def _local_date(element: local_date, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    at, zone = (compiler.process(clause, **options) for clause in element.clauses)
    looked_up = f"CAST(timezone({zone}, timezone('UTC', {at})) AS DATE)"
    is_short = isinstance(element.clauses.clauses[0], ColumnClause)  # it is repeated many times
    is_known = zone.startswith("'")
    return day_by_clock(at, zone.strip("'"), looked_up) if is_short and is_known else looked_up


@compiles(plus_days)
def _plus_days(element: plus_days, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    at, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({at} + {days} * INTERVAL '1 day')"


@compiles(seconds_between)
def _seconds(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"EXTRACT(EPOCH FROM ({end} - {start}))"


def local_day(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the company's calendar day on which the instant ``at`` falls."""
    return local_date(at, TIMEZONE)


def priced(amount: ColumnElement[Any], rate: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return an amount at a rate, exact; wide enough that no engine overflows on the way."""
    return cast(amount, MONEY) * rate


def minutes(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return calendar minutes from ``start`` to ``end``, exact to a millionth."""
    return cast(seconds_between(start, end) / SECONDS_A_MINUTE, MINUTES)


def business_minutes(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the minutes of business hours that lie between two instants.

    Each is the difference of two running totals: business minutes up to ``end`` less those up to
    ``start``. Time zone, DST and holidays are already in the table of business days.
    """
    return _business_minutes_until(end) - _business_minutes_until(start)


def _business_minutes_until(at: ColumnElement[Any]) -> ColumnElement[Any]:
    opens, closes, before = (
        _on_the_day_of(at, name) for name in ("opens_at", "closes_at", "minutes_before")
    )
    return before + minutes(opens, func.greatest(opens, func.least(at, closes)))


def _on_the_day_of(at: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """Return a column of the business day on which ``at`` falls."""
    day = business_days.alias()
    # max() changes nothing, a day stands there once; engines want to be sure of a single row
    return select(func.max(day.c[name])).where(day.c.day == local_day(at)).scalar_subquery()


def in_force(
    since: ColumnElement[Any], until: ColumnElement[Any], at: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return whether ``[since, until)`` holds just before ``at`` (the left limit).

    A renewal at exactly the boundary instant therefore still belongs to the period it opens, and
    closing = opening + movements holds exactly.
    """
    return and_(since < at, or_(until.is_(None), until >= at))


def when(condition: ColumnElement[bool] | None, amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``amount`` where the condition holds, else NULL."""
    return amount if condition is None else case((condition, amount))


def both(*conditions: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """Return the conjunction of those conditions that are given."""
    return and_(true(), *(condition for condition in conditions if condition is not None))
