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

WORD_NAMES = tuple(f"word_{number}" for number in range(WORDS))
_NONE = cast(literal(0), BigInteger)

ACTIVE_DAYS = Table(
    "active_days",
    context,
    Column("customer_id", String),
    *(Column(name, BigInteger, nullable=False) for name in WORD_NAMES),
)


@cache
def active_days_derived() -> Derived:
    """Return what to compute before ``ACTIVE_DAYS`` is read."""
    return Derived(ACTIVE_DAYS, _active_days, at_once=True)


def was_active(mine: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of anything
    """Return whether somebody with these words used the product in one of ``period_bits``."""
    asked = period_bits.c
    return or_(*(mine[name].bitwise_and(asked[name]) != 0 for name in WORD_NAMES))


def _active_days() -> Select[Any]:
    used = _by_account().subquery()
    payer = func.coalesce(people.c.billing_id, used.c.customer_id)
    words = [func.bit_or(used.c[name]).label(name) for name in WORD_NAMES]
    return (
        select(payer.label("customer_id"), *words)
        .select_from(used.outerjoin(people, people.c.customer_id == used.c.customer_id))
        .where(func.coalesce(people.c.is_test, False).is_(False))
        .group_by(payer)
    )


def _by_account() -> Select[Any]:
    """Return the days of each account as it stands in the events.

    A period that still runs closes where the last of all periods does, so that one comparison
    with the last close leaves out what came after it.
    """
    u, day = usage_events.c, day_bits.c
    latest = select(func.max(periods.c.end_at)).scalar_subquery()
    asked_for = and_(u.event_at >= ASKED_SINCE, u.event_at < ASKED_UNTIL, u.event_at < latest)
    words = [
        func.bit_or(case((day.word == number, day.bit), else_=_NONE)).label(name)
        for number, name in enumerate(WORD_NAMES)
    ]
    return (
        select(u.customer_id, *words)
        .join_from(usage_events, day_bits, day.day == local_day(u.event_at))
        .where(asked_for)
        .group_by(u.customer_id)
    )
