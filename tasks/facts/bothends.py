"""Both ends: what each customer paid when a period began and when it closed, and who moved how.

It is told of whatever rows join spans and periods: of every period in the book, of the first of
neighbouring periods in the runs.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql import FromClause

from tasks.facts.context import rates, setting
from tasks.facts.functions import in_force
from tasks.facts.spans import spans

FX_MODE = setting("fx_mode", "locked")  # by the day, the same difference is the FX impact
_MONEY = Numeric(38, 16)


def columns() -> tuple[Column[Any], ...]:
    """Return the columns of what ``ends`` returns."""
    return (
        Column("period_id", Integer),
        Column("customer_id", String),
        *(Column(name, DateTime) for name in ("period_start", "period_end", "year_ago")),
        *(Column(name, _MONEY) for name in ("opening", "reported_opening", "closing", "paid_then")),
        *(Column(name, _MONEY) for name in ("closing_spot", "fx_impact", "scheduled")),
        *(Column(name, Boolean) for name in ("opened", "closed", "present", "paid_before")),
        *(Column(name, Boolean) for name in ("started", "was_there", "is_unpaid")),
        *(Column(name, Boolean) for name in ("unpriced", "opening_unpriced", "spot_unpriced")),
        Column("then_unpriced", Boolean),
        Column("reason", String),
        *(Column(name, Boolean) for name in ("stayed", "lost", "joined", "returned")),
        *(Column(name, _MONEY) for name in ("expansion", "contraction", "rebase")),
        Column("active", Boolean),
    )


def ends(source: FromClause, p: Any, *more: ColumnElement[Any]) -> Select[Any]:  # noqa: ANN401
    """Return both ends of each period and customer, of the spans and periods that ``source`` joins.

    ``p`` are the columns of the periods, ``more`` are columns of ``source`` to carry along.
    """
    held = _held(source, p, more)
    h, zero = held.c, literal(0)
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


def _held(source: FromClause, p: Any, more: Sequence[ColumnElement[Any]]) -> CTE:  # noqa: ANN401
    s, r = spans().c, rates.c
    priced = source.outerjoin(rates, and_(r.period_id == p.period_id, r.currency == s.currency))
    return (
        select(
            p.period_id,
            s.customer_id,
            p.start_at.label("period_start"),
            p.end_at.label("period_end"),
            p.year_ago,
            *more,
            *_amounts(p),
            *_marks(p),
            *_blind_spots(p),
            func.max(case((s.until < p.end_at, s.cancel_reason))).label("reason"),
        )
        .select_from(priced)
        .group_by(p.period_id, s.customer_id, p.start_at, p.end_at, p.year_ago, *more)
        .cte("held")
    )


def _in_force_at(at: ColumnElement[Any]) -> ColumnElement[bool]:
    return in_force(spans().c.since, spans().c.until, at)


def _amounts(p: Any) -> list[Label[Any]]:  # noqa: ANN401
    """Return what was paid at the opening, at the close, and a year before the close."""
    s, r = spans().c, rates.c
    opens, closes = _in_force_at(p.start_at), _in_force_at(p.end_at)
    return [
        _sum(s.mrr * r.closing_rate, opens).label("opening"),
        _sum(s.mrr * r.opening_rate, opens).label("reported_opening"),
        _sum(s.mrr * r.closing_rate, closes).label("closing"),
        _sum(s.mrr * r.closing_rate, _in_force_at(p.year_ago)).label("paid_then"),
        _sum(s.mrr * r.closing_rate, and_(closes, _is_scheduled(p))).label("scheduled"),
        _sum(s.mrr * r.closing_spot, closes).label("closing_spot"),
        _sum(s.mrr * (r.closing_spot - r.opening_spot), opens).label("fx_impact"),
    ]


def _marks(p: Any) -> list[Label[Any]]:  # noqa: ANN401
    """Return who was there when, and who had paid before."""
    s = spans().c
    first_paid_at = func.min(s.paid_since)
    present = and_(s.since < p.end_at, or_(s.until.is_(None), s.until > p.start_at))
    return [
        _any(_in_force_at(p.start_at)).label("opened"),
        _any(_in_force_at(p.end_at)).label("closed"),
        _any(present).label("present"),
        _any(and_(s.pays, s.since < p.start_at)).label("paid_before"),
        and_(first_paid_at >= p.start_at, first_paid_at < p.end_at).label("started"),
        _any(_in_force_at(p.year_ago)).label("was_there"),
        _ended_unpaid(p).label("is_unpaid"),
    ]


def _blind_spots(p: Any) -> list[Label[Any]]:  # noqa: ANN401
    """Return whose money has no rate, at either end, at the opening, a year before, by the day."""
    s, r = spans().c, rates.c
    opens, closes = _in_force_at(p.start_at), _in_force_at(p.end_at)
    then, no_rate = _in_force_at(p.year_ago), r.closing_rate.is_(None)
    return [
        _any(and_(or_(opens, closes), s.pays, no_rate)).label("unpriced"),
        _any(and_(opens, s.pays, r.opening_rate.is_(None))).label("opening_unpriced"),
        _any(and_(or_(then, closes), s.pays, no_rate)).label("then_unpriced"),
        _any(and_(or_(opens, closes), s.pays, _no_spot())).label("spot_unpriced"),
    ]


def _is_scheduled(p: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return whether the end of what is in force at the close was known and lay ahead then."""
    s = spans().c
    asked_at = func.coalesce(s.cancel_requested_at, s.since)
    return and_(s.cancel_at >= p.end_at, asked_at < p.end_at)


def _ended_unpaid(p: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return whether the last thing that ended did so because nobody paid."""
    s = spans().c
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
