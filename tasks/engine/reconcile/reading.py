"""What does our book say each customer pays, and from which subscriptions? Read once, for reasons.

The amounts are those of the KPI ``mrr``, customer by customer; the subscriptions around the period
are only there to say why somebody else comes to another amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from tasks.calendar import Calendar
from tasks.engine.asked import Asked, asked, prepare
from tasks.engine.base import Session
from tasks.engine.basis import Basis
from tasks.engine.books import CUSTOMER
from tasks.engine.compile import statements
from tasks.engine.cube import run
from tasks.engine.rates import USD, QuotedRate, RateTable
from tasks.engine.reconcile.paying import Account, Book, Extra, Record, Term, day_words
from tasks.facts.context import people, periods, rates
from tasks.facts.customers import customers
from tasks.facts.functions import local_day
from tasks.facts.precedence import counts
from tasks.facts.revenue import fx_rates, revenue_lines, subscription_versions
from tasks.facts.versions import (
    DAYS_A_YEAR,
    MONTHS_A_YEAR,
    WEEKS_A_YEAR,
    ends,
    full_price,
    pays,
)
from tasks.kpis import book
from tasks.model import Period

NEAR = timedelta(days=45)  # what changed longer ago than the period before explains nothing
EXTRAS = ("one_off", "usage", "tax", "credit", "refund")
_EIGHT = Decimal("0.00000001")
_TIMES = {"day": DAYS_A_YEAR, "week": WEEKS_A_YEAR, "month": MONTHS_A_YEAR, "year": 1}


def ours_of(session: Session, basis: Basis, period: Period, *, now: datetime) -> Book | None:
    """Return our side of ``period``; None where it has not begun."""
    wanted = asked((period,), as_of=None, cut=basis.cut(now))
    if not wanted:
        return None
    prepare(session, basis, wanted)
    one = wanted[0]
    table = _rate_table(session, basis)
    closing = _closing(session, basis)
    quoted = {quote.currency: _at(table, quote.currency, one, basis) for quote in table.quoted}
    return Book(
        period,
        one.close_at.replace(tzinfo=None),
        basis.calendar,
        basis.currency,
        _accounts(session, basis, one, closing),
        quoted | {name: closing for name, closing, _ in _rates(session)},
        _others(session, table, basis.currency),
    )


def _closing(session: Session, basis: Basis) -> Mapping[str, Decimal | None]:
    """Return the closing MRR of every customer of the book; None where a rate is missing."""
    cube = run(session, statements((book.mrr_closing,), (CUSTOMER,)), basis.parameters)
    places = cube.samples.get(book.mrr_closing, {})
    return {
        segment: None if sample.missing else sample.total
        for (_, _, segment), sample in places.items()
    }


def _accounts(
    session: Session, basis: Basis, one: Asked, closing: Mapping[str, Decimal | None]
) -> dict[str, Account]:
    """Return everybody who pays or might, by the id of the payer."""
    records, tests = _records(session, basis)
    terms, extras = _terms(session, basis, one), _extras(session, basis)
    everybody = dict.fromkeys([*records, *terms, *closing])
    return {
        payer: Account(
            payer,
            _name(payer, records.get(payer, ())),
            closing.get(payer, Decimal(0)),
            records.get(payer, ()) or (Record(payer),),
            payer in tests,
            tuple(terms.get(payer, ())),
            tuple(extras.get(payer, ())),
        )
        for payer in everybody
    }


def _name(payer: str, records: Iterable[Record]) -> str:
    return next((one.name for one in records if one.customer_id == payer and one.name), payer)


def _records(session: Session, basis: Basis) -> tuple[dict[str, tuple[Record, ...]], set[str]]:
    """Return the records of each payer, and which payers are test accounts."""
    c, p = customers.c, people.c
    statement = (
        select(p.customer_id, p.billing_id, p.is_test, c.name, c.external_ids)
        .select_from(people.outerjoin(customers, c.customer_id == p.customer_id))
        .order_by(p.customer_id)
    )
    found: dict[str, list[Record]] = defaultdict(list)
    tests: set[str] = set()
    for record, payer, is_test, name, others in session.rows(statement, basis.parameters):
        found[payer].append(Record(record, name or "", _other_ids(others)))
        if is_test:
            tests.add(payer)
    return {payer: tuple(listed) for payer, listed in found.items()}, tests


def _other_ids(text: str | None) -> tuple[str, ...]:
    """Return ``stripe:cus_1;4711`` as the ids in it, with their system and without."""
    parts = [part.strip() for part in (text or "").replace(",", ";").split(";")]
    bare = [part.partition(":")[2].strip() for part in parts if ":" in part]
    return tuple(part for part in (*parts, *bare) if part)


def _terms(session: Session, basis: Basis, one: Asked) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for payer, *row in session.rows(_near(one), basis.parameters):
        found[payer].append(_term(row))
    return found


def _near(one: Asked) -> Select[Any]:
    """Select the versions in force around the period, with who pays for them."""
    v = subscription_versions.c
    first = one.period.start_at.replace(tzinfo=None) - NEAR
    last = one.close_at.replace(tzinfo=None) + NEAR
    chosen = and_(v.valid_from < last, or_(ends().is_(None), ends() > first), counts())
    return (
        select(
            people.c.billing_id,
            v.customer_id,
            v.valid_from,
            ends().label("until"),
            v.currency,
            v.status,
            pays().label("pays"),
            full_price().label("mrr"),
            v.unit_amount,
            v.quantity,
            v.discount_pct,
            v.interval,
            v.interval_count,
        )
        .join_from(subscription_versions, people, people.c.customer_id == v.customer_id)
        .where(chosen, or_(ends().is_(None), ends() > v.valid_from))
        .order_by(people.c.billing_id, v.valid_from, v.version_id)
    )


def _term(row: list[Any]) -> Term:
    customer, since, until, currency, status, paying, mrr, *price, interval, count = row
    amount, quantity, discount = (Decimal(str(one or 0)) for one in price)
    gross = amount * quantity
    monthly = gross * _TIMES.get(interval, MONTHS_A_YEAR) / (MONTHS_A_YEAR * (count or 1))
    return Term(
        customer,
        since,
        until,
        currency,
        status,
        bool(paying),
        Decimal(str(mrr or 0)),
        monthly.quantize(_EIGHT),
        gross * (100 - discount) / 100,
        interval,
    )


def _extras(session: Session, basis: Basis) -> dict[str, list[Extra]]:
    """Return the amounts of the period that are no recurring revenue, by payer."""
    r, p = revenue_lines.c, periods.c
    same = and_(rates.c.currency == r.currency, rates.c.period_id == p.period_id)
    inside = and_(r.recognized_on >= local_day(p.start_at), r.recognized_on < local_day(p.end_at))
    statement = (
        select(people.c.billing_id, r.kind, func.sum(r.amount * rates.c.closing_rate))
        .join_from(revenue_lines, people, people.c.customer_id == r.customer_id)
        .join(periods, inside)
        .join(rates, same)
        .where(r.kind.in_(EXTRAS))
        .group_by(people.c.billing_id, r.kind)
        .order_by(people.c.billing_id, r.kind)
    )
    found: dict[str, list[Extra]] = defaultdict(list)
    for payer, kind, amount in session.rows(statement, basis.parameters):
        if amount:
            found[payer].append(Extra(kind, Decimal(str(amount))))
    return found


def _rates(session: Session) -> list[tuple[str, Decimal | None, Decimal | None]]:
    c = rates.c
    return [
        (currency, _exact(closing), _exact(opening))
        for currency, closing, opening in session.rows(
            select(c.currency, c.closing_rate, c.opening_rate)
        )
    ]


def _exact(rate: object) -> Decimal | None:
    return None if rate is None else Decimal(str(rate))


def _rate_table(session: Session, basis: Basis) -> RateTable:
    c = fx_rates.c
    rows = session.rows(select(c.currency, c.rate_date, c.rate_to_usd, c.kind))
    quoted = tuple(
        QuotedRate(currency, day, Decimal(str(rate)), kind or "locked")
        for currency, day, rate, kind in rows
    )
    return RateTable(basis.currency, quoted, basis.fx_mode)


def _at(table: RateTable, currency: str, one: Asked, basis: Basis) -> Decimal | None:
    """Return the rate of a currency that only their list has, as the book would have it."""
    last = _last_day(basis.calendar, one)
    rate = table.at_both_ends(currency, one.period, last)["closing_rate"]
    return _exact(rate)


def _last_day(calendar: Calendar, one: Asked) -> date:
    if one.close_at == one.period.end_at:
        return one.period.end_day
    return calendar.local_day(one.close_at.astimezone(UTC))


def _others(
    session: Session, table: RateTable, base: str
) -> dict[str, tuple[tuple[Decimal, str], ...]]:
    """Return every rate somebody else may have used, by currency, each in words."""
    found: dict[str, dict[Decimal, str]] = defaultdict(dict)
    for currency, _, opening in _rates(session):
        if opening is not None:
            found[currency].setdefault(opening, f"{opening.normalize():f}, that of the opening")
    for quote in sorted(table.quoted, key=lambda one: one.rate_date, reverse=True):
        for currency in ({quote.currency, base} - {USD}) if base != USD else {quote.currency}:
            rate = table.rate(currency, quote.rate_date, quote.kind)
            if rate is not None and currency != base:
                words = (
                    f"{rate.normalize():f}, the {quote.kind} one of {day_words(quote.rate_date)}"
                )
                found[currency].setdefault(rate, words)
    return {name: tuple(known.items()) for name, known in found.items()}
