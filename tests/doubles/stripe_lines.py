"""The lines of a pretended Stripe's invoices: what an item costs for a period, or the rest of one."""

from __future__ import annotations

import copy
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]


def line(known_as: str, row: Row, item: Row, sign: int, start: int | None = None) -> Row:
    """What an item costs; of a part of the time what is left of it after discounts, as Stripe says
    unless it is told to itemize them."""
    quantity, price = item["quantity"] or 1, item["price"]
    begins, ends = item["current_period_start"], item["current_period_end"]
    part = Decimal(1) if start is None else Decimal(ends - start) / Decimal(ends - begins)
    amount = cents(gross(price, quantity, row["currency"]) * part) * sign
    off = {
        one["id"]: less(one, row, item, part) * sign for one in in_force(row, item, start or begins)
    }
    paid = amount - sum(off.values())
    prorated = start is not None
    credited = {"invoice": "in_before", "invoice_line_items": []} if sign < 0 else None
    return {
        "id": known_as,
        "object": "line_item",
        "amount": paid if prorated else amount,
        "currency": row["currency"],
        "discountable": not prorated,
        "discount_amounts": [
            {"discount": key, "amount": 0 if prorated else one} for key, one in off.items()
        ],
        "taxes": [tax(one, paid) for one in taxed(row, item)],
        "period": {"start": start or begins, "end": ends},
        "quantity": quantity,
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": {
                "subscription": row["id"],
                "subscription_item": item["id"],
                "proration": prorated,
                "proration_details": {"credited_items": credited},
            },
        },
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
    }


def in_force(row: Row, item: Row, at: int) -> list[Row]:
    """An item's own discounts, and those of its subscription; without those, its customer's."""
    there = [*item["discounts"], *(row["discounts"] or row["_customers"])]
    return [one for one in there if one["end"] is None or one["end"] > at]


def less(discount: Row, row: Row, item: Row, part: Decimal) -> int:
    """What a discount takes off an item; an amount is shared out by what the items cost."""
    own = gross(item["price"], item["quantity"] or 1, row["currency"])
    if discount["coupon"]["percent_off"]:
        return cents(Decimal(str(discount["coupon"]["percent_off"])) * own * part / 100)
    items = [one for one in row["items"]["data"] if not metered(one)]
    total = sum(gross(one["price"], one["quantity"] or 1, row["currency"]) for one in items)
    return cents(discount["coupon"]["amount_off"] * own * part / total) if total else 0


def taxed(row: Row, item: Row) -> list[Row]:
    """The rates of an item: its own, the subscription's, or those that Stripe works out."""
    rates: list[Row] = item["tax_rates"] or row["default_tax_rates"] or row["_worked_out"]
    return rates


def tax(rate: Row, paid: int) -> Row:
    """What is in the amount that is paid, or comes on top of it."""
    part = Decimal(str(rate["percentage"])) / 100
    without = cents(paid / (1 + part)) if rate["inclusive"] else paid
    return {
        "amount": paid - without if rate["inclusive"] else cents(paid * part),
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxable_amount": without,
        "type": "tax_rate_details",
    }


def once(known_as: str, amount: int, currency: str) -> Row:
    """A line for what is paid once, and belongs to no subscription."""
    return {
        "id": known_as,
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "discount_amounts": [],
        "taxes": [],
        "period": {"start": 0, "end": 0},
        "quantity": 1,
        "parent": {
            "type": "invoice_item_details",
            "invoice_item_details": {"proration": False, "subscription": None},
            "subscription_item_details": None,
        },
        "pricing": None,
    }


def as_it_was_told(line: Row, prices: dict[str, Row]) -> None:
    """The same line as it looked before March 2025."""
    parent, pricing = line.pop("parent"), line.pop("pricing")
    line.update(parent["subscription_item_details"] or parent["invoice_item_details"])
    line["price"] = copy.deepcopy(prices[pricing["price_details"]["price"]]) if pricing else None
    line["tax_amounts"] = [
        {
            "amount": one["amount"],
            "inclusive": one["tax_behavior"] == "inclusive",
            "tax_rate": one["tax_rate_details"]["tax_rate"],
            "taxable_amount": one["taxable_amount"],
        }
        for one in line.pop("taxes")
    ]


def item_of(line: Row) -> str:
    return str(line["parent"]["subscription_item_details"]["subscription_item"])


def metered(item: Row) -> bool:
    return item["price"]["recurring"]["usage_type"] == "metered"


def gross(price: Row, quantity: int, currency: str) -> Decimal:
    if currency != price["currency"]:
        price = price["currency_options"][currency]
    if price["unit_amount_decimal"] is not None:
        return Decimal(price["unit_amount_decimal"]) * quantity
    total, before = Decimal(0), 0
    for tier in price["tiers"]:
        top = quantity if tier["up_to"] is None else min(quantity, tier["up_to"])
        if top > before:
            total += Decimal(tier["unit_amount"] or 0) * (top - before) + (tier["flat_amount"] or 0)
            before = top
    return total


def cents(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
