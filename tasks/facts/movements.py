"""Movements: every change of a customer's MRR as it happened, the event basis of the waterfall.

Changes of one customer less than the grouping time apart are one movement (a plan swapped within
the hour is no churn). What kind it is depends on whether the customer was one before and after.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    union_all,
)

from tasks.facts.context import bridge, periods, rates, setting
from tasks.facts.functions import MONEY, local_day, priced, seconds_between
from tasks.facts.panel import Panel
from tasks.facts.spans import spans

GROUPING_MINUTES = setting("movement_grouping_minutes", 60)


@cache
def movements() -> Panel:
    """Return kind, amount (signed) and rate of every movement in the periods asked for.

    The amount is in the company's currency already, so that a plan swapped for one in another
    currency is one movement as well: ``rate`` is 1, or NULL where one of its rates is missing.
    ``first_churn`` marks a customer's first churn in a period: somebody who leaves twice in one
    period is still one customer.
    """
    m = _priced().subquery().c
    by = case((m.unpriced, m.local), else_=m.amount)  # one currency tells which way without a rate
    kind = case((m.kind != "change", m.kind), (by > 0, "expansion"), (by < 0, "contraction"))
    turn = func.row_number().over(partition_by=(m.period_id, m.customer_id, m.kind), order_by=m.at)
    rows = (
        select(
            m.customer_id,
            kind.label("kind"),
            m.amount,
            m.period_id,
            m.at.label("attributes_at"),
            case((m.unpriced, None), else_=1).label("rate"),
            and_(m.kind == "churn", turn == 1).label("first_churn"),
        )
        .where(kind.is_not(None))
        .cte("movements")
    )
    tables = frozenset({"subscription_versions"})
    return Panel("movements", rows, tables, ("subscription_versions", "valid_from"))


def _priced() -> Select[Any]:
    """Return the movements of each period, added up over currencies at the period's rates."""
    m = _classified().c
    same = and_(rates.c.period_id == bridge.c.period_id, rates.c.currency == m.currency)
    by = (bridge.c.period_id, m.customer_id, m.turn, m.kind, m.at)
    return (
        select(
            *by,
            func.coalesce(func.sum(priced(m.amount, rates.c.closing_rate)), 0).label("amount"),
            func.sum(m.amount).label("local"),
            func.bool_or(rates.c.closing_rate.is_(None)).label("unpriced"),
        )
        .join_from(_classified(), bridge, bridge.c.day == local_day(m.at))
        .join(periods, and_(periods.c.period_id == bridge.c.period_id, m.at < periods.c.end_at))
        .outerjoin(rates, same)
        .group_by(*by)
    )


@cache
def _classified() -> CTE:
    """Return customer_id, turn, at, currency, amount and kind, one row a movement and currency.

    Whether a ``change`` is an expansion or a contraction is known once it is priced.
    """
    moved = _grouped()
    running = func.sum(moved.c.holdings).over(
        partition_by=moved.c.customer_id, order_by=moved.c.turn, range_=(None, 0)
    )
    here = func.sum(moved.c.holdings).over(partition_by=(moved.c.customer_id, moved.c.turn))
    after = select(moved, running.label("after"), here.label("change")).subquery()
    held, holds = after.c.after - after.c.change > 0, after.c.after > 0
    kind = case(
        (and_(holds, ~held, after.c.turn == 1), "new"),
        (and_(holds, ~held), "reactivation"),
        (and_(held, ~holds), "churn"),
        (after.c.amount != 0, "change"),
    )
    c = after.c
    columns = (c.customer_id, c.turn, c.at, c.currency, c.amount)
    return select(*columns, kind.label("kind")).where(kind.is_not(None)).cte("classified")


def _grouped() -> Subquery:
    edges = _turns()
    return (
        select(
            edges.c.customer_id,
            edges.c.turn,
            edges.c.currency,
            func.min(edges.c.began).label("at"),
            func.sum(edges.c.amount).label("amount"),
            func.sum(edges.c.holding).label("holdings"),
        )
        .group_by(edges.c.customer_id, edges.c.turn, edges.c.currency)
        .subquery()
    )


def _turns() -> Subquery:
    """Number the groups of edges that lie close together, and give each its first instant."""
    edges = union_all(_starts(), _ends()).subquery()
    before = func.lag(edges.c.at).over(partition_by=edges.c.customer_id, order_by=edges.c.at)
    gap = or_(before.is_(None), seconds_between(before, edges.c.at) > GROUPING_MINUTES * 60)
    marked = select(edges, cast(case((gap, 1), else_=0), Integer).label("opens")).subquery()
    turn = func.sum(marked.c.opens).over(
        partition_by=marked.c.customer_id, order_by=marked.c.at, range_=(None, 0)
    )
    numbered = select(marked, turn.label("turn")).subquery()
    began = func.min(numbered.c.at).over(partition_by=(numbered.c.customer_id, numbered.c.turn))
    return select(numbered, began.label("began")).subquery()


def _starts() -> Select[Any]:
    s = spans().c
    return select(s.customer_id, s.since.label("at"), s.currency, s.mrr.label("amount"), _one(1))


def _ends() -> Select[Any]:
    s = spans().c
    gone = cast(-s.mrr, MONEY).label("amount")
    return select(s.customer_id, s.until.label("at"), s.currency, gone, _one(-1)).where(
        s.until.is_not(None)
    )


def _one(sign: int) -> Any:  # noqa: ANN401 - a labelled literal
    return cast(sign, Integer).label("holding")
