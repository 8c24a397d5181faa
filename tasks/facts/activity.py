"""Activity: on how many days, with which features and by how many people was the product used?

Every KPI about use rests on three tables, each computed once: ``USES`` (who used what on which
local day, the only one that reads the events), ``ACTIVITY`` (that, per period and customer) and
``RECENT`` (the same for the month before each close, which weeks look back on as well).
A user is a person at a customer: whoever works for two customers is two users.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Numeric,
    Select,
    String,
    Table,
    and_,
    cast,
    func,
    literal,
    select,
    tuple_,
)

from tasks.facts.context import ASKED_SINCE, ASKED_UNTIL, bridge, context, people, periods
from tasks.facts.functions import local_day, plus_days
from tasks.facts.panel import Derived, Panel
from tasks.facts.usage import usage_events

TABLES = frozenset({"usage_events"})
DATED_BY = ("usage_events", "event_at")
A_WEEK = 7
SHORTEST_MONTH, LONGEST_MONTH = 28, 31

USES = Table(
    "uses",
    context,
    *(Column(name, String) for name in ("customer_id", "user_id", "feature")),
    Column("day", Date),
    Column("events", BigInteger),
    Column("seconds", Numeric(38, 6)),
    Column("last_at", DateTime),
)


def _per_customer(name: str) -> Table:
    counts = ("events", "users", "user_days", "active_days", "features", "users_in_last_week")
    return Table(
        name,
        context,
        Column("period_id", BigInteger),
        Column("customer_id", String),
        *(Column(count, BigInteger) for count in counts),
        Column("seconds", Numeric(38, 6)),
        Column("last_at", DateTime),
    )


ACTIVITY = _per_customer("activity")
RECENT = _per_customer("recent_activity")


@cache
def uses_derived() -> Derived:
    """Return the table of uses, for whoever needs more than numbers by customer."""
    return Derived(USES, _uses)


@cache
def activity_derived() -> tuple[Derived, ...]:
    """Return what to compute before ``ACTIVITY`` is read."""
    return (uses_derived(), Derived(ACTIVITY, lambda: _activity(bridge)))


@cache
def recent_derived() -> tuple[Derived, ...]:
    """Return what to compute before ``RECENT`` is read."""
    return (uses_derived(), Derived(RECENT, lambda: _activity(_recent_days())))


@cache
def activity() -> Panel:
    """Return who used the product in each period, customers or not; test accounts are out."""
    rows = (
        select(ACTIVITY, periods.c.end_at.label("attributes_at"))
        .join_from(ACTIVITY, periods, periods.c.period_id == ACTIVITY.c.period_id)
        .cte("active_customers")
    )
    return Panel("activity", rows, TABLES, DATED_BY, derived=activity_derived(), is_balance=True)


@cache
def windows() -> CTE:
    """Return from_day and end_day of the month before each close.

    For a month that is the month itself; shorter periods, and a month that still runs, look back
    28 days, longer ones on their last 31: health in one week is no other thing than in a month.
    """
    first = cast(local_day(periods.c.start_at), DateTime)
    end = local_day(periods.c.end_at)
    latest = cast(plus_days(end, -SHORTEST_MONTH), DateTime)
    earliest = cast(plus_days(end, -LONGEST_MONTH), DateTime)
    since = func.greatest(func.least(first, latest), earliest)
    return select(
        periods.c.period_id, since.label("from_day"), cast(end, DateTime).label("end_day")
    ).cte("windows")


def _uses() -> Select[Any]:
    """Return the uses of real customers that any window of the periods asked for can hold.

    A period that still runs closes where the last of all periods does, so that one comparison
    with the last close leaves out what came after it.
    """
    u, one = usage_events.c, _event()
    earliest = select(plus_days(func.min(periods.c.start_at), -LONGEST_MONTH)).scalar_subquery()
    latest = select(func.max(periods.c.end_at)).scalar_subquery()
    rows = (
        select(*one)
        .select_from(usage_events.outerjoin(people, people.c.customer_id == u.customer_id))
        .where(
            u.event_at >= plus_days(cast(ASKED_SINCE, DateTime), -LONGEST_MONTH),
            u.event_at < ASKED_UNTIL,
        )
        .where(u.event_at >= earliest, u.event_at < latest)
        .where(func.coalesce(people.c.is_test, False).is_(False))
        .subquery()
    )
    by = (rows.c.customer_id, rows.c.user_id, rows.c.feature, rows.c.day)
    return select(
        *by,
        func.count().label("events"),
        func.sum(rows.c.duration_s).label("seconds"),
        func.max(rows.c.event_at).label("last_at"),
    ).group_by(*by)


def _event() -> tuple[ColumnElement[Any], ...]:
    u = usage_events.c
    return (
        func.coalesce(people.c.billing_id, u.customer_id).label("customer_id"),
        u.user_id,
        u.feature,
        local_day(u.event_at).label("day"),
        u.duration_s,
        u.event_at,
    )


def _recent_days() -> CTE:
    """Return the days of each window on which anybody used anything."""
    used, w = select(USES.c.day).distinct().subquery(), windows().c
    inside = and_(used.c.day >= w.from_day, used.c.day < w.end_day)
    return select(w.period_id, used.c.day).join_from(windows(), used, inside).cte("recent_days")


def _activity(days: FromClause) -> Select[Any]:
    """Return one row per period and customer, of the uses on the days of each period."""
    u, d = USES.c, days.c
    in_last_week = u.day >= cast(plus_days(local_day(periods.c.end_at), -A_WEEK), Date)
    user_day = func.count(tuple_(u.user_id, u.day).distinct())
    return (
        select(
            d.period_id,
            u.customer_id,
            cast(func.sum(u.events), BigInteger).label("events"),
            func.count(u.user_id.distinct()).label("users"),
            user_day.filter(u.user_id.is_not(None)).label("user_days"),
            func.count(u.day.distinct()).label("active_days"),
            func.count(u.feature.distinct()).label("features"),
            func.count(u.user_id.distinct()).filter(in_last_week).label("users_in_last_week"),
            func.coalesce(func.sum(u.seconds), literal(0)).label("seconds"),
            func.max(u.last_at).label("last_at"),
        )
        .join_from(USES, days, d.day == u.day)
        .join(periods, periods.c.period_id == d.period_id)
        .group_by(d.period_id, u.customer_id)
    )
