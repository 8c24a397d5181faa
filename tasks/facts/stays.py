"""Stays: for how many months each customer has been one when a period closes, and who had left.

A gap of up to ``reactivation_gap_days`` does not end a spell; a longer one does, and whoever comes
back after it starts again. What happens after the close is not known at the close.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Function,
    Integer,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from tasks.facts.context import periods, setting
from tasks.facts.functions import local_day, plus_days
from tasks.facts.panel import Panel
from tasks.facts.spans import DATED_BY, TABLES, spans
from tasks.facts.tenure import FOREVER, GAP_DAYS, months_between

# who left before this day is not in the data
OBSERVED_SINCE = cast(setting("survival_observed_since", date(1900, 1, 1)), Date)


@cache
def tenures() -> Panel:
    """Return ``months`` (whole ones, up to leaving or the close), ``left`` and ``entered``.

    There is a row for each spell that began before the close. ``entered`` is the month of the
    spell from which on it was observed: above 0 where it began before the history did.
    """
    stay, closes = _stays().c, _closes().c
    left = stay.until < closes.end_at  # whoever goes at the very close is still there just before
    last_day = case((left, stay.until_day), else_=closes.close_day)
    late = stay.began_day < OBSERVED_SINCE
    entered = case((late, months_between(stay.began_day, OBSERVED_SINCE)), else_=literal(0))
    here = and_(
        stay.since < closes.end_at, or_(stay.resumes.is_(None), stay.resumes >= closes.end_at)
    )
    rows = (
        select(
            closes.period_id,
            stay.customer_id,
            closes.end_at.label("attributes_at"),
            stay.began_at.label("tenure_start"),
            months_between(stay.began_day, last_day).label("months"),
            entered.label("entered"),
            left.label("left"),
        )
        .join_from(_stays(), _closes(), here)
        .where(last_day >= OBSERVED_SINCE)
        .cte("tenures")
    )
    return Panel("tenures", rows, TABLES, DATED_BY, is_balance=True)


@cache
def _closes() -> CTE:
    p = periods.c
    day = local_day(p.end_at).label("close_day")
    return select(p.period_id, p.end_at, day).cte("closes")


@cache
def _stays() -> CTE:
    """Return since and until of every unbroken stay, when its spell began, when that resumes."""
    p = _pieces().c
    unbroken = (
        select(
            p.customer_id,
            func.min(p.since).label("since"),
            func.max(p.until).label("until"),
            func.min(p.began_at).label("began_at"),
        )
        .group_by(p.customer_id, p.stay)
        .cte("unbroken")
    )
    s = unbroken.c

    def following(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lead(column).over(partition_by=s.customer_id, order_by=s.since)

    return select(
        *s,
        local_day(s.began_at).label("began_day"),
        local_day(s.until).label("until_day"),
        case((following(s.began_at) == s.began_at, following(s.since))).label("resumes"),
    ).cte("stays")


def _pieces() -> CTE:
    """Return the spans of each customer, with the number of its stay and when its spell began."""
    s = spans().c
    until = func.coalesce(s.until, FOREVER)
    before = func.max(until).over(
        partition_by=s.customer_id, order_by=(s.since, s.until), rows=(None, -1)
    )
    seen = select(s.customer_id, s.since, until.label("until"), before.label("before")).subquery()
    c = seen.c
    opens = or_(c.before.is_(None), c.since > c.before)
    begins = or_(c.before.is_(None), c.since > plus_days(c.before, GAP_DAYS))

    def so_far(what: Function[Any]) -> ColumnElement[Any]:
        return what.over(partition_by=c.customer_id, order_by=(c.since, c.until), rows=(None, 0))

    stay = so_far(func.sum(case((opens, literal(1, Integer)), else_=0)))
    began = so_far(func.max(case((begins, c.since))))
    return select(c.customer_id, c.since, c.until, stay.label("stay"), began.label("began_at")).cte(
        "pieces"
    )
