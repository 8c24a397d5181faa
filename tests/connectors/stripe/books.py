"""A Stripe account with one customer for every rule there is about MRR; February 2026 is the month.

Each is a segment of its own, so that the figures of each can be read from the tables of results.
What they come to is worked out by hand beside the tests. All times are UTC; the company's February
begins and ends at 05:00 of the first day of a month.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.doubles.stripe_account import Account, Row, since, unix

SYNCED = datetime(2026, 3, 5, 13, tzinfo=UTC)
FROM_THE_FIRST = "2025-12-10 15:00"
GRADUATED = [
    {"up_to": 10, "unit_amount": 500, "flat_amount": None},
    {"up_to": None, "unit_amount": 400, "flat_amount": 1000},
]
Case = Callable[["Books"], Any]
CASES: dict[str, Case] = {}


def case(build: Case) -> Case:
    CASES[build.__name__.replace("_", " ")] = build
    return build


def books() -> Account:
    """Everything that happened until the sync; events are known for thirty days."""
    account = Account()
    for name, build in CASES.items():
        build(Books(account, name))
    account.events.sort(key=lambda one: one["created"])
    account.now = SYNCED
    return account


class Books:
    """The account, as one customer's story is written into it."""

    def __init__(self, account: Account, name: str) -> None:
        self.account, self.name, self._prices = account, name, count()
        self.customer = ""

    def on(self, when: str) -> datetime:
        self.account.now = datetime.fromisoformat(when).replace(tzinfo=UTC)
        return self.account.now

    def price(self, cents: int | str | None, interval: str = "month", **more: Any) -> str:
        """A price of a product of its own."""
        product = f"{self.name} {next(self._prices)}"
        return self.account.add_price(product, cents, interval, **more)

    def person(self, discount: Row | None = None, **metadata: str) -> str:
        said = {"segment": self.name, **metadata}
        self.customer = self.account.add_customer(self.name, metadata=said, discount=discount)
        return self.customer

    def pays(
        self, cents: int | str | None = 3000, many: int | None = 1, *, last: str = "", **more: Any
    ) -> str:
        """A subscription from now on, billed until ``last``, or the sync."""
        price = cents if isinstance(cents, str) and cents.startswith("price") else self.price(cents)
        return self.buys((price, many), last=last, **more)

    def buys(self, *items: tuple[str, int | None], last: str = "", **more: Any) -> str:
        if not self.customer:
            self.person()
        known_as = self.account.subscribe(self.customer, *items, **more)
        return self.renewed(known_as, last)

    def renewed(self, known_as: str, last: str = "") -> str:
        upto = datetime.fromisoformat(last).replace(tzinfo=UTC) if last else SYNCED
        item = self.account.rows["subscriptions"][known_as]["items"]["data"][0]
        while (following := since(item["current_period_end"])) <= upto:
            self.account.now = following
            self.account.renew(known_as)
        return known_as

    def ends(self, known_as: str, when: str, reason: str = "cancellation_requested") -> None:
        self.on(when)
        self.account.cancel(known_as, reason)

    def off(self, percent: float | None = None, cents: int | None = None, **more: Any) -> Row:
        ends = more.pop("ends", None)
        return self.account.discount(self.account.add_coupon(percent, cents, **more), ends)


# --- what a price comes to a month ----------------------------------------------------------------
@case
def yearly(here: Books) -> None:
    here.on("2025-06-10 15:00")
    here.pays(here.price(120_000, "year"))


@case
def every_three_months(here: Books) -> None:
    here.on("2025-06-10 15:00")
    here.pays(here.price(9000, every=3))


@case
def weekly(here: Books) -> None:
    here.on("2026-01-05 15:00")
    here.pays(here.price(1200, "week"))


@case
def yen(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(here.price(15_000, currency="jpy"))


@case
def dinars(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(here.price(12_500, currency="bhd"))


@case
def a_price_of_two_currencies(here: Books) -> None:
    """It is told in dollars, and paid in euros."""
    here.on(FROM_THE_FIRST)
    options = {"eur": {"unit_amount": 2800, "unit_amount_decimal": "2800"}}
    here.pays(here.price(3000, currency_options=options), 2, currency="eur")


@case
def seven_seats(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(1250, 7)


@case
def thirteen_products(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.buys(*((here.price(100), 1) for _ in range(13)))


@case
def parts_of_a_cent(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(here.price("0.5"), 1000)


@case
def tiers_added_up(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(here.price(None, tiers=GRADUATED, tiers_mode="graduated"), 15)


@case
def tiers_for_all(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(here.price(None, tiers=GRADUATED, tiers_mode="volume"), 15)


@case
def tiers_on_the_invoice(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    price = here.price(None, tiers=GRADUATED, tiers_mode="graduated")
    here.pays(price, 15)
    here.account.rows["prices"][price] |= {"tiers": None}


@case
def packages(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(here.price(1000, transform_quantity={"divide_by": 5, "round": "up"}), 12)


@case
def metered_only(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(here.price(2, usage_type="metered"), None)


@case
def seats_and_metered(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.buys((here.price(1000), 3), (here.price(2, usage_type="metered"), None))


@case
def free(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(0)


# --- taxes ----------------------------------------------------------------------------------------
@case
def tax_inside(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(3600, taxes=[here.account.tax_rate(20, inclusive=True)])


@case
def tax_on_top(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(3000, taxes=[here.account.tax_rate(20, inclusive=False)])


@case
def tax_that_stripe_works_out(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    price = here.price(2380, tax_behavior="inclusive")
    here.pays(price, works_out=[here.account.tax_rate(19, inclusive=True)])


@case
def tax_inside_and_less(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(
        4200, taxes=[here.account.tax_rate(20, inclusive=True)], discounts=[here.off(cents=600)]
    )


# --- discounts ------------------------------------------------------------------------------------
@case
def a_quarter_off_for_ever(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(4000, discounts=[here.off(25)])


@case
def an_amount_off_for_ever(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(6000, discounts=[here.off(cents=1000)])


@case
def all_of_it_off(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(5000, discounts=[here.off(100)])


@case
def half_off_once(here: Books) -> None:
    here.on("2026-01-20 15:00")
    here.pays(4000, discounts=[here.off(50, duration="once")])


@case
def half_off_until_spring(here: Books) -> None:
    ends = here.on(FROM_THE_FIRST) + timedelta(days=110)
    here.pays(4000, discounts=[here.off(50, duration="repeating", ends=ends)])


@case
def half_off_until_mid_month(here: Books) -> None:
    ends = datetime(2026, 2, 15, 15, tzinfo=UTC)
    here.on(FROM_THE_FIRST)
    here.pays(4000, discounts=[here.off(50, duration="repeating", ends=ends)])


@case
def free_months_first(here: Books) -> None:
    ends = datetime(2026, 2, 10, 15, tzinfo=UTC)
    here.on(FROM_THE_FIRST)
    here.pays(3000, discounts=[here.off(100, duration="repeating", ends=ends)])


@case
def half_off_from_february_on(here: Books) -> None:
    """Paid by the year; no event and no invoice tells of it, only the discount itself."""
    here.on("2025-06-10 15:00")
    known_as = here.pays(here.price(96_000, "year"))
    here.on("2026-02-02 15:00")
    row = here.account.rows["subscriptions"][known_as]
    row["discounts"] = [here.off(50)]


@case
def half_off_for_three_months_and_three_more(here: Books) -> None:
    """Paid by the year; the discount was prolonged before any event."""
    ends = here.on("2025-06-10 15:00") + timedelta(days=245)  # 10 February
    off = [here.off(50, duration="repeating", ends=ends)]
    known_as = here.pays(here.price(48_000, "year"), discounts=off)
    here.on("2026-02-02 15:00")
    again = here.off(50, duration="repeating", ends=ends + timedelta(days=90))
    here.account.rows["subscriptions"][known_as]["discounts"] = [again]


@case
def half_off_for_the_customer(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.person(discount=here.off(50))
    here.pays(4000)


@case
def its_own_discount_and_the_customers(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.person(discount=here.off(50))
    here.pays(4000, discounts=[here.off(25)])


@case
def an_item_of_its_own_at_half(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    items = (here.price(4000), 1), (here.price(2000), 1)
    known_as = here.buys(*items, bill=False, last="2025-12-11")
    here.account.rows["subscriptions"][known_as]["items"]["data"][1]["discounts"] = [here.off(50)]
    here.account.bill(known_as, "subscription_create")
    here.renewed(known_as)


# --- where it stands ------------------------------------------------------------------------------
@case
def trial_that_is_bought(here: Books) -> None:
    ends = here.on("2026-02-03 15:00") + timedelta(days=14)
    here.pays(trial_ends=ends)


@case
def still_on_trial(here: Books) -> None:
    ends = here.on("2026-02-20 15:00") + timedelta(days=14)
    here.pays(trial_ends=ends)


@case
def never_paid_first(here: Books) -> None:
    here.on("2026-02-20 15:00")
    known_as = here.pays(bill=False)
    here.account.rows["subscriptions"][known_as]["status"] = "incomplete"
    here.account.events[-1]["data"]["object"]["status"] = "incomplete"


@case
def past_due(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(last="2026-01-31")
    here.on("2026-02-10 15:00")
    here.account.renew(known_as, paid=False)
    here.account.change(known_as, prorate=False, status="past_due")


@case
def unpaid(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(last="2026-02-11")
    here.on("2026-02-12 15:00")
    here.account.change(known_as, prorate=False, status="past_due")
    here.on("2026-02-20 15:00")
    here.account.change(known_as, prorate=False, status="unpaid")


@case
def ended_as_nobody_paid(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(last="2026-02-11")
    here.ends(known_as, "2026-02-21 15:00", "payment_failed")


@case
def collection_paused(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(last="2026-02-11")
    here.on("2026-02-12 15:00")
    here.account.change(known_as, prorate=False, pause_collection={"behavior": "void"})


# --- how it ends ----------------------------------------------------------------------------------
@case
def ends_with_its_period(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays()
    asked = here.on("2026-02-12 15:00")
    here.account.change(known_as, prorate=False, cancel_at_period_end=True, canceled_at=unix(asked))


@case
def ended_with_its_period(here: Books) -> None:
    here.on("2025-12-10 15:00")
    known_as = here.pays(last="2026-01-31")
    asked = here.on("2026-01-20 15:00")
    here.account.change(known_as, prorate=False, cancel_at_period_end=True, canceled_at=unix(asked))
    here.ends(known_as, "2026-02-10 15:00")


@case
def cancelled_with_the_rest_given_back(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(last="2026-02-11")
    here.on("2026-02-16 15:00")
    here.account.cancel(known_as, credit=True)


@case
def customer_deleted(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(last="2026-02-11")
    here.on("2026-02-18 15:00")
    here.account.delete_customer(here.customer)


@case
def to_the_free_plan(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(last="2026-02-11")
    here.on("2026-02-16 15:00")
    here.account.change(known_as, price=here.price(0))


# --- how it changes -------------------------------------------------------------------------------
@case
def a_larger_plan(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(3000, last="2026-02-11")
    here.on("2026-02-16 15:00")
    here.account.change(known_as, price=here.price(8000))


@case
def a_smaller_plan(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(8000, last="2026-02-11")
    here.on("2026-02-16 15:00")
    here.account.change(known_as, price=here.price(3000))


@case
def a_larger_plan_before_any_event(here: Books) -> None:
    """The second of February is more than thirty days before the sync: an invoice tells it."""
    here.on(FROM_THE_FIRST)
    known_as = here.pays(3000, last="2026-01-31")
    here.on("2026-02-02 15:00")
    here.account.change(known_as, price=here.price(7000))
    here.renewed(known_as)


def changed_twice(here: Books, **off: Any) -> None:
    """Paid by the year, and changed twice before any event: only prorated lines tell the first."""
    here.on("2025-06-10 15:00")
    known_as = here.pays(here.price(48_000, "year"), discounts=[here.off(**off)])
    for when, cents in (("2026-01-20 15:00", 72_000), ("2026-02-02 15:00", 96_000)):
        here.on(when)
        here.account.change(known_as, price=here.price(cents, "year"))


@case
def changed_twice_with_a_quarter_off(here: Books) -> None:
    changed_twice(here, percent=25)


@case
def changed_twice_with_an_amount_off(here: Books) -> None:
    changed_twice(here, cents=12_000)


@case
def from_free_to_paid_before_any_event(here: Books) -> None:
    """What the free plan gives back is nothing, and is no price of nothing."""
    here.on(FROM_THE_FIRST)
    known_as = here.pays(0, last="2026-01-11")
    here.on("2026-01-20 15:00")
    here.account.change(known_as, price=here.price(3000))
    here.renewed(known_as)


@case
def three_more_seats(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(1000, 5, last="2026-02-11")
    here.on("2026-02-16 15:00")
    here.account.change(known_as, quantity=8)


@case
def from_months_to_a_year(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(3000, last="2026-02-11")
    here.on("2026-02-16 15:00")
    here.account.change(known_as, price=here.price(30_000, "year"))


@case
def one_of_two_dropped(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays(3000)
    here.on(FROM_THE_FIRST)
    known_as = here.pays(2000, last="2026-02-11")
    here.ends(known_as, "2026-02-17 15:00")


@case
def swapped_within_minutes(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(3000, last="2026-02-11")
    here.ends(known_as, "2026-02-17 15:00")
    here.on("2026-02-17 15:05")
    here.pays(4500)


@case
def back_after_months(here: Books) -> None:
    here.on("2025-08-10 15:00")
    known_as = here.pays(last="2025-10-31")
    here.ends(known_as, "2025-11-10 15:00")
    here.on("2026-02-10 15:00")
    here.pays(3500)


@case
def left_and_came_back(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays(last="2026-01-31")
    here.ends(known_as, "2026-02-09 15:00")
    here.on("2026-02-20 15:00")
    here.pays()


@case
def came_and_left(here: Books) -> None:
    here.on("2026-02-09 15:00")
    known_as = here.pays()
    here.ends(known_as, "2026-02-20 15:00")


@case
def begins_with_march(here: Books) -> None:
    here.on("2026-03-01 05:00")
    here.pays()


@case
def begins_late_in_february(here: Books) -> None:
    here.on("2026-03-01 03:00")
    here.pays()


# --- what is no MRR, and whose it is --------------------------------------------------------------
@case
def set_up_for_a_fee(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    here.pays()
    here.on("2026-02-12 15:00")
    here.account.charge(here.customer, 50_000)


@case
def paid_back(here: Books) -> None:
    here.on(FROM_THE_FIRST)
    known_as = here.pays()
    here.on("2026-02-12 15:00")
    invoice = here.account.bill(known_as, "manual", amount=0)
    note = {"id": "cn_1", "object": "credit_note", "invoice": invoice, "amount": 3000}
    here.account.tell("credit_note.created", note)
    here.account.tell("charge.refunded", {"id": "ch_1", "object": "charge", "refunded": True})


@case
def a_child_that_leaves(here: Books) -> None:
    """The parent stays: it is one customer, who pays less."""
    here.on(FROM_THE_FIRST)
    parent = here.person()
    here.pays(5000)
    here.on(FROM_THE_FIRST)
    here.person(parent=parent)
    known_as = here.pays(2000, last="2026-02-11")
    here.ends(known_as, "2026-02-17 15:00")
