"""What a subscription is worth a month, whatever it is sold at. Complaint 28."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

TIERS = [
    {"up_to": 10, "unit_amount": 500, "flat_amount": None},
    {"up_to": None, "unit_amount": 400, "flat_amount": 1000},
]


@pytest.fixture
def customer(account):
    return account.add_customer("Teal Freight")


def test_so_many_at_a_price_each(here, account, customer):
    account.subscribe(customer, (account.add_price("Starter", 3000), 7))
    assert here.versions("product", "unit_amount", "quantity", "currency") == [
        ("Starter", 30, 7, "USD")
    ]


@pytest.mark.parametrize(
    ("interval", "every", "monthly"),
    [("year", 1, 10), ("month", 3, 40), ("week", 1, 520), ("day", 1, 3650)],
)
def test_years_quarters_weeks_and_days_come_to_months(
    here, account, customer, interval, every, monthly
):
    account.subscribe(customer, (account.add_price("A", 12000, interval, every=every), 1))
    assert here.monthly() == monthly


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [("jpy", 5000, "5000"), ("bhd", 5000, "5"), ("eur", 5000, "50"), ("ugx", 5000, "50")],
)
def test_currencies_have_no_two_or_three_digits(here, account, customer, currency, minor, amount):
    account.subscribe(customer, (account.add_price("A", minor, currency=currency), 1))
    assert here.versions("unit_amount", "currency") == [(Decimal(amount), currency.upper())]


def test_a_price_in_parts_of_cents(here, account, customer):
    account.subscribe(customer, (account.add_price("A", "0.5"), 1000))
    assert here.monthly() == 5


@pytest.mark.parametrize(("mode", "monthly"), [("graduated", 80), ("volume", 70)])
def test_tiers_are_added_up_or_one_is_for_all(here, account, customer, mode, monthly):
    price = account.add_price("A", None, tiers=TIERS, tiers_mode=mode)
    account.subscribe(customer, (price, 15), bill=False)
    assert here.monthly() == monthly


def test_a_price_in_packages(here, account, customer):
    package = {"divide_by": 5, "round": "up"}
    account.subscribe(customer, (account.add_price("A", 1000, transform_quantity=package), 12))
    assert here.monthly() == 30


def test_tiers_that_nobody_tells_are_taken_from_the_last_invoice(here, stripe, account, customer):
    price = account.add_price("A", None, tiers=TIERS, tiers_mode="graduated")
    account.subscribe(customer, (price, 15))
    account.rows["prices"][price] |= {"tiers": None}
    assert here.monthly() == 80


def test_usage_is_no_mrr(here, account, customer):
    seats = account.add_price("Seats", 1000)
    usage = account.add_price("Calls", 2, usage_type="metered")
    account.subscribe(customer, (seats, 3), (usage, None))
    assert sorted(here.versions("product", "interval")) == [("Calls", "usage"), ("Seats", "month")]
    assert here.monthly() == 30


def test_each_item_is_a_subscription_of_its_own(here, account, customer):
    prices = [account.add_price(name, 1000) for name in ("Seats", "Archive")]
    key = account.subscribe(customer, (prices[0], 3), (prices[1], 1))
    named = {row[0] for row in here.versions("subscription_id")}
    assert len(named) == 2
    assert all(one.startswith(f"{key}/si_") for one in named)


def test_more_than_ten_items_are_all_read(here, account, customer):
    """Complaint 12: ten come along with a subscription, and with an invoice."""
    prices = [account.add_price(f"Product {number}", 100) for number in range(13)]
    account.subscribe(customer, *((price, 1) for price in prices))
    assert here.monthly() == 13
    assert {asked.route for asked in here.vendor.requests} >= {"items", "lines"}


# --- discounts ------------------------------------------------------------------------------------
def subscribed(account, customer, *coupons, ends=None):
    price = account.add_price("Starter", 3000)
    discounts = [account.discount(coupon, ends) for coupon in coupons]
    return account.subscribe(customer, (price, 2), discounts=discounts)


def test_a_part_is_taken_off(here, account, customer):
    subscribed(account, customer, account.add_coupon(25.5))
    assert here.versions("unit_amount", "discount_pct") == [(30, Decimal("25.5"))]


def test_two_parts_are_taken_off_one_after_the_other(here, account, customer):
    subscribed(account, customer, account.add_coupon(50), account.add_coupon(50))
    assert here.monthly() == 15


def test_an_amount_is_taken_off_the_price(here, account, customer):
    subscribed(account, customer, account.add_coupon(cents=1001))
    assert here.monthly() == Decimal("49.99")


def test_an_amount_is_shared_by_the_items(here, account, customer):
    prices = [account.add_price("A", 3000), account.add_price("B", 1000)]
    off = [account.discount(account.add_coupon(cents=1000))]
    account.subscribe(customer, *((price, 1) for price in prices), discounts=off)
    assert sorted(here.versions("product", "unit_amount")) == [
        ("A", Decimal("22.5")),
        ("B", Decimal("7.5")),
    ]


def test_a_whole_price_taken_off_is_free(here, account, customer):
    subscribed(account, customer, account.add_coupon(100))
    assert here.versions("discount_pct") == [(100,)]
    assert here.monthly() == 0


def test_what_is_taken_off_once_does_not_recur(here, account, customer):
    subscribed(account, customer, account.add_coupon(50, duration="once"))
    assert here.monthly() == 60


def test_a_discount_ends_by_itself(here, account, customer):
    ends = account.now + timedelta(days=90)
    subscribed(account, customer, account.add_coupon(50, duration="repeating"), ends=ends)
    account.pass_time(days=20)
    assert here.monthly() == 30
    account.pass_time(days=80)
    assert here.versions("valid_to", "discount_pct")[0] == (ends.replace(tzinfo=None), 50)
    assert here.monthly() == 60


def test_by_choice_only_what_lasts_for_ever_is_taken_off(here, account, customer):
    here.company.more = {"discounts": "forever_only"}
    subscribed(
        account, customer, account.add_coupon(50, duration="repeating"), account.add_coupon(10)
    )
    assert here.monthly() == 54


def test_a_coupon_that_is_named_by_its_id(here, account, customer):
    """So do versions of the API since September 2025."""
    key = subscribed(account, customer, account.add_coupon(50))
    (discount,) = account.rows["subscriptions"][key]["discounts"]
    discount["source"] = {"type": "coupon", "coupon": discount.pop("coupon")["id"]}
    assert here.monthly() == 30


def test_both_shapes_of_the_api_say_the_same(here, stripe, account, customer):
    key = subscribed(account, customer, account.add_coupon(50))
    account.pass_time(days=3)
    account.change(key, quantity=5)
    account.pass_time(days=40)
    columns = ("valid_from", "valid_to", "product", "unit_amount", "quantity", "discount_pct")
    new = here.versions(*columns)
    stripe.shape = "old"
    here.company.more = {"version": "2022-11-15"}
    assert here.versions(*columns) == new
    assert len(new) == 2
