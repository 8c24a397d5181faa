"""The book: who was a customer, and what they paid, at both ends of every period asked for.

One row per period and customer. Amounts are in the company's currency at the period's own rate,
so that a change of the rate table is never expansion; ``reported_opening`` is the opening as the
period before closed it, and the difference is the rebase. ``paid_then`` is what they paid a year
before the close.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    Label,
    Numeric,
    Select,
    String,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)

from tasks.facts.context import context, periods, rates, setting
from tasks.facts.functions import in_force
from tasks.facts.panel import Derived, Panel
from tasks.facts.spans import spans

TABLES = frozenset({"subscription_versions"})
FX_MODE = setting("fx_mode", "locked")  # by the day, the same difference is the FX impact
DATED_BY = ("subscription_versions", "valid_from")


_MONEY = Numeric(38, 16)
BOOK = Table(
    "book",
    context,
    Column("period_id", Integer),
    Column("customer_id", String),
    Column("period_start", DateTime),
    Column("period_end", DateTime),
    Column("year_ago", DateTime),
    *(Column(name, _MONEY) for name in ("opening", "reported_opening", "closing", "paid_then")),
    *(Column(name, _MONEY) for name in ("closing_spot", "fx_impact", "scheduled")),
    *(Column(name, Boolean) for name in ("opened", "closed", "present", "paid_before", "started")),
    *(Column(name, Boolean) for name in ("was_there", "is_unpaid")),
    *(Column(name, Boolean) for name in ("unpriced", "opening_unpriced", "spot_unpriced")),
    Column("then_unpriced", Boolean),
    Column("reason", String),
    *(Column(name, Boolean) for name in ("stayed", "lost", "joined", "returned")),
    *(Column(name, _MONEY) for name in ("expansion", "contraction", "rebase")),
    Column("active", Boolean),
)


@cache
def opening_book() -> Panel:
    """Return the book with every customer as they were when the period began."""
    return _side("opening_book", BOOK.c.period_start)


@cache
def closing_book() -> Panel:
    """Return the book with every customer as they were when the period closed."""
    return _side("closing_book", BOOK.c.period_end)


@cache
def year_ago_book() -> Panel:
    """Return the book with every customer as they were a year before the period closed."""
    return _side("year_ago_book", BOOK.c.year_ago)


def _side(name: str, at: ColumnElement[Any]) -> Panel:
    rows = select(BOOK, at.label("attributes_at")).cte(name)
    return Panel(name, rows, TABLES, DATED_BY, derived=derived_book(), is_balance=True)


@cache
def derived_book() -> tuple[Derived, ...]:
    """Return the table that every panel over the book rests on."""
    return (Derived(BOOK, _book),)


def _book() -> Select[Any]:
    """Return the ends of the period per customer, and which of them moved how."""
    h = _held().c
    zero = literal(0)
    stayed = and_(h.opened, h.closed)
    gained = case((stayed, func.greatest(h.closing - h.opening, zero)), else_=zero)
    shrunk = case((stayed, func.greatest(h.opening - h.closing, zero)), else_=zero)
    came = and_(~h.opened, h.closed)
    return select(
        *h,
        stayed.label("stayed"),
        and_(h.opened, ~h.closed).label("lost"),
        and_(came, ~h.paid_before).label("joined"),
        and_(came, h.paid_before).label("returned"),
        gained.label("expansion"),
        shrunk.label("contraction"),
        case((FX_MODE == "locked", h.opening - h.reported_opening), else_=zero).label("rebase"),
        or_(h.opened, h.present).label("active"),
    )


@cache
def _held() -> CTE:
    s, p, r = spans().c, periods.c, rates.c
    return (
        select(
            p.period_id,
            s.customer_id,
            p.start_at.label("period_start"),
            p.end_at.label("period_end"),
            p.year_ago,
            *_amounts(),
            *_marks(),
            *_blind_spots(),
            func.max(case((s.until < p.end_at, s.cancel_reason))).label("reason"),
        )
        .join_from(spans(), periods, s.since < p.end_at)
        .outerjoin(rates, and_(r.period_id == p.period_id, r.currency == s.currency))
        .group_by(p.period_id, s.customer_id, p.start_at, p.end_at, p.year_ago)
        .cte("held")
    )


def _in_force_at(at: ColumnElement[Any]) -> ColumnElement[bool]:
    return in_force(spans().c.since, spans().c.until, at)


def _amounts() -> list[Label[Any]]:
    """Return what was paid at the opening, at the close, and a year before the close."""
    s, p, r = spans().c, periods.c, rates.c
    opens, closes = _in_force_at(p.start_at), _in_force_at(p.end_at)
    return [
        _sum(s.mrr * r.closing_rate, opens).label("opening"),
        _sum(s.mrr * r.opening_rate, opens).label("reported_opening"),
        _sum(s.mrr * r.closing_rate, closes).label("closing"),
        _sum(s.mrr * r.closing_rate, _in_force_at(p.year_ago)).label("paid_then"),
        _sum(s.mrr * r.closing_rate, and_(closes, _is_scheduled())).label("scheduled"),
        _sum(s.mrr * r.closing_spot, closes).label("closing_spot"),
        _sum(s.mrr * (r.closing_spot - r.opening_spot), opens).label("fx_impact"),
    ]


def _marks() -> list[Label[Any]]:
    """Return who was there when, and who had paid before."""
    s, p = spans().c, periods.c
    first_paid_at = func.min(s.paid_since)
    present = and_(s.since < p.end_at, or_(s.until.is_(None), s.until > p.start_at))
    return [
        _any(_in_force_at(p.start_at)).label("opened"),
        _any(_in_force_at(p.end_at)).label("closed"),
        _any(present).label("present"),
        _any(and_(s.pays, s.since < p.start_at)).label("paid_before"),
        and_(first_paid_at >= p.start_at, first_paid_at < p.end_at).label("started"),
        _any(_in_force_at(p.year_ago)).label("was_there"),
        _ended_unpaid().label("is_unpaid"),
    ]


def _blind_spots() -> list[Label[Any]]:
    """Return whose money has no rate, at either end, at the opening, a year before, by the day."""
    s, p, r = spans().c, periods.c, rates.c
    opens, closes = _in_force_at(p.start_at), _in_force_at(p.end_at)
    then, no_rate = _in_force_at(p.year_ago), r.closing_rate.is_(None)
    return [
        _any(and_(or_(opens, closes), s.pays, no_rate)).label("unpriced"),
        _any(and_(opens, s.pays, r.opening_rate.is_(None))).label("opening_unpriced"),
        _any(and_(or_(then, closes), s.pays, no_rate)).label("then_unpriced"),
        _any(and_(or_(opens, closes), s.pays, _no_spot())).label("spot_unpriced"),
    ]


def _is_scheduled() -> ColumnElement[bool]:
    """Return whether the end of what is in force at the close was known and lay ahead then."""
    s, p = spans().c, periods.c
    asked_at = func.coalesce(s.cancel_requested_at, s.since)
    return and_(s.cancel_at >= p.end_at, asked_at < p.end_at)


def _ended_unpaid() -> ColumnElement[bool]:
    """Return whether the last thing that ended did so because nobody paid."""
    s, p = spans().c, periods.c
    ended = case((s.until < p.end_at, s.until))
    return func.coalesce(
        func.max(case((and_(s.until < p.end_at, s.is_unpaid), s.until))) == func.max(ended), false()
    )


def _no_spot() -> ColumnElement[bool]:
    return or_(rates.c.closing_spot.is_(None), rates.c.opening_spot.is_(None))


def _sum(amount: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, amount))), 0)


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.coalesce(func.bool_or(condition), false())
