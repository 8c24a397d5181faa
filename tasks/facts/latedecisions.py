"""Which contracts are past their end, and nobody has decided on them yet?

Known at the close: a decision that came later was none then (kpis.md G7). Such a contract stays
active for the grace and is listed (1.9); after the grace it counts as left, and is listed no more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, distinct, exists, func, or_, select

from tasks.facts.context import people, periods, rates, setting
from tasks.facts.functions import in_force, plus_days, priced
from tasks.facts.revenue import contracts
from tasks.facts.spans import spans

GRACE_DAYS = setting("late_renewal_grace", 30)
A_DAY = 1  # a contract is due on its last day, and over when that day is
A_YEAR = 12


def late_renewals() -> Select[Any]:
    """Return period_id, customers, and their value of a month in the company's currency.

    ``unpriced`` counts contracts without an exchange rate. Only who is still a customer is late.
    """
    c, p = contracts.c, periods.c
    ended_at = plus_days(c.due_at, A_DAY)
    undecided = or_(
        c.outcome.is_(None),
        c.outcome == "pending",
        c.decided_at >= func.least(p.end_at, p.known_at),
    )
    in_grace = and_(ended_at <= p.end_at, plus_days(ended_at, GRACE_DAYS) >= p.end_at)
    currency = func.coalesce(c.currency, setting("company_currency", "USD"))
    same = and_(rates.c.period_id == p.period_id, rates.c.currency == currency)
    return (
        select(
            p.period_id,
            func.count(distinct(people.c.billing_id)).label("customers"),
            func.sum(priced(c.acv, rates.c.closing_rate) / A_YEAR).label("amount"),
            func.count().filter(rates.c.closing_rate.is_(None)).label("unpriced"),
        )
        .join_from(contracts, people, people.c.customer_id == c.customer_id)
        .join(periods, and_(undecided, in_grace))
        .outerjoin(rates, same)
        .where(people.c.is_test.is_(False), func.coalesce(c.term_months, A_YEAR) > 1, _is_there())
        .group_by(p.period_id)
    )


def _is_there() -> Any:  # noqa: ANN401 - a condition
    s = spans().c
    return exists(
        select(1).where(
            s.customer_id == people.c.billing_id, in_force(s.since, s.until, periods.c.end_at)
        )
    )
