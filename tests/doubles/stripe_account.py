"""A Stripe account of our own: what is in it, and everything that happens there.

    account = Account()
    customer = account.add_customer("Teal Freight")
    seat = account.add_price("Starter", 3000)
    known_as = account.subscribe(customer, (seat, 5))
    account.change(known_as, quantity=7)

Everything happens at ``now``, which only ``pass_time`` moves. Amounts are in cents.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from dateutil.relativedelta import relativedelta

from tests.doubles.stripe_lines import Row, item_of, line, metered, once

START = datetime(2026, 2, 2, 9, tzinfo=UTC)
OVER = ("canceled", "incomplete_expired")
KINDS = ("customers", "subscriptions", "invoices", "prices", "products", "coupons")


def unix(moment: datetime) -> int:
    return int(moment.timestamp())


def since(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _listed(discount: Row | None) -> list[Row]:
    return [discount] if discount else []


class Account:
    """What is in an account, newest last."""

    def __init__(self) -> None:
        self.now = START
        self.rows: dict[str, dict[str, Row]] = {kind: {} for kind in KINDS}
        self.events: list[Row] = []
        self.silent = False  # nobody is told of what happens
        self._ids = count(1)

    def pass_time(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now

    def _new(self, prefix: str) -> str:
        return f"{prefix}_{next(self._ids):06}"

    def _made(self, kind: str, thing: str, known_as: str, **more: Any) -> str:
        made = {"id": known_as, "object": thing, "created": unix(self.now), "livemode": True}
        self.rows[kind][known_as] = {**made, "metadata": {}, **more}
        return known_as

    def tell(self, what: str, row: Row, before: Row | None = None) -> None:
        """Something happened; ``before`` is what was different."""
        if self.silent:
            return
        data = {"object": copy.deepcopy(row)}
        if before is not None:
            data["previous_attributes"] = copy.deepcopy(before)
        self.events.append(
            {
                "id": self._new("evt"),
                "object": "event",
                "api_version": "2025-03-31.basil",
                "created": unix(self.now),
                "data": data,
                "type": what,
            }
        )

    # --- whom and what for -----------------------------------------------------------------------
    def add_customer(self, name: str, known_as: str = "", **more: Any) -> str:
        known_as = known_as or self._new("cus")
        known = {"email": f"{known_as}@x.example", "description": None, "discount": None}
        said = {"name": name, **known, **more}
        self._made("customers", "customer", known_as, **said)
        self.tell("customer.created", self.rows["customers"][known_as])
        return known_as

    def change_customer(self, known_as: str, **more: Any) -> None:
        row = self.rows["customers"][known_as]
        before = {name: row.get(name) for name in more}
        row |= more
        self.tell("customer.updated", row, before)

    def delete_customer(self, known_as: str) -> None:
        for row in list(self.rows["subscriptions"].values()):
            if row["customer"] == known_as and row["status"] not in OVER:
                self.cancel(row["id"])
        row = self.rows["customers"].pop(known_as)
        self.tell("customer.deleted", row)

    def add_price(
        self,
        product: str,
        cents: int | str | None,
        interval: str = "month",
        *,
        every: int = 1,
        currency: str = "usd",
        **more: Any,
    ) -> str:
        products = self.rows["products"]
        known = [one["id"] for one in products.values() if one["name"] == product]
        made = (
            known[0]
            if known
            else self._made("products", "product", self._new("prod"), name=product)
        )
        usage = more.pop("usage_type", "licensed")
        recurring = {"interval": interval, "interval_count": every, "usage_type": usage}
        said = {
            "currency": currency,
            "product": made,
            "type": "recurring",
            "billing_scheme": "tiered" if "tiers" in more else "per_unit",
            "recurring": recurring,
            "tiers_mode": None,
            "transform_quantity": None,
            "tax_behavior": "unspecified",
            "unit_amount": cents if isinstance(cents, int) else None,
            "unit_amount_decimal": None if cents is None else str(cents),
            **more,
        }
        return self._made("prices", "price", self._new("price"), **said)

    def add_coupon(
        self, percent: float | None = None, cents: int | None = None, duration: str = "forever"
    ) -> str:
        said = {"percent_off": percent, "amount_off": cents, "duration": duration}
        currency = None if cents is None else "usd"
        return self._made("coupons", "coupon", self._new("coup"), currency=currency, **said)

    def discount(self, coupon: str, ends: datetime | None = None) -> Row:
        return {
            "id": self._new("di"),
            "object": "discount",
            "coupon": self.rows["coupons"][coupon],
            "start": unix(self.now),
            "end": unix(ends) if ends else None,
        }

    def tax_rate(self, percentage: float, *, inclusive: bool) -> Row:
        said = {"percentage": percentage, "inclusive": inclusive, "active": True}
        return {"id": self._new("txr"), "object": "tax_rate", **said}

    # --- subscriptions ---------------------------------------------------------------------------
    def subscribe(
        self,
        customer: str,
        *items: tuple[str, int | None],
        trial_ends: datetime | None = None,
        discounts: list[Row] | None = None,
        known_as: str = "",
        bill: bool = True,
        taxes: list[Row] | None = None,
        works_out: list[Row] | None = None,
        currency: str = "",
    ) -> str:
        """A customer subscribes to so many at each price, and is billed for it.

        ``taxes`` are rates that it was given, ``works_out`` those that only Stripe knows.
        """
        now = unix(self.now)
        known_as = known_as or self._new("sub")
        prices = self.rows["prices"]
        row = {
            "customer": customer,
            "currency": currency or prices[items[0][0]]["currency"],
            "status": "trialing" if trial_ends else "active",
            "start_date": now,
            "billing_cycle_anchor": unix(trial_ends) if trial_ends else now,
            "trial_start": now if trial_ends else None,
            "trial_end": unix(trial_ends) if trial_ends else None,
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "ended_at": None,
            "cancellation_details": {"comment": None, "feedback": None, "reason": None},
            "pause_collection": None,
            "discounts": discounts or [],
            "_customers": _listed(self.rows["customers"][customer]["discount"]),
            "default_tax_rates": taxes or [],
            "automatic_tax": {"enabled": works_out is not None},
            "_worked_out": works_out or [],
            "items": {"object": "list", "has_more": False, "data": []},
        }
        self._made("subscriptions", "subscription", known_as, **row)
        for price, quantity in items:
            self._add_item(known_as, price, quantity)
        self.tell("customer.subscription.created", self.rows["subscriptions"][known_as])
        if bill and not trial_ends:
            self.bill(known_as, "subscription_create")
        return known_as

    def _add_item(self, known_as: str, price: str, quantity: int | None) -> str:
        row, item = self.rows["subscriptions"][known_as], self._new("si")
        start = since(row["billing_cycle_anchor"])
        row["items"]["data"].append(
            {
                "id": item,
                "object": "subscription_item",
                "created": unix(self.now),
                "subscription": known_as,
                "price": self.rows["prices"][price],
                "quantity": quantity,
                "discounts": [],
                "tax_rates": [],
                "current_period_start": row["start_date"] if row["trial_end"] else unix(start),
                "current_period_end": row["trial_end"] or unix(self._next(start, price)),
            }
        )
        return item

    def _next(self, start: datetime, price: str) -> datetime:
        recurring = self.rows["prices"][price]["recurring"]
        step = {f"{recurring['interval']}s": recurring["interval_count"]}
        return start + relativedelta(**step)  # type: ignore[arg-type]

    def change(self, known_as: str, *, item: int = 0, prorate: bool = True, **more: Any) -> None:
        """Change an item (quantity, price) or the subscription; the rest of the time is billed."""
        row = self.rows["subscriptions"][known_as]
        one = row["items"]["data"][item]
        before = (
            {"items": copy.deepcopy(row["items"])} if {"quantity", "price"} & more.keys() else {}
        )
        old = copy.deepcopy(row)
        if "quantity" in more:
            one["quantity"] = more.pop("quantity")
        if "price" in more:
            one["price"] = self.rows["prices"][more.pop("price")]
        before |= {name: row.get(name) for name in more}
        row |= more
        self.tell("customer.subscription.updated", row, before)
        if prorate:
            lines = [*self._prorated(row, 1), *self._prorated(old, -1)]
            self._invoice(row, "subscription_update", lines)

    def add_item(self, known_as: str, price: str, quantity: int = 1) -> str:
        row = self.rows["subscriptions"][known_as]
        before = {"items": copy.deepcopy(row["items"])}
        item = self._add_item(known_as, price, quantity)
        self.tell("customer.subscription.updated", row, before)
        added = [one for one in self._prorated(row, 1) if item_of(one) == item]
        self._invoice(row, "subscription_update", added)
        return item

    def remove_item(self, known_as: str, item: str) -> None:
        row = self.rows["subscriptions"][known_as]
        before = {"items": copy.deepcopy(row["items"])}
        gone = [one for one in self._prorated(row, -1) if item_of(one) == item]
        row["items"]["data"] = [one for one in row["items"]["data"] if one["id"] != item]
        self.tell("customer.subscription.updated", row, before)
        self._invoice(row, "subscription_update", gone)

    def renew(self, known_as: str, *, paid: bool = True) -> str:
        """The next period begins, and is billed."""
        row = self.rows["subscriptions"][known_as]
        before = {"items": copy.deepcopy(row["items"])}
        for item in row["items"]["data"]:
            begins = since(item["current_period_end"])
            item["current_period_start"] = unix(begins)
            item["current_period_end"] = unix(self._next(begins, item["price"]["id"]))
        if row["status"] == "trialing":
            row["status"] = "active"
        self.tell("customer.subscription.updated", row, before)
        return self.bill(known_as, "subscription_cycle", paid=paid)

    def notice(self, known_as: str, ends: datetime, comment: str = "", feedback: str = "") -> None:
        """The customer wants it to end."""
        said = {"reason": "cancellation_requested", "comment": comment or None}
        row = self.rows["subscriptions"][known_as]
        names = ("cancel_at", "canceled_at", "cancellation_details")
        before = {name: row[name] for name in names}
        row["cancel_at"], row["canceled_at"] = unix(ends), unix(self.now)
        row["cancellation_details"] = {**said, "feedback": feedback or None}
        self.tell("customer.subscription.updated", row, before)

    def cancel(
        self, known_as: str, reason: str = "cancellation_requested", *, credit: bool = False
    ) -> None:
        """It ends now; ``credit``: what was paid for the rest of the time is given back."""
        row = self.rows["subscriptions"][known_as]
        if credit:
            self._invoice(row, "subscription_update", self._prorated(row, -1))
        row["status"], row["ended_at"] = "canceled", unix(self.now)
        row["canceled_at"] = row["canceled_at"] or unix(self.now)
        row["cancellation_details"] = {**row["cancellation_details"], "reason": reason}
        self.tell("customer.subscription.deleted", row)

    # --- invoices --------------------------------------------------------------------------------
    def bill(self, known_as: str, why: str, *, paid: bool = True, amount: int | None = None) -> str:
        row = self.rows["subscriptions"][known_as]
        lines = [
            line(self._new("il"), row, item, 1)
            for item in row["items"]["data"]
            if not metered(item)
        ]
        return self._invoice(row, why, lines, paid=paid, amount=amount)

    def charge(self, customer: str, amount: int, currency: str = "usd") -> str:
        """Something is paid once, and belongs to no subscription."""
        whose = {"customer": customer, "currency": currency, "id": None, "discounts": []}
        return self._invoice(whose, "manual", [once(self._new("il"), amount, currency)])

    def _invoice(
        self, row: Row, why: str, lines: list[Row], *, paid: bool = True, amount: int | None = None
    ) -> str:
        known_as, now = self._new("in"), unix(self.now)
        net = sum(
            one["amount"] - sum(d["amount"] for d in one["discount_amounts"]) for one in lines
        )
        due = max(0, net if amount is None else amount)
        self._made(
            "invoices",
            "invoice",
            known_as,
            customer=row["customer"],
            customer_name=self.rows["customers"][row["customer"]]["name"],
            customer_email=self.rows["customers"][row["customer"]]["email"],
            customer_phone="+1 555 0100",
            customer_address={"line1": "7 Harbour Street", "country": "US"},
            currency=row["currency"],
            status="paid" if paid else "open",
            billing_reason=why,
            amount_due=due,
            due_date=None,
            effective_at=now,
            discounts=row["discounts"] or row.get("_customers", []),
            lines={"object": "list", "has_more": False, "data": lines},
            parent={
                "type": "subscription_details",
                "subscription_details": row["id"] and {"subscription": row["id"]},
            },
            status_transitions={
                "finalized_at": now,
                "marked_uncollectible_at": None,
                "paid_at": now if paid else None,
                "voided_at": None,
            },
        )
        invoice = self.rows["invoices"][known_as]
        self.tell("invoice.created", invoice)
        if not paid:
            self.tell("invoice.payment_failed", invoice)
        return known_as

    def pay(self, known_as: str) -> None:
        invoice = self.rows["invoices"][known_as]
        invoice["status"] = "paid"
        invoice["status_transitions"] = {
            **invoice["status_transitions"],
            "paid_at": unix(self.now),
        }
        self.tell("invoice.paid", invoice)

    def delete_invoice(self, known_as: str) -> None:
        self.tell("invoice.deleted", self.rows["invoices"].pop(known_as))

    def _prorated(self, row: Row, sign: int) -> list[Row]:
        now = unix(self.now)
        items = [one for one in row["items"]["data"] if not metered(one)]
        return [line(self._new("il"), row, item, sign, now) for item in items]
