"""The sample company at Stripe: customers, subscriptions as they changed, and what was billed.

    account = stripe_of(Exports(folder), now)

Stripe knows no segments, owners or reasons why a customer was won: they are in the metadata, and
so is the company's own id of a customer. Who was past due or paused more than thirty days ago it
tells nobody, nor what a customer's attributes were before. Subscriptions that were never paid end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tests.doubles.sample_company import ZONE, Exports, Row, at, company_id, owner_id
from tests.doubles.stripe_account import Account, since, unix

OWN_ID = "account_number"
KEPT = ("segment", "plan", "region", "industry", "acquired_via", "owner_id", "referrer_id")
METADATA = {"customer_id": OWN_ID, "is_test": "test_account", **{name: name for name in KEPT}}
A_TRIAL = timedelta(days=14)
MONTH = timedelta(days=31)


def stripe_of(exports: Exports, now: datetime) -> Account:
    """Everything the company's billing knows that Stripe can keep."""
    account = Account()
    for row in exports.rows("crm", "customers"):
        if not row["merged_into"]:
            _customer(account, row)
    lives: dict[str, list[Row]] = defaultdict(list)
    for row in exports.rows("billing", "subscription_versions"):
        lives[row["subscription_id"]].append(row)
    due: dict[str, list[Row]] = defaultdict(list)
    for row in exports.rows("billing", "payments"):
        due[_whose(row, lives)].append(row)
    for known_as, versions in lives.items():
        _Life(account, known_as, versions, due[known_as], now).play()
    account.events = [one for one in account.events if since(one["created"]) > now - MONTH]
    account.events.sort(key=lambda one: one["created"])
    account.now = now
    return account


def configuration(base_url: str, token: str) -> dict[str, Any]:
    """The source in keepwell.yaml."""
    said = {"name": "stripe", "kind": "stripe", "base_url": base_url, "token": token}
    return {**said, "metadata": METADATA, "calls_per_s": 1_000_000}


def customer_key(known_as: str) -> str:
    """C0001 is customer cus_C0001."""
    return f"cus_{known_as}"


def _customer(account: Account, row: Row) -> None:
    account.now = at(row["created_at"])
    account.add_customer(
        row["name"],
        customer_key(row["customer_id"]),
        address={"country": row["country"]},
        metadata={
            OWN_ID: company_id(row["customer_id"]),
            "test_account": "yes" if row["is_test"] == "1" else "",
            **{name: row[name] for name in KEPT},
            "owner_id": owner_id(row["owner_id"]) if row["owner_id"] else "",
            "referrer_id": company_id(row["referrer_id"]) if row["referrer_id"] else "",
        },
    )


def _whose(payment: Row, lives: dict[str, list[Row]]) -> str:
    """The subscription that a payment was for: the last one that had begun by then."""
    day = payment["due_on"]
    found = [
        (versions[0]["valid_from"], known_as)
        for known_as, versions in lives.items()
        if versions[0]["customer_id"] == payment["customer_id"]
        and at(versions[0]["valid_from"]).astimezone(ZONE).date().isoformat() <= day
    ]
    return max(found)[1] if found else ""


@dataclass(slots=True)
class _Life:
    """One subscription, played in time."""

    account: Account
    known_as: str
    versions: list[Row]
    payments: list[Row]
    now: datetime

    def play(self) -> None:
        steps = [(at(row["valid_from"]), 0, row) for row in self.versions[1:]]
        begun = at(self.versions[0]["valid_from"])
        steps += [(self._due(row, begun), 1, row) for row in self.payments]
        self._begin(self.versions[0])
        for moment, kind, row in sorted(steps, key=lambda step: step[:2]):
            self._go_to(moment)
            if kind:
                self._billed(row)
            else:
                self._next(row)
        last = self.versions[-1]
        if last["valid_to"] and at(last["valid_to"]) <= self.now:
            self._go_to(at(last["valid_to"]))
            reason = "cancellation_requested" if last["cancel_at"] else ""
            self.account.cancel(self.known_as, reason)

    @property
    def row(self) -> dict[str, Any]:
        return self.account.rows["subscriptions"][self.known_as]

    def _due(self, payment: Row, begun: datetime) -> datetime:
        day, local = date.fromisoformat(payment["due_on"]), begun.astimezone(ZONE)
        return max(begun, datetime.combine(day, time(local.hour, local.minute), ZONE))

    def _begin(self, row: Row) -> None:
        self.account.now = begun = at(row["valid_from"])
        trial = at(row["valid_to"]) if row["valid_to"] else begun + A_TRIAL
        self.account.subscribe(
            customer_key(row["customer_id"]),
            (self._price(row), int(row["quantity"])),
            trial_ends=trial if row["status"] == "trialing" else None,
            discounts=self._discounts(row),
            known_as=self.known_as,
            bill=not self._is_due(),
        )

    def _is_due(self) -> bool:
        """Whether something is billed today anyway."""
        today = self.account.now.astimezone(ZONE).date().isoformat()
        return any(payment["due_on"] == today for payment in self.payments)

    def _go_to(self, moment: datetime) -> None:
        self.account.now = moment
        for item in self.row["items"]["data"]:
            while since(item["current_period_end"]) <= moment:
                begins = since(item["current_period_end"])
                item["current_period_start"] = unix(begins)
                item["current_period_end"] = unix(self.account._next(begins, item["price"]["id"]))

    def _next(self, row: Row) -> None:
        """A version begins."""
        account, known_as = self.account, self.known_as
        if row["status"] == "unpaid":
            account.cancel(known_as, "payment_failed")
            return
        if row["cancel_at"] and not self.row["cancel_at"]:
            reason = row["cancel_reason"]
            account.notice(known_as, at(row["cancel_at"]), reason, "other" if reason else "")
        elif self.row["cancel_at"] and not row["cancel_at"]:
            account.change(known_as, prorate=False, cancel_at=None, canceled_at=None)
        paused = {"behavior": "void", "resumes_at": None} if row["status"] == "paused" else None
        status = "active" if paused else row["status"]
        if (self.row["status"], self.row["pause_collection"]) != (status, paused):
            was = self.row["status"]
            account.change(known_as, prorate=False, status=status, pause_collection=paused)
            if was == "trialing" and not self._is_due():
                account.bill(known_as, "subscription_cycle")
        self._terms(row)

    def _terms(self, row: Row) -> None:
        """Seats, price or discount are others now; they may be."""
        (item,) = self.row["items"]["data"]
        price, quantity = self._price(row), int(row["quantity"])
        held = [one["coupon"]["percent_off"] for one in self.row["discounts"]]
        more = {} if held == self._percent(row) else {"discounts": self._discounts(row)}
        if (item["price"]["id"], item["quantity"]) != (price, quantity) or more:
            self.account.change(self.known_as, price=price, quantity=quantity, **more)

    def _price(self, row: Row) -> str:
        cents = str((Decimal(row["unit_amount"]) * 100).normalize())
        cents = f"{Decimal(cents):f}"
        for price in self.account.rows["prices"].values():
            about = (price["unit_amount_decimal"], price["recurring"]["interval"])
            named = self.account.rows["products"][price["product"]]["name"]
            there = (*about, named, price["currency"])
            if there == (cents, row["interval"], row["product"], row["currency"].lower()):
                return str(price["id"])
        currency = row["currency"].lower()
        return self.account.add_price(row["product"], cents, row["interval"], currency=currency)

    def _percent(self, row: Row) -> list[float]:
        found = float(row["discount_pct"] or 0)
        return [found] if found else []

    def _discounts(self, row: Row) -> list[dict[str, Any]]:
        return [self.account.discount(self._coupon(one)) for one in self._percent(row)]

    def _coupon(self, percent: float) -> str:
        there: Iterator[str] = (
            key
            for key, one in self.account.rows["coupons"].items()
            if one["percent_off"] == percent
        )
        return next(there, "") or self.account.add_coupon(percent)

    def _billed(self, row: Row) -> None:
        """What was due: the next period begins."""
        account = self.account
        for item in self.row["items"]["data"]:
            item["current_period_start"] = unix(account.now)
            item["current_period_end"] = unix(account._next(account.now, item["price"]["id"]))
        cents = int(Decimal(row["amount"]) * 100)
        key = account.bill(self.known_as, "subscription_cycle", paid=False, amount=cents)
        invoice = account.rows["invoices"][key]
        invoice["metadata"] = {"number": row["payment_id"]}
        if row["failed_at"]:
            account.events[-1]["created"] = unix(at(row["failed_at"]))
        else:
            account.events.pop()
        account.now = at(row["paid_at"] or row["failed_at"] or row["due_on"])
        if row["paid_at"]:
            account.pay(key)
        elif row["failed_at"]:
            invoice["status"] = "uncollectible"
            stamps = invoice["status_transitions"]
            invoice["status_transitions"] = {**stamps, "marked_uncollectible_at": unix(account.now)}
