"""By how much does a discount lessen what is paid, and until when?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tasks.connectors.streams import Row
from tasks.connectors.stripe.money import amount, currency_of
from tasks.connectors.stripe.reading import id_of
from tasks.connectors.values import Raw, inside, instant

HUNDRED = Decimal(100)
ONCE, FOREVER = "once", "forever"
OF_COUPONS = ("duration", "percent_off", "amount_off", "currency")


@dataclass(frozen=True, slots=True)
class Discount:
    """A part in a hundred, or an amount for each time that is billed, for some time."""

    percent: Decimal = Decimal(0)
    off: Decimal = Decimal(0)
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether it is in force."""
        has_begun = self.since is None or self.since <= at
        return has_begun and (self.until is None or at < self.until)


@dataclass(slots=True)
class Discounts:
    """Every discount that was seen, and every coupon: others name them by their ids."""

    coupons: Mapping[str, Row]
    forever_only: bool = False
    seen: dict[str, Discount | None] = field(default_factory=dict)  # None: it does not recur
    unknown: set[str] = field(default_factory=set)
    everywhere: dict[str, Discount] = field(default_factory=dict)  # of all that a customer has

    def learn(self, customer: Row) -> None:
        """Take a customer's own discount, for those of its subscriptions that have none."""
        if customer.get("discount") and (found := self.read(customer["discount"])):
            self.everywhere[str(customer["id"])] = found

    def note(self, row: Raw) -> None:
        """Take the discounts that stand whole in a row, so that their ids are understood."""
        for one in (*_listed(row), *(each for item in _items(row) for each in _listed(item))):
            if isinstance(one, Mapping) and one.get("id"):
                self.seen[str(one["id"])] = self._whole(one)

    def shared(self, subscription: Raw) -> tuple[Discount, ...]:
        """Return the discounts of all items of a subscription: its own, or its customer's."""
        if _listed(subscription) or not self.everywhere:
            return self.of(subscription)
        found = self.everywhere.get(id_of(subscription.get("customer")) or "")
        return (found,) if found else ()

    def of(self, row: Raw) -> tuple[Discount, ...]:
        """Return the discounts of a subscription, an item or a line that recur."""
        found = (self.read(one) for one in _listed(row))
        return tuple(one for one in found if one is not None)

    def read(self, one: object) -> Discount | None:
        """Return a discount, from all of it or its id; None for one that does not recur."""
        if isinstance(one, Mapping):
            return self._whole(one)
        if str(one) not in self.seen:
            self.unknown.add(str(one))
        return self.seen.get(str(one))

    def _whole(self, one: Raw) -> Discount | None:
        coupon = self._coupon(one)
        lasts = coupon.get("duration")
        if lasts == ONCE or (self.forever_only and lasts != FOREVER):
            return None
        percent = Decimal(str(coupon.get("percent_off") or 0))
        off = amount(coupon.get("amount_off"), currency_of(coupon.get("currency")))
        spans = instant(one.get("start")), instant(one.get("end"))
        return Discount(percent, off or Decimal(0), *spans)

    def _coupon(self, whole: Raw) -> Raw:
        """Return the coupon of a discount, which older versions of the API hold as a whole."""
        found = whole.get("coupon") or inside(whole, "source", "coupon")
        if isinstance(found, Mapping):
            return found
        known = self.coupons.get(str(found))
        if known is None:
            self.unknown.add(str(id_of(whole)))
        return known or {"duration": ONCE}


def _listed(row: Raw) -> Iterable[object]:
    """Return the discounts of a row in either shape: a list of them, or one."""
    several = row.get("discounts")
    if isinstance(several, list) and several:
        return several
    one = row.get("discount")
    return (one,) if one else ()


def _items(row: Raw) -> Iterable[Raw]:
    found = inside(row, "items", "data")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def left_of(discounts: Iterable[Discount]) -> Decimal:
    """Return how much of a hundred is left after all discounts by parts."""
    left = HUNDRED
    for one in discounts:
        left = left * (HUNDRED - one.percent) / HUNDRED
    return left
