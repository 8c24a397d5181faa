"""Why would somebody come to another amount? One reason a function, each proved by the figures.

A reason is only given where it leads to their amount exactly, to the cent (or to the whole unit,
where their list has no cents).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from tasks.engine.reconcile.case import Case, Why
from tasks.engine.reconcile.paying import (
    GONE,
    NOTHING,
    Extra,
    Term,
)
from tasks.engine.reconcile.when import proration, timing
from tasks.facts.versions import PAYING

YEAR = 12
UNEXPLAINED = "unexplained"
SINGLE = ("one_off", "usage")  # subscriptions that do not recur


Reason = Callable[[Case], Iterator[Why]]


def rounding(case: Case) -> Iterator[Why]:
    """Yield that both are the same but for what rounding takes."""
    if case.fits(case.ours) and case.is_listed:
        yield Why("rounding", "the same, rounded")


def test_account(case: Case) -> Iterator[Why]:
    """Yield that we leave the customer out as a test."""
    if case.account.is_test:
        yield Why("test", "a test account here, so it is in no figure of ours")


def no_rate(case: Case) -> Iterator[Why]:
    """Yield that we know no amount, as an exchange rate is missing."""
    if case.account.mrr is None:
        missing = sorted(
            term.currency
            for term in case.account.terms
            if case.book.in_ours(Decimal(1), term.currency) is None
        )
        names = ", ".join(dict.fromkeys(missing)) or "its currency"
        yield Why("currency", f"we have no exchange rate for {names}, so no amount either")


def duplicate(case: Case) -> Iterator[Why]:
    """Yield that the customer stands in their list several times, each time with all it pays."""
    if len(case.rows) > 1 and case.ours and all(_near(case, r.amount) for r in case.rows):
        lines = ", ".join(str(row.line) for row in case.rows)
        yield Why("duplicate", f"listed {len(case.rows)} times, in lines {lines}, with the whole")


def _near(case: Case, amount: Decimal) -> bool:
    return abs(amount - case.ours) <= case.grain


def parent(case: Case) -> Iterator[Why]:
    """Yield that they have one record of a customer, where we add all that one payer pays for."""
    amounts = {record: _of(case, record) for record in _paying_records(case)}
    if len(amounts) < 2 or not case.is_listed:  # noqa: PLR2004 - one record is no family
        return
    named = {one.customer_id: one.name or one.customer_id for one in case.account.records}
    for record, amount in amounts.items():
        if case.fits(amount):
            others = ", ".join(named.get(one, one) for one in amounts if one != record)
            yield Why("parent", f"theirs is {named.get(record, record)} alone; ours adds {others}")


def _paying_records(case: Case) -> list[str]:
    held = (t for t in case.account.terms if t.pays and t.holds(case.book.close))
    return list(dict.fromkeys(term.customer_id for term in held))


def _of(case: Case, record: str) -> Decimal:
    def mrr(term: Term) -> Decimal:
        return term.mrr if term.pays and term.customer_id == record else NOTHING

    return case.book.sum_of(case.account, mrr)


def annual(case: Case) -> Iterator[Why]:
    """Yield that they have the amount of an invoice or a year, not of a month."""
    if not case.ours or not case.is_listed:
        return
    if case.fits(case.ours * YEAR):
        yield Why("annual", "twelve times ours: a year's amount, not divided by 12")
    elif case.fits(case.ours / YEAR):
        yield Why("annual", "a twelfth of ours: divided by 12 once too often")
    elif case.fits(case.book.sum_of(case.account, lambda t: t.billed if t.pays else NOTHING)):
        yield Why("annual", "what is invoiced at once, not what that is a month")


def currency(case: Case) -> Iterator[Why]:
    """Yield that they converted at another rate, or not at all."""
    book = case.book
    foreign = sorted(
        {t.currency for t in case.account.terms if t.pays and t.holds(book.close)} - {book.currency}
    )
    if not foreign or not case.is_listed:
        return
    if case.fits(book.sum_of(case.account, _paid, rate=lambda _: Decimal(1))):
        yield Why("currency", f"their amount is in {', '.join(foreign)}, not converted")
        return
    for name in foreign:
        yield from _at_other_rates(case, name)


def _paid(term: Term) -> Decimal:
    return term.mrr if term.pays else NOTHING


def _at_other_rates(case: Case, name: str) -> Iterator[Why]:
    book, ours = case.book, case.book.rates.get(name)
    for other, words in book.other_rates.get(name, ()):
        if other == ours:
            continue

        def rate(one: str, other: Decimal = other) -> Decimal | None:
            return other if one == name else book.in_ours(Decimal(1), one)

        if case.fits(book.sum_of(case.account, _paid, rate=rate)):
            at = f"{ours.normalize():f}" if ours else "none"
            yield Why("currency", f"converted from {name} at {words}; ours is at {at}")
            return


def discount(case: Case) -> Iterator[Why]:
    """Yield that they have the price before its discount."""
    listed = case.book.sum_of(case.account, lambda t: t.listed if _has_a_price(t) else NOTHING)
    if case.is_listed and listed > case.ours and case.fits(listed):
        share = 100 - case.ours * 100 / listed
        yield Why("discount", f"before the discount of {share:.4g} %, which our MRR takes off")


def _has_a_price(term: Term) -> bool:
    """Return whether it pays, or would if nothing were taken off its price."""
    return term.pays or (term.status in PAYING and term.interval not in SINGLE)


def status(case: Case) -> Iterator[Why]:
    """Yield that they count what is in force and does not pay: a trial, a pause, an unpaid one."""
    book, account = case.book, case.account
    idle = [t for t in account.terms if t.holds(book.close) and not t.pays and _is_there(t)]
    kinds = sorted({term.status.replace("_", " ") for term in idle})
    if not kinds or not case.is_listed:
        return
    if case.fits(book.sum_of(account, lambda t: t.mrr if t.pays or _is_there(t) else NOTHING)):
        yield Why("status", f"theirs counts what is {' and '.join(kinds)} here and brings nothing")


def _is_there(term: Term) -> bool:
    return term.status not in GONE and term.interval not in SINGLE


def one_off(case: Case) -> Iterator[Why]:
    """Yield that they added what came once: setup, usage, tax; or took a credit off."""
    extras = (*case.account.extras, *_single(case))
    if not case.is_listed or not extras:
        return
    every = (extras, *((one,) for one in extras)) if len(extras) > 1 else (extras,)
    for some in every:
        if case.fits(case.ours + sum((one.amount for one in some), NOTHING)):
            kinds = ", ".join(dict.fromkeys(one.kind.replace("_", "-") for one in some))
            yield Why("one-off", f"ours and {kinds} of the period, which does not recur")
            return


def _single(case: Case) -> Iterator[Extra]:
    """Yield what subscriptions in force ask for that is paid once, or by use."""
    for kind in SINGLE:
        amount = case.book.sum_of(case.account, partial(_billed, kind))
        if amount:
            yield Extra(kind, amount)


def _billed(kind: str, term: Term) -> Decimal:
    return term.billed if term.interval == kind else NOTHING


# the surest first: what two reasons lead to is put down to the first, the rest are told beside it
REASONS: tuple[Reason, ...] = (
    rounding,
    test_account,
    no_rate,
    duplicate,
    parent,
    annual,
    currency,
    discount,
    status,
    timing,
    proration,
    one_off,
)


def reasons_of(case: Case) -> tuple[Why, ...]:
    """Return every reason that leads to their amount, the surest first."""
    return tuple(why for reason in REASONS for why in reason(case))
