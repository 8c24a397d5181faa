"""Subscription versions as spans of money: whose, from when to when, how much a month.

MRR of a version = amount x quantity / months x (1 - discount), for statuses that pay. A paused
version pays nothing but keeps its customer for a while; after that, or with a free plan, a
trial or usage pricing, it is no reason to call somebody a customer.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, and_, case, cast, func, select

from tasks.facts.context import people, setting
from tasks.facts.functions import MONEY, plus_days
from tasks.facts.revenue import subscription_versions

PAYING = ("active", "past_due")
MONTHS_A_YEAR, WEEKS_A_YEAR, DAYS_A_YEAR = 12, 52, 365
PAUSE_DAYS = setting("pause_days", 90)


@cache
def spans() -> CTE:
    """Return customer_id (who pays), since, until, currency, mrr (local), pays, and why it ended.

    ``until`` is the first instant without it: the version's end, else the date it is cancelled
    for; a pause ends as a reason to be a customer after the pause days.
    """
    v = subscription_versions.c
    ends = func.coalesce(v.valid_to, v.cancel_at)
    pays, pauses = _pays(), _pauses()
    kept_until = plus_days(v.valid_from, PAUSE_DAYS)
    return (
        select(
            people.c.billing_id.label("customer_id"),
            v.subscription_id,
            v.valid_from.label("since"),
            case(
                (pauses, func.least(func.coalesce(ends, kept_until), kept_until)), else_=ends
            ).label("until"),
            v.currency,
            case((pays, _mrr()), else_=cast(0, MONEY)).label("mrr"),
            pays.label("pays"),
            v.cancel_reason,
        )
        .join_from(subscription_versions, people, people.c.customer_id == v.customer_id)
        .where(people.c.is_test.is_(False), pays | pauses)
        .cte("spans")
    )


def _pays() -> ColumnElement[bool]:
    return and_(subscription_versions.c.status.in_(PAYING), _recurs())


def _pauses() -> ColumnElement[bool]:
    return and_(subscription_versions.c.status == "paused", _recurs())


def _recurs() -> ColumnElement[bool]:
    v = subscription_versions.c
    full_discount = 100
    return and_(
        v.interval.in_(("day", "week", "month", "year")),
        v.unit_amount > 0,
        v.quantity > 0,
        func.coalesce(v.discount_pct, 0) < full_discount,
    )


def _mrr() -> ColumnElement[Any]:
    v = subscription_versions.c
    amount = cast(v.unit_amount, Double) * cast(v.quantity, Double)
    kept = 100 - cast(func.coalesce(v.discount_pct, 0), Double)
    # multiplied out before the one division, then fixed to 8 decimals: 15 digits are enough for
    # an exact result on every engine up to a million a month
    return cast(amount * kept * _times_a_year() / (MONTHS_A_YEAR * 100 * v.interval_count), MONEY)


def _times_a_year() -> ColumnElement[Any]:
    intervals = {"day": DAYS_A_YEAR, "week": WEEKS_A_YEAR, "month": MONTHS_A_YEAR}
    return case(intervals, value=subscription_versions.c.interval, else_=1)
