"""What does a price come to for so many? By the unit, by the package, or by tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from tasks.connectors.streams import Row
from tasks.connectors.stripe.money import SIX_DIGITS, amount, currency_of
from tasks.connectors.stripe.reading import id_of
from tasks.connectors.values import Raw, inside, plain, whole

ONE = Decimal(1)
METERED, USAGE, ONE_OFF = "metered", "usage", "one_off"
AMOUNTS = ("unit_amount_decimal", "unit_amount", "amount_decimal", "amount")
HOW = ("currency_options", "tiers_mode", "transform_quantity", "recurring", "interval")
WHAT = ("id", "product", "currency", "interval_count", "tax_behavior")
OF_PRICES = (*AMOUNTS, "tiers", *HOW, *WHAT)
NO_AMOUNT = dict.fromkeys((*AMOUNTS, "tiers"))
INTERVALS = frozenset(("day", "week", "month", "year"))


@dataclass(frozen=True, slots=True)
class Price:
    """What a subscription item is sold at."""

    product: str
    currency: str
    interval: str
    interval_count: int
    raw: Raw

    def total(self, quantity: Decimal) -> Decimal | None:
        """Return what so many cost; None where only an invoice says it."""
        unit = _unit(self.raw, self.currency)
        if unit is not None:
            return unit * _packages(quantity, self.raw.get("transform_quantity"))
        tiers = self.raw.get("tiers")
        if not isinstance(tiers, list) or not tiers:
            return None
        if self.raw.get("tiers_mode") == "graduated":
            return _graduated(tiers, quantity, self.currency)
        return _of_volume(tiers, quantity, self.currency)

    @property
    def unit(self) -> Decimal | None:
        """What one costs, where all cost the same."""
        return None if self.raw.get("transform_quantity") else _unit(self.raw, self.currency)


@dataclass(frozen=True, slots=True)
class Prices:
    """Every price and product: lines of invoices name a price by its id alone."""

    prices: Mapping[str, Row]
    products: Mapping[str, Row]

    def read(self, given: object, currency: object = None) -> Price | None:
        """Return a price, from all of it or its id, in a currency; None where it is not known."""
        known = self.prices.get(id_of(given) or "")
        raw = {**(given if isinstance(given, Mapping) else {}), **(known or {})}
        if raw and currency and currency != raw.get("currency"):
            raw |= {**NO_AMOUNT, **_option(raw, currency), "currency": currency}
        recurring = raw.get("recurring") or (raw if raw.get("interval") else None)
        if not raw:
            return None
        return Price(
            self.product(raw.get("product")),
            currency_of(raw.get("currency")),
            _interval(recurring),
            whole(inside(recurring, "interval_count")) or 1,
            raw,
        )

    def product(self, given: object) -> str:
        """Return the name of a product; its id where it has none."""
        known_as = id_of(given) or ""
        named = given if isinstance(given, Mapping) else self.products.get(known_as, {})
        return plain(named.get("name")) or known_as


def _option(raw: Raw, currency: object) -> Raw:
    """Return what a price is in another currency than its first; nothing where it does not say."""
    found = inside(raw, "currency_options", str(currency))
    return found if isinstance(found, Mapping) else {}


def _interval(recurring: object) -> str:
    if recurring is None:
        return ONE_OFF
    if inside(recurring, "usage_type") == METERED:
        return USAGE
    found = str(inside(recurring, "interval"))
    return found if found in INTERVALS else f"other:{found}"


def _unit(raw: Raw, currency: str) -> Decimal | None:
    """Return what one costs; the plans of old have an amount in place of a unit's amount."""
    return amount(_either(raw, *AMOUNTS), currency)


def _packages(quantity: Decimal, package: object) -> Decimal:
    size = whole(inside(package, "divide_by"))
    if not size:
        return quantity
    rounding = ROUND_CEILING if inside(package, "round") == "up" else ROUND_FLOOR
    return (quantity / size).to_integral_value(rounding)


def _graduated(tiers: list[Raw], quantity: Decimal, currency: str) -> Decimal:
    """Return the sum over the tiers, each for what falls into it."""
    total, before = Decimal(0), Decimal(0)
    for tier in tiers:
        upto = whole(tier.get("up_to"))
        top = quantity if upto is None else min(quantity, Decimal(upto))
        if top > before:
            total += _tier(tier, top - before, currency)
            before = top
    return total


def _of_volume(tiers: list[Raw], quantity: Decimal, currency: str) -> Decimal:
    """Return the price of all at the tier that their number falls into."""
    for tier in tiers:
        upto = whole(tier.get("up_to"))
        if upto is None or quantity <= upto:
            return _tier(tier, quantity, currency)
    return _tier(tiers[-1], quantity, currency)


def _tier(tier: Raw, quantity: Decimal, currency: str) -> Decimal:
    unit = amount(_either(tier, "unit_amount_decimal", "unit_amount"), currency) or Decimal(0)
    flat = amount(_either(tier, "flat_amount_decimal", "flat_amount"), currency) or Decimal(0)
    return unit * quantity + flat


def _either(row: Raw, *names: str) -> object:
    return next((row[name] for name in names if row.get(name) is not None), None)


def split(total: Decimal, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """Return a total as an amount for one and how many; all as one where it cannot be shared."""
    if quantity > 0:
        unit = (total / quantity).quantize(SIX_DIGITS)
        if unit * quantity == total:
            return unit, quantity
    return total, ONE
