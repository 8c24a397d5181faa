"""Active days: on which days of the periods asked for did each customer use the product at all?

One row per customer, each day a bit: whoever only asks whether there was any use in a period needs
no row per customer and period. Test accounts have none.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from tasks.facts.context import (
    ASKED_SINCE,
    ASKED_UNTIL,
    WORDS,
    context,
    day_bits,
    people,
    period_bits,
    periods,
)
from tasks.facts.functions import local_day
from tasks.facts.panel import Derived
from tasks.facts.usage import usage_events

_WORDS = tuple(f"word_{number}" for number in range(WORDS))

ACTIVE_DAYS = Table(
    "active_days",
    context,
    Column("customer_id", String),
    *(Column(name, BigInteger, nullable=False) for name in _WORDS),
)


@cache
def active_days_derived() -> Derived:
    """Return what to compute before ``ACTIVE_DAYS`` is read."""
    return Derived(ACTIVE_DAYS, _active_days)


def was_active() -> ColumnElement[bool]:
    """Return whether one of ``ACTIVE_DAYS`` used the product in one of ``period_bits``."""
    mine, asked = ACTIVE_DAYS.c, period_bits.c
    return or_(*(mine[name].bitwise_and(asked[name]) != 0 for name in _WORDS))


def _active_days() -> Select[Any]:
    used = _by_word().subquery()
    payer = func.coalesce(people.c.billing_id, used.c.customer_id)
    words = [
        func.coalesce(func.bit_or(case((used.c.word == number, used.c.bits))), _none()).label(name)
        for number, name in enumerate(_WORDS)
    ]
    return (
        select(payer.label("customer_id"), *words)
        .select_from(used.outerjoin(people, people.c.customer_id == used.c.customer_id))
        .where(func.coalesce(people.c.is_test, False).is_(False))
        .group_by(payer)
    )


def _none() -> ColumnElement[Any]:
    return cast(literal(0), BigInteger)


def _by_word() -> Select[Any]:
    """Return the days of each account as it stands in the events, a row per word.

    A period that still runs closes where the last of all periods does, so that one comparison
    with the last close leaves out what came after it.
    """
    u, day = usage_events.c, day_bits.c
    latest = select(func.max(periods.c.end_at)).scalar_subquery()
    asked_for = and_(u.event_at >= ASKED_SINCE, u.event_at < ASKED_UNTIL, u.event_at < latest)
    return (
        select(u.customer_id, day.word, func.bit_or(day.bit).label("bits"))
        .join_from(usage_events, day_bits, day.day == local_day(u.event_at))
        .where(asked_for)
        .group_by(u.customer_id, day.word)
    )
