"""What is agreed on one item of a subscription? Read from the item, or from lines of an invoice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from tasks.connectors.streams import Row
from tasks.connectors.stripe.discounts import HUNDRED, Discount, Discounts, left_of
from tasks.connectors.stripe.money import SIX_DIGITS, amount
from tasks.connectors.stripe.prices import ONE, USAGE, Price, Prices, split
from tasks.connectors.stripe.reading import id_of
from tasks.connectors.stripe.taxes import Taxes, without
from tasks.connectors.values import Raw, inside, instant

TIMES_A_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
NOTHING = Decimal(0)
A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """So many of a product at a price each, less the discounts, with ``tax`` inside the price.

    ``unit`` or ``tax`` None: only an invoice says it.
    """

    product: str
    currency: str
    interval: str
    interval_count: int
    unit: Decimal | None
    quantity: Decimal
    discounts: tuple[Discount, ...] = ()
    tax: Decimal | None = NOTHING
    price_id: str = field(default="", compare=False)

    @property
    def gross(self) -> Decimal:
        """What it comes to before discounts."""
        return (self.unit or NOTHING) * self.quantity

    def at(self, moment: datetime) -> Terms:
        """Return the terms with the discounts that are in force; amounts off and tax are out."""
        held = tuple(one for one in self.discounts if one.holds(moment))
        off = sum((one.off for one in held), NOTHING)
        parts = tuple(Discount(one.percent) for one in held if one.percent)
        left = replace(self, discounts=parts, tax=NOTHING)
        if self.unit is None or not (off or self.tax):
            return left
        total = without(max(NOTHING, self.gross - off), self.tax or NOTHING)
        unit, quantity = split(total, self.quantity)
        return replace(left, unit=unit, quantity=quantity)

    @property
    def discount_pct(self) -> Decimal:
        """How many of a hundred are taken off."""
        return (HUNDRED - left_of(self.discounts)).quantize(SIX_DIGITS)

    @property
    def monthly(self) -> Decimal:
        """What it brings a month, to tell more from less."""
        times = TIMES_A_YEAR.get(self.interval, 0)
        return self.gross * (HUNDRED - self.discount_pct) * times / (1200 * self.interval_count)


@dataclass(frozen=True, slots=True)
class Observed:
    """What an item was from an instant on; no terms: it was no longer there."""

    item: str
    at: datetime
    terms: Terms | None
    until: datetime | None = None  # the end of what was billed
    is_bare: bool = False  # the discounts are those from before: nobody says them


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads terms, given what they name by its id alone."""

    prices: Prices
    discounts: Discounts
    taxes: Taxes = field(default_factory=Taxes)

    def note(self, row: Raw) -> None:
        """Take what stands whole in a row and elsewhere by its id alone."""
        self.discounts.note(row)
        self.taxes.note(row)

    def of_object(self, row: Raw) -> dict[str, Terms]:
        """Return the terms of each item of a subscription, as it stands in a row or an event."""
        own = {key: self._item(one, row) for key, one in _items(row)}
        found = {key: one for key, one in own.items() if one is not None}
        made = instant(row.get("created"))
        shared = tuple(_from_the_start(one, made) for one in self.discounts.shared(row))
        total = sum((one.gross for one in found.values()), NOTHING)
        return {key: _with_shared(one, shared, total) for key, one in found.items()}

    def _item(self, item: Raw, row: Raw) -> Terms | None:
        price = self.prices.read(item.get("price") or item.get("plan"), row.get("currency"))
        if price is None:
            return None
        quantity = _number(item.get("quantity"), ONE)
        terms = _terms(price, quantity, price.total(quantity))
        tax = self.taxes.of_item(item, row, price.raw)
        made = instant(row.get("created"))
        own = tuple(_from_the_start(one, made) for one in self.discounts.of(item))
        return replace(terms, discounts=own, tax=tax)

    def of_invoice(self, invoice: Row) -> Iterator[tuple[str, Observed]]:
        """Yield what its lines say of subscriptions' items, each with the subscription's id."""
        groups: dict[tuple[str, str, str, datetime, bool, bool], list[Raw]] = {}
        for line in _lines(invoice):
            place = _place(line, invoice)
            if place is not None:
                groups.setdefault(place, []).append(line)
        for (subscription, item, _, at, prorated, credit), lines in groups.items():
            until = instant(inside(lines[0], "period", "end"))
            if credit:
                yield subscription, Observed(item, at, None)
            elif (terms := self._lines(lines, prorated=prorated)) is not None:
                is_bare = prorated and not any(map(_is_itemized, lines))
                yield subscription, Observed(item, at, terms, until, is_bare)

    def _lines(self, lines: list[Raw], *, prorated: bool) -> Terms | None:
        """Return the terms of lines that belong together: one for each tier of a price."""
        price = self.prices.read(_price(lines[0]), lines[0].get("currency"))
        if price is None or price.interval == USAGE:
            return None  # usage is billed for what was, and is no part of what recurs
        quantity = sum((_number(one.get("quantity"), ONE) for one in lines), NOTHING)
        billed = sum((_amount(one, price.currency) for one in lines), NOTHING)
        total = price.total(quantity)
        if total is None and prorated:
            return None
        terms = _terms(price, quantity, billed if total is None else total)
        off = tuple(self._off(lines, billed, price.currency, prorated))
        return replace(terms, discounts=off, tax=self.taxes.of_lines(lines))

    def _off(
        self,
        lines: list[Raw],
        billed: Decimal,
        currency: str,
        prorated: bool,
    ) -> Iterator[Discount]:
        """Yield the discounts of lines; one that is not known is the part that it took off."""
        taken: dict[str, Decimal] = {}
        for line in lines:
            for one in line.get("discount_amounts") or ():
                known_as = id_of(one.get("discount")) or ""
                off = amount(one.get("amount"), currency) or NOTHING
                taken[known_as] = taken.get(known_as, NOTHING) + off
        for known_as, off in taken.items():
            is_known = known_as in self.discounts.seen
            found = self.discounts.read(known_as)
            if found is not None and found.percent:
                yield replace(found, since=None)
            elif found is not None and not prorated:
                yield replace(found, off=off, since=None)
            elif (found is not None or not is_known) and billed:
                part = (off * HUNDRED / billed).quantize(SIX_DIGITS)
                yield Discount(percent=min(HUNDRED, max(NOTHING, part)))


def _terms(price: Price, quantity: Decimal, total: Decimal | None) -> Terms:
    unit, many = price.unit, quantity
    if unit is None and total is not None:
        unit, many = split(total, quantity)
    return Terms(
        price.product,
        price.currency,
        price.interval,
        price.interval_count,
        NOTHING if unit is None and price.interval == USAGE else unit,
        many,
        price_id=str(price.raw.get("id") or ""),
    )


def _from_the_start(discount: Discount, made: datetime | None) -> Discount:
    """Return a discount; one that came with the subscription holds as long as that does."""
    came_with = made is None or discount.since is None or discount.since <= made + A_MOMENT
    return replace(discount, since=None) if came_with else discount


def _with_shared(terms: Terms, shared: tuple[Discount, ...], total: Decimal) -> Terms:
    """Return terms with the discounts of the whole subscription; an amount is shared out."""
    part = terms.gross / total if total else NOTHING
    own = (replace(one, off=(one.off * part).quantize(SIX_DIGITS)) for one in shared)
    return replace(terms, discounts=(*terms.discounts, *own))


def _items(row: Raw) -> Iterator[tuple[str, Raw]]:
    found = inside(row, "items", "data")
    for item in found if isinstance(found, list) else ():
        if isinstance(item, Mapping) and item.get("id"):
            yield str(item["id"]), item


def _lines(invoice: Row) -> list[Raw]:
    found = inside(invoice, "lines", "data")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def subscription_of(row: Raw) -> str | None:
    """Return the subscription that an invoice or a line is about, in either shape."""
    details = ("subscription_item_details", "subscription_details", "invoice_item_details")
    inner = (inside(row, "parent", one, "subscription") for one in details)
    return id_of(row.get("subscription")) or next(filter(None, map(id_of, inner)), None)


def _place(line: Raw, invoice: Row) -> tuple[str, str, str, datetime, bool, bool] | None:
    """Return what makes lines belong together; None for a line that is about no item."""
    details = inside(line, "parent", "subscription_item_details")
    item = id_of(line.get("subscription_item")) or id_of(inside(details, "subscription_item"))
    subscription = subscription_of(line) or subscription_of(invoice)
    at, price = instant(inside(line, "period", "start")), id_of(_price(line))
    if item is None or subscription is None or at is None or price is None:
        return None
    prorated = (line.get("proration") or inside(details, "proration")) is True
    credit = prorated and _is_credit(line, details)
    return subscription, item, price, at, prorated, credit


def _is_credit(line: Raw, details: object) -> bool:
    """Return whether a line gives back what was paid; that of what was free is no less than 0."""
    gives = (inside(one, "proration_details", "credited_items") for one in (line, details))
    return any(gives) or _number(line.get("amount"), NOTHING) < 0


def _is_itemized(line: Raw) -> bool:
    """Return whether a line says what discounts took off; a prorated one mostly is less them."""
    return any(one.get("amount") for one in line.get("discount_amounts") or ())


def _price(line: Raw) -> object:
    """Return the price of a line: whole in older versions, its id in newer ones."""
    return (
        line.get("price") or inside(line, "pricing", "price_details", "price") or line.get("plan")
    )


def _amount(line: Raw, currency: str) -> Decimal:
    return amount(line.get("amount"), currency) or NOTHING


def _number(value: object, default: Decimal) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    return Decimal(str(value))
