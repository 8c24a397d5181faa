"""Tenure: since when somebody has been a paying customer without a real break."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)

from tasks.facts.context import setting
from tasks.facts.functions import plus_days, seconds_between
from tasks.facts.spans import spans

GAP_DAYS = setting("reactivation_gap_days", 30)
DAY = 86_400
FOREVER = literal(datetime(9999, 1, 1), DateTime)  # noqa: DTZ001 - the lake's instants have no zone
BANDS = (
    (90, "under 90 days"),
    (365, "90 days to 1 year"),
    (1095, "1 to 3 years"),
)
LONGEST_BAND = "over 3 years"
MONTHS_A_YEAR = 12


@cache
def spells() -> CTE:
    """Return customer_id and began_at of every spell; a short enough gap does not end one."""
    s = spans().c
    before = func.max(func.coalesce(s.until, FOREVER)).over(
        partition_by=s.customer_id, order_by=(s.since, s.until), rows=(None, -1)
    )
    seen = select(s.customer_id, s.since, before.label("before")).subquery()
    # nothing before, or a gap that is too long
    begins = or_(seen.c.before.is_(None), seen.c.since > plus_days(seen.c.before, GAP_DAYS))
    return select(seen.c.customer_id, seen.c.since.label("began_at")).where(begins).cte("spells")


def tenure_start(customer_id: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return when the spell began in which the customer is at ``at``; NULL for no customer."""
    spell = spells().alias()
    return (
        select(func.max(spell.c.began_at))
        .where(spell.c.customer_id == customer_id, spell.c.began_at <= at)
        .scalar_subquery()
    )


def tenure_days(start: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return days (24 h) from ``start`` to ``at``."""
    return seconds_between(start, at) / DAY


def tenure_band(start: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the words for a tenure; NULL where there is none."""
    days = tenure_days(start, at)
    rungs = [(days < limit, name) for limit, name in BANDS]
    return case((start.is_(None), None), *rungs, else_=LONGEST_BAND)


def months_between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the whole months from one day to another, as an invoice counts them.

    Whoever joined on the 31st completes a month on the last day of a shorter one.
    """
    year, month, day = ((_part(name, start), _part(name, end)) for name in ("year", "month", "day"))
    following = plus_days(cast(end, DateTime), 1)
    falls_short = and_(day[1] < day[0], _part("month", following) == month[1])
    months = (year[1] - year[0]) * MONTHS_A_YEAR + month[1] - month[0]
    return months - case((falls_short, 1), else_=0)


def _part(name: str, of: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(extract(name, of), Integer)
