"""What one subscription goes through: each change is how it stood from an instant on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from tasks.sample import story
from tasks.sample.people import Profile
from tasks.sample.story import Place

CENT = Decimal("0.01")
MONTHS_A_YEAR = 12
LATEST_BILLING_DAY = 28  # so that every month has one
PAYING = ("active", "past_due")
GONE = "gone"
SETTLED_AFTER = timedelta(days=26)  # longer than any notice, so that changes never overlap
DOLLARS = {"USD": 1.0, "EUR": 1.1}  # only to steer by; the books use the rates


@dataclass(frozen=True, slots=True)
class Notice:
    """A cancellation: when it was given, when service ends, and why."""

    requested_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """How a subscription stands from ``at`` on; ``price`` is for a seat and month."""

    at: datetime
    kind: str
    status: str
    plan: str
    seats: int
    price: Decimal
    notice: Notice | None = None


@dataclass(slots=True)
class Life:
    """A customer while the history is being played: the changes so far, oldest first."""

    profile: Profile
    yearly: bool
    discount: int
    changes: list[Change] = field(default_factory=list)
    ends_at: datetime | None = None
    first_paid_at: datetime | None = None

    @property
    def now(self) -> Change:
        """How the subscription stands after the latest change."""
        return self.changes[-1]

    @property
    def place(self) -> Place:
        """The cell of the book the customer is in."""
        return Place(self.now.plan, self.profile.region)

    @property
    def owner(self) -> str:
        """Whoever looks after the customer."""
        return self.profile.owner_on(self.now.plan)

    def is_customer(self, at: datetime) -> bool:
        """Return whether this is a real customer, and one at ``at``."""
        started = self.first_paid_at is not None and self.first_paid_at <= at
        return started and (self.ends_at is None or self.ends_at > at) and not self.profile.is_test

    @property
    def currency(self) -> str:
        """The currency the customer pays in."""
        return story.CURRENCY_OF_REGION[self.profile.region]

    def unit_amount(self, change: Change) -> Decimal:
        """Return the price of a seat for one billing interval."""
        if not self.yearly:
            return change.price
        return (change.price * MONTHS_A_YEAR * story.ANNUAL_FACTOR).quantize(CENT)

    def a_month(self, change: Change) -> Decimal:
        """Return the recurring amount a month, in the customer's currency."""
        months = MONTHS_A_YEAR if self.yearly else 1
        full = self.unit_amount(change) * change.seats / months
        return full * (100 - self.discount) / 100 if change.status in PAYING else Decimal(0)

    def has_left_before(self, at: datetime) -> bool:
        """Return whether this was a customer who left, not for want of money, before ``at``."""
        was_customer = self.first_paid_at is not None and self.now.status == GONE
        return was_customer and self.ends_at is not None and self.ends_at < at

    def dollars(self) -> float:
        """Return roughly what the customer pays a month now, in dollars."""
        if self.now.status not in PAYING or self.first_paid_at is None or self.profile.is_test:
            return 0.0
        rebate = (1 - self.discount / 100) * (float(story.ANNUAL_FACTOR) if self.yearly else 1.0)
        return float(self.now.price) * self.now.seats * rebate * DOLLARS[self.currency]

    def is_settled(self, at: datetime) -> bool:
        """Return whether the customer pays, stays, and had no change shortly before ``at``."""
        return (
            self.ends_at is None
            and self.now.status == "active"
            and self.now.at < at - SETTLED_AFTER
            and self.is_customer(at)
        )

    def try_out(self, at: datetime, plan: str, seats: int) -> None:
        """Begin a trial at ``at``."""
        price = story.PRICES[plan, self.currency]
        self.changes.append(Change(at, "trial", "trialing", plan, seats, price))

    def start(self, at: datetime, plan: str, seats: int) -> None:
        """Begin to pay at ``at``."""
        price = story.PRICES[plan, self.currency]
        self.changes.append(Change(at, "new", "active", plan, seats, price))
        self.first_paid_at = at

    def change(self, at: datetime, kind: str, **now: object) -> None:
        """Go on from ``at`` as before, except for what ``now`` names."""
        self.changes.append(replace(self.now, at=at, kind=kind, **now))  # type: ignore[arg-type]

    def move(self, at: datetime, kind: str, plan: str, seats: int) -> None:
        """Go to another plan at its list price."""
        self.change(at, kind, plan=plan, seats=seats, price=story.PRICES[plan, self.currency])

    def give_notice(self, notice: Notice) -> None:
        """Announce the end, and end: service runs until ``notice.ends_at``."""
        self.change(notice.requested_at, "cancel_scheduled", notice=notice)
        self.change(notice.ends_at, "cancel", status=GONE)
        self.ends_at = notice.ends_at

    def stop_paying(self, failed_at: datetime, at: datetime) -> None:
        """Fail to pay, and be written off at ``at``."""
        self.change(failed_at, "dunning", status="past_due")
        self.change(at, "involuntary", status="unpaid")
        self.ends_at = at

    def come_back(self, at: datetime) -> None:
        """Subscribe again."""
        self.change(at, "reactivation", status="active", notice=None)
        self.ends_at = None

    def billed_at(self, first: datetime, end: datetime) -> datetime | None:
        """Return when a billing interval begins anew within ``[first, end)``, if one does."""
        start = self.first_paid_at
        if start is None:
            return None
        for month in (first, end):
            day = min(start.day, LATEST_BILLING_DAY)
            at = start.replace(year=month.year, month=month.month, day=day)
            if first <= at < end and at > start and (at.month == start.month or not self.yearly):
                return at
        return None
