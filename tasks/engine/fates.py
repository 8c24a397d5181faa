"""What became of some customers between two periods: who was there, who still is, who was touched?

A customer is whoever pays for them: after merges, and under a parent, that is another account.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from tasks.engine.asked import asked, prepare
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.cube import make_derived
from tasks.facts.book import BOOK, closing_book
from tasks.facts.context import people
from tasks.facts.customers import customers, touches
from tasks.model import Period


@dataclass(frozen=True, slots=True)
class Fate:
    """One customer: whether they paid when the first period closed, and when the last one did.

    ``touched_at`` is the first human contact in between, None where there was none, or where
    nobody writes contacts down.
    """

    customer_id: str
    name: str
    was_there: bool
    is_there: bool
    touched_at: datetime | None = None


def fates(
    session: Session,
    basis: Basis,
    ids: Collection[str],
    between: tuple[Period, Period],
    *,
    since: datetime,
    now: datetime,
    has_touches: bool,
) -> tuple[Fate, ...]:
    """Return what became of the customers ``ids``, in their order; the unknown are left out.

    Contacts count after ``since``, and before the last period closes, or before ``now``.
    """
    wanted = asked(between, as_of=None, cut=basis.cut(now))
    if not ids or len(wanted) < len(between):
        return ()
    prepare(session, basis, wanted)
    make_derived(session, (closing_book(),), basis.parameters)
    until = min(wanted[-1].close_at, now)
    found = {
        line[0]: Fate(line[0], line[1] or line[0], bool(line[2]), bool(line[3]))
        for line in session.rows(_statement(ids), basis.parameters)
    }
    if has_touches:
        for customer_id, at in session.rows(_touched(ids, since, until)):
            one = found[customer_id]
            found[customer_id] = Fate(customer_id, one.name, one.was_there, one.is_there, at)
    return tuple(found[one] for one in dict.fromkeys(ids) if one in found)


def _statement(ids: Collection[str]) -> Select[Any]:
    first, last = (BOOK.alias(name) for name in ("first_book", "last_book"))
    statement = select(
        people.c.customer_id,
        func.max(customers.c.name),
        func.bool_or(func.coalesce(first.c.closed, False)),
        func.bool_or(func.coalesce(last.c.closed, False)),
    ).select_from(people)
    for number, book in enumerate((first, last)):
        same = and_(book.c.customer_id == people.c.billing_id, book.c.period_id == number)
        statement = statement.outerjoin(book, same)
    named = statement.outerjoin(customers, customers.c.customer_id == people.c.customer_id)
    mine = named.where(people.c.customer_id.in_(sorted(set(ids))))
    return mine.group_by(people.c.customer_id)


def _touched(ids: Collection[str], since: datetime, until: datetime) -> Select[Any]:
    """Return a SELECT of the first contact with each, or with any account of the same payer."""
    theirs = people.alias("theirs")
    return (
        select(people.c.customer_id, func.min(touches.c.at))
        .select_from(people)
        .join(theirs, theirs.c.billing_id == people.c.billing_id)
        .join(touches, touches.c.customer_id == theirs.c.customer_id)
        .where(
            people.c.customer_id.in_(sorted(set(ids))),
            touches.c.at > since.replace(tzinfo=None),
            touches.c.at < until.replace(tzinfo=None),
        )
        .group_by(people.c.customer_id)
    )
