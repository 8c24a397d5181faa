"""What made each version of a subscription, and what it came to: more money, a notice, an end.

A version that takes the place of another brings the difference. The word for it is its
change_kind; after a pause it is a resumption, whatever the source calls it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Label, and_, case, cast, func, or_

from tasks.facts.functions import MONEY
from tasks.facts.revenue import subscription_versions
from tasks.facts.versions import earlier, follows_on, later, paid, pauses, pays

GROWTH = ("cross_sell", "upsell", "seats", "price_increase")  # what a customer bought first
PAUSE = "pause"  # and its end, the resumption: two sides of one thing
_v = subscription_versions.c


def columns() -> list[Label[Any]]:
    """Return what is told of a version beside its money: changed_by, gained, what became of it."""
    return [
        changed_by().label("changed_by"),
        _gained().label("gained"),
        _is_unpaid().label("is_unpaid"),
        _is_first_notice().label("is_first_notice"),
        _withdrawn_at().label("withdrawn_at"),
    ]


def changed_by() -> ColumnElement[Any]:
    """Return the kind of growth that made a version, ``pause`` for a pause or its end, or NULL."""
    told = func.replace(func.lower(_v.change_kind), "-", "_")
    was_paused = and_(follows_on(), earlier(_v.status) == "paused")
    return case((told.in_(GROWTH), told), (or_(pauses(), was_paused, told == "resume"), PAUSE))


def _gained() -> ColumnElement[Any]:
    """Return how much more a month it is than what it takes the place of; less is negative."""
    same = and_(follows_on(), earlier(_v.currency) == _v.currency)
    return cast(paid() - case((same, earlier(paid())), else_=cast(0, MONEY)), MONEY)


def _is_unpaid() -> ColumnElement[bool]:
    """Return whether a version ended because nobody paid: nobody asked for that."""
    given_up = or_(later(_v.status) == "unpaid", later(_v.change_kind) == "involuntary")
    ran_out = and_(_v.status == "past_due", _v.cancel_requested_at.is_(None))
    return func.coalesce(or_(given_up, ran_out), False)


def _carries() -> ColumnElement[bool]:
    return or_(pays(), pauses())


def _is_first_notice() -> ColumnElement[bool]:
    """Return whether a notice stands here for the first time; later versions may repeat it."""
    before = earlier(case((_carries(), _v.cancel_requested_at)))
    return _v.cancel_requested_at.is_distinct_from(before)


def _withdrawn_at() -> ColumnElement[Any]:
    """Return since when the subscription goes on without a notice, if it does."""
    anew = and_(_carries(), _v.cancel_requested_at.is_(None), _v.cancel_at.is_(None))
    return func.min(case((anew, _v.valid_from))).over(
        partition_by=_v.subscription_id, order_by=_v.valid_from, rows=(1, None)
    )
