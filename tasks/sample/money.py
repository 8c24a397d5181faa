"""What customers pay: subscriptions and their changes, invoices, revenue, contracts, seats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np

from tasks.sample.chance import chance
from tasks.sample.files import Export, rows
from tasks.sample.lives import CENT, GONE, LATEST_BILLING_DAY, MONTHS_A_YEAR, PAYING, Change, Life
from tasks.sample.timeline import Timeline

BILLING = "billing"
VERSION_COLUMNS = (
    "version_id subscription_id customer_id product status valid_from valid_to unit_amount "
    "quantity currency interval interval_count discount_pct change_kind cancel_at "
    "cancel_requested_at cancel_reason"
)
ONBOARDING = Decimal(1500)  # dollars, once, for a customer who begins on Scale
PAID_AFTER_MINUTES = (60, 400)
ONE_REFUND_IN = 12  # customers who leave
FURTHEST_APART = timedelta(days=31)


def subscription_versions(timeline: Timeline, lives: tuple[Life, ...]) -> Export:
    """Return every change of every subscription as a version with a beginning and an end."""
    found = [row for life in lives for row in _versions(timeline, life)]
    numbered = [(f"V{number:05d}", *row) for number, row in enumerate(found, start=1)]
    return Export(BILLING, "subscription_versions", rows(VERSION_COLUMNS, numbered))


def _versions(timeline: Timeline, life: Life) -> Iterator[tuple[object, ...]]:
    returned = 0
    for change, after in pairwise([*life.changes, None]):
        if change is None or change.status == GONE:
            continue
        returned += change.kind == "reactivation"
        notice = change.notice
        yield (
            f"S{life.profile.number:04d}" + "B" * returned,
            life.profile.id,
            change.plan.lower(),
            change.status,
            change.at,
            after.at if after and after.at < timeline.now else None,
            life.unit_amount(change),
            change.seats,
            life.currency,
            "year" if life.yearly else "month",
            1,
            life.discount,
            change.kind,
            notice.ends_at if notice else None,
            notice.requested_at if notice else None,
            notice.reason if notice else None,
        )


def licenses(timeline: Timeline, lives: tuple[Life, ...]) -> Export:
    """Return how many seats each customer has from which day on."""
    found = {
        (life.profile.id, timeline.calendar.local_day(change.at)): change.seats
        for life in lives
        for change in life.changes
        if change.status in PAYING and change.at < timeline.now
    }
    seats = [(customer, day, count) for (customer, day), count in found.items()]
    return Export("product", "licenses", rows("customer_id valid_from seats", seats))


@dataclass(frozen=True, slots=True)
class Invoice:
    """One month of one subscription: when it began, how it stood then, and what came next."""

    life: Life
    at: datetime
    stands: Change
    next: Change | None

    @property
    def is_billed(self) -> bool:
        """Whether money is due: every month, or once a year."""
        started = self.life.first_paid_at
        return not self.life.yearly or (started is not None and started.month == self.at.month)

    @property
    def amount(self) -> Decimal:
        """What is due, in the customer's currency."""
        months = MONTHS_A_YEAR if self.life.yearly else 1
        return (self.life.a_month(self.stands) * months).quantize(CENT)

    @property
    def failed_at(self) -> datetime | None:
        """When the payment failed, if it did."""
        after = self.next
        if after is None or after.status != "past_due" or after.at - self.at > FURTHEST_APART:
            return None
        return after.at


def invoices(timeline: Timeline, lives: tuple[Life, ...]) -> tuple[Invoice, ...]:
    """Return every month that somebody paid for within the history."""
    return tuple(found for life in lives for found in _invoices(timeline, life))


def _invoices(timeline: Timeline, life: Life) -> Iterator[Invoice]:
    for at in _billing_days(timeline, life):
        known = [change for change in life.changes if change.at <= at]
        if known and known[-1].status in PAYING:
            after = life.changes[len(known) :]
            yield Invoice(life, at, known[-1], after[0] if after else None)


def _billing_days(timeline: Timeline, life: Life) -> Iterator[datetime]:
    start = life.first_paid_at
    if start is None:
        return
    for month in timeline.months:
        day = min(start.day, LATEST_BILLING_DAY)
        at = start.replace(year=month.first_day.year, month=month.first_day.month, day=day)
        if start <= at and timeline.calendar.local_day(at) <= timeline.today:
            yield at


def payments(timeline: Timeline, seed: int, billed: tuple[Invoice, ...]) -> Export:
    """Return what was due, and when it was paid or failed."""
    due = [invoice for invoice in billed if invoice.is_billed]
    waits = chance(seed, "payments").integers(*PAID_AFTER_MINUTES, len(due))
    found = [
        (f"P{number:05d}", *_payment(timeline, invoice, timedelta(minutes=int(wait))))
        for number, (invoice, wait) in enumerate(zip(due, waits, strict=True), start=1)
    ]
    names = "payment_id customer_id due_on paid_at failed_at amount currency"
    return Export(BILLING, "payments", rows(names, found))


def _payment(timeline: Timeline, invoice: Invoice, wait: timedelta) -> tuple[object, ...]:
    day = timeline.calendar.local_day(invoice.at)
    paid_at: datetime | None = timeline.calendar.midnight(day) + wait
    if invoice.failed_at is not None:
        paid_at = _recovered_at(invoice)
    elif paid_at is not None and paid_at > timeline.now:
        paid_at = None
    life = invoice.life
    return life.profile.id, day, paid_at, invoice.failed_at, invoice.amount, life.currency


def _recovered_at(invoice: Invoice) -> datetime | None:
    later = (change for change in invoice.life.changes if change.at > invoice.at)
    return next((change.at for change in later if change.kind == "recovered"), None)


def revenue_lines(timeline: Timeline, seed: int, billed: tuple[Invoice, ...]) -> Export:
    """Return revenue as it is recognised: each month's share, onboarding fees, refunds."""
    found = [_line(timeline, invoice) for invoice in billed]
    lives = {invoice.life.profile.id: invoice.life for invoice in billed}.values()
    rng = chance(seed, "refunds")
    for life in lives:
        found += _one_offs(timeline, life) + _refunds(timeline, life, rng)
    numbered = [(f"R{number:05d}", *row) for number, row in enumerate(found, start=1)]
    names = "line_id customer_id recognized_on amount currency kind"
    return Export(BILLING, "revenue_lines", rows(names, numbered))


def _line(timeline: Timeline, invoice: Invoice) -> tuple[object, ...]:
    life = invoice.life
    amount = life.a_month(invoice.stands).quantize(CENT)
    day = timeline.calendar.local_day(invoice.at)
    return life.profile.id, day, amount, life.currency, "subscription"


def _one_offs(timeline: Timeline, life: Life) -> list[tuple[object, ...]]:
    started = life.first_paid_at
    if started is None or started < timeline.first_at or life.changes[0].plan != "Scale":
        return []
    day = timeline.calendar.local_day(started)
    return [(life.profile.id, day, ONBOARDING, "USD", "one_off")]


def _refunds(timeline: Timeline, life: Life, rng: np.random.Generator) -> list[tuple[object, ...]]:
    ends_at = life.ends_at
    if ends_at is None or ends_at >= timeline.now or rng.integers(ONE_REFUND_IN):
        return []
    amount = -(life.a_month(life.changes[-2]) / 2).quantize(CENT)
    return [
        (life.profile.id, timeline.calendar.local_day(ends_at), amount, life.currency, "refund")
    ]
