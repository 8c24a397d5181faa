"""Who pays for whom, and who is a test: made once for all that is computed in a session.

Only those who are merged or have a parent need to be thought about; everybody else pays alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select, union_all

from tasks.engine.base import Session
from tasks.facts.context import linked, people
from tasks.facts.customers import customers
from tasks.facts.identity import Record, identities
from tasks.facts.precedence import is_second
from tasks.facts.revenue import subscription_versions

_LINKED = """
SELECT customer_id, merged_into, parent_id, is_test FROM customers
WHERE merged_into IS NOT NULL OR parent_id IS NOT NULL OR customer_id IN (
    SELECT merged_into FROM customers WHERE merged_into IS NOT NULL
    UNION SELECT parent_id FROM customers WHERE parent_id IS NOT NULL)"""


def make_people(session: Session, second: Sequence[str]) -> None:
    """Make the table of people; ``second`` are the sources of subscriptions that come second."""
    known = identities(Record(*row) for row in session.rows(_LINKED)).people
    session.fill(
        linked,
        [
            {"customer_id": one.customer_id, "billing_id": one.billing_id, "is_test": one.is_test}
            for one in known
        ],
    )
    session.make(people, _people(second), {"second_sources": tuple(second)})


def _people(second: Sequence[str]) -> Select[Any]:
    everybody = union_all(_customers(), _strangers()).cte("everybody")
    return select(everybody, _known_first(everybody.c.billing_id, second).label("known_first"))


def _customers() -> Select[Any]:
    c, one = customers.c, linked.c
    return select(
        c.customer_id,
        func.coalesce(one.billing_id, c.customer_id).label("billing_id"),
        func.coalesce(one.is_test, c.is_test, false()).label("is_test"),
    ).select_from(customers.outerjoin(linked, one.customer_id == c.customer_id))


def _strangers() -> Select[Any]:
    """Return those whom only the subscriptions know: they pay for themselves."""
    v = subscription_versions.c
    unknown = v.customer_id.not_in(select(customers.c.customer_id))
    own = select(v.customer_id, v.customer_id.label("billing_id"), false().label("is_test"))
    return own.where(unknown).distinct()


def _known_first(payer: ColumnElement[Any], second: Sequence[str]) -> ColumnElement[bool]:
    """Return whether a source that comes first knows the payer; nobody asks if none is second."""
    if not second:
        return false()
    v, one = subscription_versions.c, linked.c
    source = subscription_versions.outerjoin(linked, one.customer_id == v.customer_id)
    payers = select(func.coalesce(one.billing_id, v.customer_id)).select_from(source)
    return payer.in_(payers.where(~is_second()))
