"""What happened, or is due, at single customers who pay much: notices, downgrades, contracts.

Read from the canonical facts, as they are known now. Whoever pays less than ``least`` of all MRR is
left out: there are too many of them, and their churn is a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, or_, select

from tasks.engine.asked import asked, prepare
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.cube import make_derived
from tasks.facts.attributes import attributes
from tasks.facts.book import BOOK, closing_book
from tasks.facts.context import people, periods
from tasks.facts.customers import contacts, customers, owners
from tasks.facts.functions import local_day
from tasks.facts.movements import movements
from tasks.facts.revenue import contracts
from tasks.facts.spans import spans
from tasks.model import Period
from tasks.rules.circumstances import Happening, Kind

LEAST = Decimal("0.005")
A_YEAR = 12  # months
AHEAD = timedelta(days=366)  # contracts that come due later are nobody's worry yet
CHAMPION = "%champion%"  # in a contact's role


@dataclass(frozen=True, slots=True)
class Payer:
    """A large customer: its name, MRR, share of all, and who looks after it."""

    name: str
    mrr: Decimal
    share: Decimal
    owner: str


def happenings(
    session: Session, basis: Basis, period: Period, *, now: datetime, least: Decimal = LEAST
) -> tuple[Happening, ...]:
    """Return what happened in ``period`` at customers above ``least`` of all MRR, oldest first.

    Contracts are in it as long as they are undecided and notice can be given, however long ago
    that began; a period that has not begun has none.
    """
    wanted = asked((period,), as_of=min(now, period.end_at) if now < period.end_at else None,
                   cut=basis.cut(now))  # fmt: skip
    if not wanted:
        return ()
    prepare(session, basis, wanted)
    make_derived(session, (closing_book(), movements()), basis.parameters)
    large = _payers(session, basis, least)
    if not large:
        return ()
    found = [
        *_notices(session, basis, large),
        *_contractions(session, basis, large),
        *_undecided(session, basis, large, period),
        *_silences(session, basis, large, period),
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.identity)))


def _rows(session: Session, basis: Basis, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
    yield from session.rows(statement, basis.parameters)


def _payers(session: Session, basis: Basis, least: Decimal) -> Mapping[str, Payer]:
    """Return the large customers, by what they paid when the period began or closed."""
    paid = func.greatest(BOOK.c.opening, BOOK.c.closing)
    totals = select(func.sum(BOOK.c.opening), func.sum(BOOK.c.closing))
    (ends,) = _rows(session, basis, totals)
    total = max((Decimal(str(end)) for end in ends if end is not None), default=Decimal(0))
    if total <= 0:
        return {}
    now = attributes().c
    statement = (
        select(BOOK.c.customer_id, customers.c.name, paid, func.coalesce(owners.c.name, now.owner))
        .select_from(
            BOOK.outerjoin(customers, customers.c.customer_id == BOOK.c.customer_id)
            .outerjoin(
                attributes(), and_(now.customer_id == BOOK.c.customer_id, now.valid_to.is_(None))
            )
            .outerjoin(owners, owners.c.owner_id == now.owner)
        )
        .where(~BOOK.c.unpriced, paid >= least * total)
    )
    return {
        who: Payer(name or who, _exact(mrr), _exact(mrr) / total, owner or "")
        for who, name, mrr, owner in _rows(session, basis, statement)
    }


def _exact(amount: Any) -> Decimal:  # noqa: ANN401 - whatever the driver gives
    return Decimal(str(amount)).normalize() + 0


def _notices(session: Session, basis: Basis, large: Mapping[str, Payer]) -> Iterator[Happening]:
    """Yield the notices of the period that were not taken back by now, one a customer and day."""
    s, p = spans().c, periods.c
    at = s.cancel_requested_at
    day, ends = local_day(at), func.coalesce(s.cancel_at, s.until)
    statement = (
        select(s.customer_id, day, func.max(local_day(ends)), func.max(s.cancel_reason))
        .join_from(spans(), periods, and_(at >= p.start_at, at < p.end_at))
        .where(
            s.is_first_notice,
            or_(s.withdrawn_at.is_(None), s.withdrawn_at >= p.known_at),
            s.customer_id.in_(tuple(large)),
        )
        .group_by(s.customer_id, day)
    )
    for who, on, last, reason in _rows(session, basis, statement):
        yield _happening(Kind.NOTICE, who, on, large, ends=last, note=reason or "")


def _contractions(
    session: Session, basis: Basis, large: Mapping[str, Payer]
) -> Iterator[Happening]:
    """Yield the downgrades of the period, one a customer and day."""
    m = movements().rows.c
    day = local_day(m.attributes_at)
    statement = (
        select(m.customer_id, day, func.sum(-m.amount))
        .where(m.kind == "contraction", m.rate.is_not(None), m.customer_id.in_(tuple(large)))
        .group_by(m.customer_id, day)
    )
    for who, on, lost in _rows(session, basis, statement):
        yield _happening(Kind.CONTRACTION, who, on, large, lost=_exact(lost))


def _undecided(
    session: Session, basis: Basis, large: Mapping[str, Payer], period: Period
) -> Iterator[Happening]:
    """Yield the contracts that can still be given notice of, or could until this period."""
    c, p, s = contracts.c, periods.c, spans().c
    is_open = or_(c.outcome.is_(None), c.outcome == "pending", c.decided_at >= p.known_at)
    told_off = select(s.customer_id).where(
        s.cancel_requested_at < p.known_at,
        or_(s.withdrawn_at.is_(None), s.withdrawn_at >= p.known_at),
        s.customer_id == people.c.billing_id,
    )
    statement = (
        select(people.c.billing_id, c.notice_by, local_day(c.due_at), c.auto_renews)
        .join_from(contracts, people, people.c.customer_id == c.customer_id)
        .join(periods, is_open)
        .where(
            people.c.billing_id.in_(tuple(large)),
            func.coalesce(c.term_months, A_YEAR) > 1,
            c.notice_by >= cast(period.first_day, Date),
            c.notice_by < cast(period.end_day + AHEAD, Date),
            or_(c.starts_on.is_(None), c.starts_on < cast(period.end_day, Date)),
            ~told_off.exists(),
        )
        .distinct()
    )
    for who, on, last, renews in _rows(session, basis, statement):
        yield _happening(Kind.UNDECIDED, who, on, large, ends=last, renews=bool(renews))


def _silences(
    session: Session, basis: Basis, large: Mapping[str, Payer], period: Period
) -> Iterator[Happening]:
    """Yield when the champions of large customers were last seen, where they are known."""
    c = contacts.c
    seen: ColumnElement[Any] = func.max(c.last_seen_at)
    statement = (
        select(people.c.billing_id, local_day(seen), func.max(c.role))
        .join_from(contacts, people, people.c.customer_id == c.customer_id)
        .where(
            func.lower(c.role).like(CHAMPION),
            c.last_seen_at.is_not(None),
            people.c.billing_id.in_(tuple(large)),
        )
        .group_by(people.c.billing_id)
    )
    for who, on, role in _rows(session, basis, statement):
        if on < period.end_day:
            yield _happening(Kind.SILENCE, who, on, large, note=role)


def _happening(
    kind: Kind,
    who: str,
    on: date,
    large: Mapping[str, Payer],
    **more: Any,  # noqa: ANN401 - of it
) -> Happening:
    payer = large[who]
    return Happening(kind, who, payer.name, on, payer.mrr, payer.share, owner=payer.owner, **more)
