"""Subscription versions as spans of money: whose, from when to when, how much a month.

MRR of a version = amount x quantity / months x (1 - discount), for statuses that pay. A paused
version pays nothing but keeps its customer for a while; after that, or with a free plan, a
trial or usage pricing, it is no reason to call somebody a customer.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, and_, case, cast, false, func, or_, select

from tasks.facts.context import people, setting
from tasks.facts.functions import MONEY, plus_days
from tasks.facts.precedence import counts, is_second
from tasks.facts.revenue import subscription_versions

PAYING = ("active", "past_due")
MONTHS_A_YEAR, WEEKS_A_YEAR, DAYS_A_YEAR = 12, 52, 365
PAUSE_DAYS = setting("pause_days", 90)


@cache
def spans() -> CTE:
    """Return customer_id (who pays), since, until, currency, mrr (local), pays, and why it ended.

    ``until`` is the first instant without it: the version's end, else the date it is cancelled
    for. A pause keeps whoever has paid before, for the pause days from its beginning, however
    many versions it has. What a source tells that comes second for a payer is not in it.
    """
    return _spans("spans", counts())


@cache
def second_spans() -> CTE:
    """Return the spans that do not count, as another source comes first for their payer."""
    return _spans("second_spans", and_(people.c.known_first, is_second()))


def _spans(name: str, chosen: ColumnElement[bool]) -> CTE:
    v = _versions(f"{name}_versions", chosen).c
    kept_until = plus_days(v.paused_since, PAUSE_DAYS)
    until = case(
        (v.pauses, func.least(func.coalesce(v.ends, kept_until), kept_until)), else_=v.ends
    )
    keeps = or_(v.pays, and_(v.pauses, v.first_paid_at < v.valid_from, kept_until > v.valid_from))
    return (
        select(
            v.customer_id,
            v.subscription_id,
            v.valid_from.label("since"),
            until.label("until"),
            v.currency,
            case((v.pays, v.mrr), else_=cast(0, MONEY)).label("mrr"),
            v.pays,
            v.cancel_reason,
        )
        .where(keeps, or_(v.ends.is_(None), v.ends > v.valid_from))
        .cte(name)
    )


def _versions(name: str, chosen: ColumnElement[bool]) -> CTE:
    """Return the versions of real customers, with when they end and since when they are paused."""
    v = subscription_versions.c
    # a cancellation dated before the version began is of an earlier time: it ends nothing
    cancelled = case((v.cancel_at > v.valid_from, v.cancel_at))
    first_paid = func.min(case((_pays(), v.valid_from))).over(partition_by=people.c.billing_id)
    goes_on = and_(_before(v.status) == "paused", _before(v.valid_to) == v.valid_from)
    began = case((and_(_pauses(), ~func.coalesce(goes_on, false())), v.valid_from))
    rows = (
        select(
            people.c.billing_id.label("customer_id"),
            v.subscription_id,
            v.valid_from,
            func.coalesce(v.valid_to, cancelled).label("ends"),
            v.currency,
            _mrr().label("mrr"),
            _pays().label("pays"),
            _pauses().label("pauses"),
            v.cancel_reason,
            first_paid.label("first_paid_at"),
            began.label("began"),
        )
        .join_from(subscription_versions, people, people.c.customer_id == v.customer_id)
        .where(people.c.is_test.is_(False), chosen)
        .subquery()
    )
    since = func.max(rows.c.began).over(
        partition_by=rows.c.subscription_id, order_by=rows.c.valid_from
    )
    return select(rows, since.label("paused_since")).cte(name)


def _before(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what stood in the version of the same subscription before this one."""
    v = subscription_versions.c
    return func.lag(column).over(partition_by=v.subscription_id, order_by=v.valid_from)


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
