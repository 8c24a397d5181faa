"""The lines of a pretended Stripe's invoices: what an item costs for a period, or the rest of one."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]


def line(known_as: str, row: Row, item: Row, sign: int, start: int | None = None) -> Row:
    quantity, price = item["quantity"] or 1, item["price"]
    begins, ends = item["current_period_start"], item["current_period_end"]
    part = Decimal(1) if start is None else Decimal(ends - start) / Decimal(ends - begins)
    amount = cents(gross(price, quantity) * part) * sign
    off = [
        {
            "discount": one["id"],
            "amount": cents(Decimal(one["coupon"]["percent_off"] or 0) * amount / 100),
        }
        for one in row["discounts"]
        if one["end"] is None or one["end"] > (start or begins)
    ]
    return {
        "id": known_as,
        "object": "line_item",
        "amount": amount,
        "currency": row["currency"],
        "discount_amounts": off,
        "period": {"start": start or begins, "end": ends},
        "quantity": quantity,
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": {
                "subscription": row["id"],
                "subscription_item": item["id"],
                "proration": start is not None,
            },
        },
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
    }


def item_of(line: Row) -> str:
    return str(line["parent"]["subscription_item_details"]["subscription_item"])


def metered(item: Row) -> bool:
    return item["price"]["recurring"]["usage_type"] == "metered"


def gross(price: Row, quantity: int) -> Decimal:
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
