"""Seats: how many people may use the product at a customer, how many do, and how well.

A licence holds from its day on until the customer's next one; one of 0 seats ends it. Children
and duplicates add their seats to those of the customer who pays.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    Numeric,
    Select,
    and_,
    cast,
    func,
    literal,
    select,
)

from tasks.facts.activity import ACTIVITY, DATED_BY, RECENT, activity_derived, recent_derived
from tasks.facts.adoption import carried
from tasks.facts.book import closing_book
from tasks.facts.context import people, periods, setting
from tasks.facts.functions import local_day
from tasks.facts.panel import Panel
from tasks.facts.revenue import licenses

SCORE = Numeric(16, 12)  # 0 to 100; twelve digits, so that the mean of thirds is exact enough

_TARGET_DAYS = setting("product_usage_score_target_days", 4)
_FEATURES = setting("product_usage_score_features", 4)
_DAYS_WEIGHT = setting("product_usage_score_weights_active_days", 40)
_FEATURES_WEIGHT = setting("product_usage_score_weights_features", 30)
_SEATS_WEIGHT = setting("product_usage_score_weights_seats", 30)


@cache
def seats() -> CTE:
    """Return period_id, customer_id and seats of everybody with a licence at each close."""
    newest = _licenses().subquery()
    total = func.sum(newest.c.seats)
    return (
        select(newest.c.period_id, newest.c.customer_id, total.label("seats"))
        .where(newest.c.turn == 1)
        .group_by(newest.c.period_id, newest.c.customer_id)
        .having(total > 0)
        .cte("seats")
    )


def _licenses() -> Select[Any]:
    """Return the licences that began before each close, numbered from the latest."""
    held = licenses.c
    turn = func.row_number().over(
        partition_by=(periods.c.period_id, held.customer_id), order_by=held.valid_from.desc()
    )
    payer = func.coalesce(people.c.billing_id, held.customer_id)
    return (
        select(
            periods.c.period_id,
            payer.label("customer_id"),
            held.seats,
            turn.label("turn"),
        )
        .join_from(licenses, periods, held.valid_from < local_day(periods.c.end_at))
        .outerjoin(people, people.c.customer_id == held.customer_id)
    )


@cache
def usage_scores() -> CTE:
    """Return period_id, customer_id and usage score (0 to 100) of everybody with a licence.

    The score looks at the month before the close; full marks in each part are what the settings
    say, and more than full marks count as full. ``last_at`` is the last use in that month.
    """
    held, r = seats().c, RECENT.c
    same = and_(r.period_id == held.period_id, r.customer_id == held.customer_id)
    return (
        select(held.period_id, held.customer_id, _score().label("score"), r.last_at)
        .join_from(seats(), RECENT, same, isouter=True)
        .cte("usage_scores")
    )


def _score() -> ColumnElement[Any]:
    r, weights = RECENT.c, (_DAYS_WEIGHT, _FEATURES_WEIGHT, _SEATS_WEIGHT)
    shares = (
        _share(r.active_days, _TARGET_DAYS),
        _share(r.features, _FEATURES),
        _share(r.users, seats().c.seats),
    )
    reached = sum(
        (cast(weight, Double) * share for weight, share in zip(weights, shares, strict=True)),
        start=cast(literal(0), Double),
    )
    full = sum((cast(weight, Double) for weight in weights), start=cast(literal(0), Double))
    return cast(100 * reached / func.nullif(full, 0), SCORE)


def _share(reached: ColumnElement[Any], full: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.least(cast(func.coalesce(reached, 0), Double) / cast(full, Double), 1)


@cache
def licensed_book() -> Panel:
    """Return the customers of each period with a licence: their seats, users and usage score."""
    book, held, scored, a = closing_book(), seats().c, usage_scores().c, ACTIVITY.c
    rows = (
        select(
            *carried(book),
            held.seats.label("licensed_seats"),
            func.coalesce(a.users, 0).label("users"),
            scored.score,
        )
        .join_from(book.rows, seats(), _same(book, held))
        .join(usage_scores(), _same(book, scored))
        .outerjoin(ACTIVITY, _same(book, a))
        .where(book.c.active)
        .cte("licensed_book")
    )
    tables = book.tables | {"licenses", "usage_events"}
    derived = (*book.derived, *activity_derived(), *recent_derived())
    return Panel("licensed_book", rows, tables, DATED_BY, derived=derived, is_balance=True)


def _same(book: Panel, columns: Any) -> ColumnElement[bool]:  # noqa: ANN401 - of any table
    return and_(columns.period_id == book.c.period_id, columns.customer_id == book.c.customer_id)
