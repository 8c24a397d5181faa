"""Subscription versions as spans of money: whose, from when to when, how much a month.

A paused version pays nothing but keeps its customer for a while; after that, or with a free plan,
a trial or usage pricing, it is no reason to call somebody a customer.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from tasks.facts import changes
from tasks.facts.context import context, people, setting
from tasks.facts.functions import MONEY, plus_days
from tasks.facts.precedence import counts, is_second
from tasks.facts.revenue import subscription_versions
from tasks.facts.versions import cancelled, earlier, ends, follows_on, full_price, pauses, pays

TABLES = frozenset({"subscription_versions"})
DATED_BY = ("subscription_versions", "valid_from")
PAUSE_DAYS = setting("pause_days", 90)


def spans() -> Table:
    """Return customer_id (who pays), since, until, currency, mrr (local), pays, and why it ended.

    ``until`` is the first instant without it: the version's end, else the date it is cancelled
    for. A pause keeps whoever has paid before, for the pause days from its beginning, however
    many versions it has. What a source tells that comes second for a payer is not in it. What made
    it and became of it is told as in ``changes``. The engine makes it once.
    """
    return SPANS


def spans_rows() -> Select[Any]:
    """Return the rows of ``spans``, with when their customer first paid."""
    s = _spans("all_spans", counts())
    first = func.min(case((s.c.pays, s.c.since))).over(partition_by=s.c.customer_id)
    return select(s, first.label("paid_since"))


@cache
def second_spans() -> CTE:
    """Return the spans that do not count, as another source comes first for their payer."""
    return _spans("second_spans", and_(people.c.known_first, is_second()))


def _spans(name: str, chosen: ColumnElement[bool]) -> CTE:
    v = _versions(f"{name}_versions", chosen).c
    kept_until = plus_days(v.paused_since, PAUSE_DAYS)
    until = case(
        (v.pauses, func.least(func.coalesce(v.ends, kept_until), kept_until)), else_=v.ends
    )
    keeps = or_(v.pays, and_(v.pauses, v.first_paid_at < v.valid_from, kept_until > v.valid_from))
    return (
        select(
            v.customer_id,
            v.subscription_id,
            v.valid_from.label("since"),
            until.label("until"),
            v.currency,
            case((v.pays, v.mrr), else_=cast(0, MONEY)).label("mrr"),
            v.pays,
            v.cancel_at,
            v.cancel_requested_at,
            v.cancel_reason,
            v.changed_by,
            v.gained,
            v.is_unpaid,
            v.is_first_notice,
            v.withdrawn_at,
        )
        .where(keeps, or_(v.ends.is_(None), v.ends > v.valid_from))
        .cte(name)
    )


def _versions(name: str, chosen: ColumnElement[bool]) -> CTE:
    """Return the versions of real customers, with when they end and since when they are paused."""
    v = subscription_versions.c
    first_paid = func.min(case((pays(), v.valid_from))).over(partition_by=people.c.billing_id)
    goes_on = and_(earlier(v.status) == "paused", follows_on())
    began = case((and_(pauses(), ~func.coalesce(goes_on, False)), v.valid_from))
    rows = (
        select(
            people.c.billing_id.label("customer_id"),
            v.subscription_id,
            v.valid_from,
            ends().label("ends"),
            v.currency,
            full_price().label("mrr"),
            pays().label("pays"),
            pauses().label("pauses"),
            cancelled().label("cancel_at"),
            v.cancel_requested_at,
            v.cancel_reason,
            first_paid.label("first_paid_at"),
            began.label("began"),
            *changes.columns(),
        )
        .join_from(subscription_versions, people, people.c.customer_id == v.customer_id)
        .where(people.c.is_test.is_(False), chosen)
        .subquery()
    )
    since = func.max(rows.c.began).over(
        partition_by=rows.c.subscription_id, order_by=rows.c.valid_from
    )
    return select(rows, since.label("paused_since")).cte(name)


SPANS = Table("spans", context, *(Column(c.name, c.type) for c in spans_rows().selected_columns))
