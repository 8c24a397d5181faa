"""Growth by its kind: of what a customer pays more, how much was upsold, cross-sold, a price rise?

A customer's growth in a period is one net amount; what was lost in the same period is taken from
the kinds that say least. It fills, in this order, what was cross-sold, upsold, added in seats,
raised in price, resumed after a pause; the rest has no known kind. So the parts always add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from sqlalchemy import CTE, ColumnElement, Label, and_, case, func, literal, or_, select

from tasks.facts.book import BOOK, derived_book
from tasks.facts.changes import GROWTH, PAUSE
from tasks.facts.context import periods, rates
from tasks.facts.functions import priced
from tasks.facts.panel import Panel
from tasks.facts.spans import DATED_BY, TABLES, spans

KINDS = (*GROWTH, PAUSE)
PARTS = (*GROWTH, "resume", "other", "paused")
_ZERO = literal(0)


@cache
def growth() -> Panel:
    """Return the customers of the opening who grew or shrank, with the parts of how they did."""
    gains = _gains()
    same = and_(
        gains.c.period_id == BOOK.c.period_id,
        gains.c.customer_id == BOOK.c.customer_id,
    )
    unknown = and_(BOOK.c.stayed, BOOK.c.unpriced)
    rows = (
        select(BOOK, BOOK.c.period_start.label("attributes_at"), *_parts(gains))
        .outerjoin_from(BOOK, gains, same)
        .where(or_(BOOK.c.expansion > 0, BOOK.c.contraction > 0, unknown))
        .cte("growth")
    )
    return Panel("growth", rows, TABLES, DATED_BY, derived=derived_book(), is_balance=True)


def _gains() -> CTE:
    """Return what each kind of change came to, net, per customer and period that had one."""
    s, p, r = spans().c, periods.c, rates.c
    here = and_(s.since >= p.start_at, s.since < p.end_at)
    gained = priced(s.gained, r.closing_rate)
    each = [func.sum(case((s.changed_by == kind, gained))).label(kind) for kind in KINDS]
    return (
        select(p.period_id, s.customer_id, *each)
        .join_from(spans(), periods, here)
        .outerjoin(rates, and_(r.period_id == p.period_id, r.currency == s.currency))
        .where(s.changed_by.is_not(None))
        .group_by(p.period_id, s.customer_id)
        .cte("gains")
    )


def _parts(gains: CTE) -> list[Label[Any]]:
    """Return the parts of expansion by kind, and how much of contraction is a pause."""
    net = [func.coalesce(gains.c[kind], _ZERO) for kind in KINDS]
    offered = [func.greatest(one, _ZERO) for one in net]
    reached = [func.least(BOOK.c.expansion, _up_to(offered, n)) for n in range(len(KINDS) + 1)]
    parts = [*(b - a for a, b in pairwise(reached)), BOOK.c.expansion - reached[-1]]
    paused = func.least(BOOK.c.contraction, func.greatest(-net[-1], _ZERO))
    return [part.label(name) for name, part in zip(PARTS, (*parts, paused), strict=True)]


def _up_to(offered: Sequence[ColumnElement[Any]], n: int) -> ColumnElement[Any]:
    total: ColumnElement[Any] = _ZERO
    for one in offered[:n]:
        total = total + one
    return total
