"""Trials: which of them ended, and did they become a subscription that is paid for?

A trial that is prolonged is one trial. It has become paid when its customer began to pay for
something from its beginning on and before the period closed: what they paid for all along, or
resumed after a pause, is not what the trial became.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import CTE, and_, func, select

from tasks.facts.context import bridge, people, periods
from tasks.facts.functions import local_day
from tasks.facts.panel import Panel
from tasks.facts.precedence import counts
from tasks.facts.revenue import subscription_versions
from tasks.facts.versions import earlier, ends, follows_on, later, pauses, pays

TRIALING = "trialing"


@cache
def trials() -> Panel:
    """Return the trials that ended in a period, and whether each ``became_paid``."""
    t, p = _followed().c, periods.c
    rows = (
        select(
            t.customer_id,
            p.period_id,
            t.ended_at.label("attributes_at"),
            func.coalesce(t.paid_at < p.end_at, False).label("became_paid"),
        )
        .join_from(_followed(), bridge, bridge.c.day == local_day(t.ended_at))
        .join(periods, and_(p.period_id == bridge.c.period_id, t.ended_at < p.end_at))
        .cte("trials")
    )
    dated_by = ("subscription_versions", "valid_from")
    return Panel("trials", rows, frozenset({"subscription_versions"}), dated_by)


@cache
def _followed() -> CTE:
    """Return every trial that ended, and when its customer then first began to pay."""
    t, b = _ended().c, _beginnings().c
    after = and_(b.customer_id == t.customer_id, b.since >= t.since)
    return (
        select(t.customer_id, t.ended_at, func.min(b.since).label("paid_at"))
        .outerjoin_from(_ended(), _beginnings(), after)
        .group_by(t.customer_id, t.subscription_id, t.since, t.ended_at)
        .cte("followed_trials")
    )


@cache
def _ended() -> CTE:
    """Return the last version of every trial: whose, since when, and when it ended."""
    v = subscription_versions.c
    goes_on = and_(later(v.status) == TRIALING, later(v.valid_from) == ends())
    known = (
        select(
            people.c.billing_id.label("customer_id"),
            v.subscription_id,
            v.status,
            v.valid_from.label("since"),
            ends().label("ended_at"),
            func.coalesce(goes_on, False).label("goes_on"),
        )
        .join_from(subscription_versions, people, people.c.customer_id == v.customer_id)
        .where(people.c.is_test.is_(False), counts())
        .subquery()
    )
    k = known.c
    return (
        select(k.customer_id, k.subscription_id, k.since, k.ended_at)
        .where(k.status == TRIALING, k.ended_at > k.since, ~k.goes_on)
        .cte("ended_trials")
    )


@cache
def _beginnings() -> CTE:
    """Return when customers began to pay for something: not where a version only goes on."""
    v = subscription_versions.c
    before = and_(follows_on(), func.coalesce(earlier(pays() | pauses()), False))
    known = (
        select(
            people.c.billing_id.label("customer_id"),
            v.valid_from.label("since"),
            and_(pays(), ~before).label("begins"),
        )
        .join_from(subscription_versions, people, people.c.customer_id == v.customer_id)
        .where(counts())
        .subquery()
    )
    return select(known.c.customer_id, known.c.since).where(known.c.begins).cte("beginnings")
