"""What do we know about what one customer pays: now, before, after, and counted otherwise?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from tasks.calendar import Calendar
from tasks.model import Period

NOTHING = Decimal(0)
GONE = ("canceled", "incomplete", "incomplete_expired")


@dataclass(frozen=True, slots=True)
class Term:
    """One version of a subscription, in its own currency; times are UTC without a zone.

    ``mrr`` is what it brings a month if it ``pays``; ``listed`` is that before its discount,
    ``billed`` what one invoice of it says. ``customer_id`` is the record it stands under.
    """

    customer_id: str
    since: datetime
    until: datetime | None
    currency: str
    status: str
    pays: bool
    mrr: Decimal
    listed: Decimal
    billed: Decimal
    interval: str = "month"

    def holds(self, at: datetime) -> bool:
        """Return whether it is in force just before ``at``."""
        return self.since < at and (self.until is None or self.until >= at)


@dataclass(frozen=True, slots=True)
class Extra:
    """An amount of the period that is not recurring revenue, in the company's currency."""

    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """A customer record: its id, what it is called, and other systems' ids of it."""

    customer_id: str
    name: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """Whoever pays, with all records that stand for them: duplicates and subsidiaries.

    ``mrr`` is what our book says at the close, in the company's currency; None where an exchange
    rate is missing.
    """

    customer_id: str
    name: str
    mrr: Decimal | None = NOTHING
    records: tuple[Record, ...] = ()
    is_test: bool = False
    terms: tuple[Term, ...] = ()
    extras: tuple[Extra, ...] = ()

    @property
    def ours(self) -> Decimal:
        """What it adds to our total: nothing where the amount is not known."""
        return self.mrr if self.mrr is not None else NOTHING


@dataclass(frozen=True)
class Book:
    """Our side of a period: who pays what, at which rates, and every other rate we know.

    ``rates`` are those of the close; ``other_rates`` are told in words ("the rate of 1 March").
    """

    period: Period
    close: datetime
    calendar: Calendar
    currency: str
    accounts: Mapping[str, Account]
    rates: Mapping[str, Decimal | None]
    other_rates: Mapping[str, tuple[tuple[Decimal, str], ...]] = field(default_factory=dict)

    @cached_property
    def opening(self) -> datetime:
        """The instant the period began."""
        return self.period.start_at.replace(tzinfo=None)

    @cached_property
    def next_close(self) -> datetime:
        """The instant the period after this one closes."""
        return self.calendar.following(self.period).end_at.replace(tzinfo=None)

    def day(self, at: datetime) -> date:
        """Return the company's day of an instant."""
        return self.calendar.local_day(at.replace(tzinfo=self.period.start_at.tzinfo))

    def in_ours(self, amount: Decimal, currency: str) -> Decimal | None:
        """Return an amount in the company's currency at the rate of the close; None without."""
        rate = Decimal(1) if currency == self.currency else self.rates.get(currency)
        return None if rate is None else amount * rate

    def level(self, account: Account, at: datetime) -> Decimal:
        """Return the MRR of an account just before ``at``, at the rates of the close."""
        return self.sum_of(account, lambda term: term.mrr if term.pays else NOTHING, at)

    def sum_of(
        self,
        account: Account,
        amount: Callable[[Term], Decimal],
        at: datetime | None = None,
        rate: Callable[[str], Decimal | None] | None = None,
    ) -> Decimal:
        """Return the sum of an amount over the terms in force, each at its rate."""
        instant = at or self.close
        total = NOTHING
        for term in account.terms:
            if term.holds(instant):
                much = amount(term)
                if rate is None:
                    total += self.in_ours(much, term.currency) or NOTHING
                else:
                    total += much * (rate(term.currency) or NOTHING)
        return total

    def changes(self, account: Account) -> tuple[datetime, ...]:
        """Return every instant at which something of the account began or ended, in order."""
        starts = {term.since for term in account.terms}
        ends = {term.until for term in account.terms if term.until is not None}
        return tuple(sorted(starts | ends))


DAY = timedelta(days=1)


def day_words(day: date) -> str:
    """Return a day as people say it: ``12 February 2026``."""
    return f"{day.day} {day:%B %Y}"
