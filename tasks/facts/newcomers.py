"""Newcomers: who became a paying customer in a period, and did somebody bring them?"""

from __future__ import annotations

from functools import cache

from sqlalchemy import and_, func, select

from tasks.facts.book import BOOK, derived_book
from tasks.facts.context import people
from tasks.facts.customers import customers
from tasks.facts.panel import Panel
from tasks.facts.spans import DATED_BY, TABLES

REFERRAL = "referral"


@cache
def newcomers() -> Panel:
    """Return the customers who paid for the first time ever, and whether they ``were_referred``.

    Whoever brought them must be somebody we know, and not themselves: their duplicate, a child
    they pay for and a test account are nobody.
    """
    referrer = people.alias("referrer")
    is_somebody_else = and_(
        referrer.c.customer_id == customers.c.referrer_id,
        referrer.c.is_test.is_(False),
        referrer.c.billing_id != BOOK.c.customer_id,
    )
    came_so = func.lower(customers.c.acquired_via) == REFERRAL
    referred = and_(came_so, referrer.c.customer_id.is_not(None))
    rows = (
        select(
            BOOK,
            BOOK.c.period_end.label("attributes_at"),
            func.coalesce(referred, False).label("were_referred"),
        )
        .outerjoin_from(BOOK, customers, customers.c.customer_id == BOOK.c.customer_id)
        .outerjoin(referrer, is_somebody_else)
        .where(BOOK.c.started)
        .cte("newcomers")
    )
    return Panel(
        "newcomers",
        rows,
        TABLES | {"customers"},
        DATED_BY,
        derived=derived_book(),
        is_balance=True,
    )
