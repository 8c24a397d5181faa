"""A version of a subscription: does it pay, is it paused, how much a month, what was before it?

MRR of a version = amount x quantity / months x (1 - discount), for statuses that pay.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, and_, case, cast, func

from tasks.facts.functions import MONEY
from tasks.facts.revenue import subscription_versions

PAYING = ("active", "past_due")
MONTHS_A_YEAR, WEEKS_A_YEAR, DAYS_A_YEAR = 12, 52, 365
_v = subscription_versions.c


def pays() -> ColumnElement[bool]:
    """Return whether a version brings money that recurs."""
    return and_(_v.status.in_(PAYING), _recurs())


def pauses() -> ColumnElement[bool]:
    """Return whether a version would bring money if it were not paused."""
    return and_(_v.status == "paused", _recurs())


def _recurs() -> ColumnElement[bool]:
    full_discount = 100
    return and_(
        _v.interval.in_(("day", "week", "month", "year")),
        _v.unit_amount > 0,
        _v.quantity > 0,
        func.coalesce(_v.discount_pct, 0) < full_discount,
    )


def paid() -> ColumnElement[Any]:
    """Return what a version brings a month in its own currency: nothing if it does not pay."""
    return case((pays(), full_price()), else_=cast(0, MONEY))


def full_price() -> ColumnElement[Any]:
    """Return what a version comes to a month in its own currency, whatever its status."""
    amount = cast(_v.unit_amount, Double) * cast(_v.quantity, Double)
    kept = 100 - cast(func.coalesce(_v.discount_pct, 0), Double)
    # multiplied out before the one division, then fixed to 8 decimals: 15 digits are enough for
    # an exact result on every engine up to a million a month
    return cast(amount * kept * _times_a_year() / (MONTHS_A_YEAR * 100 * _v.interval_count), MONEY)


def _times_a_year() -> ColumnElement[Any]:
    intervals = {"day": DAYS_A_YEAR, "week": WEEKS_A_YEAR, "month": MONTHS_A_YEAR}
    return case(intervals, value=_v.interval, else_=1)


def cancelled() -> ColumnElement[Any]:
    """Return the instant for which a version is cancelled, if it is.

    A cancellation dated before the version began is of an earlier time: it ends nothing.
    """
    return case((_v.cancel_at > _v.valid_from, _v.cancel_at))


def ends() -> ColumnElement[Any]:
    """Return when a version ends: what it says itself, else the date it is cancelled for."""
    return func.coalesce(_v.valid_to, cancelled())


def earlier(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what stood in the version of the same subscription before this one."""
    return func.lag(column).over(partition_by=_v.subscription_id, order_by=_v.valid_from)


def later(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what stands in the version of the same subscription after this one."""
    return func.lead(column).over(partition_by=_v.subscription_id, order_by=_v.valid_from)


def follows_on() -> ColumnElement[bool]:
    """Return whether a version takes the place of the one before it, without a gap."""
    return func.coalesce(earlier(_v.valid_to) == _v.valid_from, False)
