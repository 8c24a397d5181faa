"""From when to when a subscription was what it was. Complaint 22."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture
def customer(account):
    return account.add_customer("Teal Freight")


@pytest.fixture
def price(account):
    return account.add_price("Starter", 1000)


def naive(moment):
    return moment.replace(tzinfo=None)


def test_seats_are_more_from_the_second_they_were_bought(here, account, customer, price):
    begun = account.now
    key = account.subscribe(customer, (price, 5))
    changed = account.pass_time(days=40, seconds=7)
    account.change(key, quantity=8)
    account.pass_time(days=100)  # no event is left
    assert here.versions("valid_from", "valid_to", "quantity", "change_kind") == [
        (naive(begun), naive(changed), 5, "new"),
        (naive(changed), None, 8, "seats"),
    ]


def test_a_change_that_nobody_billed_is_known_from_the_events(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    changed = account.pass_time(days=40)
    account.change(key, quantity=3, prorate=False)
    account.pass_time(days=5)
    told = [(naive(changed), 3, "downgrade")]
    assert here.versions("valid_from", "quantity", "change_kind")[1:] == told
    for _ in range(4):  # and stays known when the events are gone
        account.pass_time(days=20)
        here.read()
    assert here.versions("valid_from", "quantity", "change_kind")[1:] == told


def test_what_was_before_the_first_event_is_in_it(here, account, customer, price):
    key = account.subscribe(customer, (price, 5), bill=False)
    account.pass_time(days=100)
    account.change(key, quantity=3, prorate=False)
    assert here.versions("quantity") == [(5,), (3,)]


def test_an_unbilled_change_of_long_ago_is_seen_when_it_is_billed(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    account.pass_time(days=10)
    account.change(key, quantity=3, prorate=False)
    account.pass_time(days=20)
    account.renew(key)
    account.pass_time(days=60)
    (first, second) = here.versions("valid_from", "quantity")
    assert (first[1], second[1]) == (5, 3)
    assert (second[0] - first[0]).days == 28


def test_a_price_that_rises(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    account.pass_time(days=1)
    account.change(key, price=account.add_price("Starter", 1200))
    account.pass_time(days=1)
    account.change(key, price=account.add_price("Growth", 2000))
    kinds = [("new",), ("price_increase",), ("upsell",)]
    assert here.versions("change_kind") == kinds


def test_a_product_bought_later_and_dropped_again(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    added = account.pass_time(days=10)
    item = account.add_item(key, account.add_price("Archive", 500))
    dropped = account.pass_time(days=10)
    account.remove_item(key, item)
    account.pass_time(days=50)
    assert here.versions("product", "valid_from", "valid_to", "change_kind")[1:] == [
        ("Archive", naive(added), naive(dropped), "cross_sell")
    ]


@pytest.mark.parametrize("days", [5, 100])
def test_a_trial_becomes_a_subscription_older_than_what_was_asked_for(
    here, account, customer, price, days
):
    ends = account.now + timedelta(days=14)
    key = account.subscribe(customer, (price, 5), trial_ends=ends)
    account.pass_time(days=1)
    here.read()
    assert here.versions("status", "valid_to") == [("trialing", None)]
    account.pass_time(days=13)
    account.renew(key)
    account.pass_time(days=days)
    assert here.versions("status", "valid_from")[1:] == [("active", naive(ends))]


def test_a_notice_an_end_and_its_reason(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    asked = account.pass_time(days=10)
    ends = asked + timedelta(days=18)
    account.notice(key, ends, feedback="too_expensive")
    account.pass_time(days=18)
    told = [
        ("active", naive(asked), None, None, None),
        ("active", naive(ends), naive(ends), naive(asked), "too expensive"),
    ]
    names = ("status", "valid_to", "cancel_at", "cancel_requested_at", "cancel_reason")
    account.cancel(key)
    assert here.versions(*names) == told
    account.pass_time(days=100)  # read anew, with no event left
    assert here.versions(*names) == told


@pytest.mark.parametrize("shape", ["new", "old"])
def test_what_is_cancelled_for_the_end_of_its_period_still_pays_until_then(
    here, stripe, account, customer, price, shape
):
    stripe.shape = shape  # the period is the subscription's, or each item's
    key = account.subscribe(customer, (price, 5))
    ends = account.now + timedelta(days=28)
    asked = account.pass_time(days=10)
    account.change(
        key, prorate=False, cancel_at_period_end=True, canceled_at=int(asked.timestamp())
    )
    names = ("valid_to", "cancel_at", "cancel_requested_at")
    assert here.versions(*names)[-1] == (None, naive(ends), naive(asked))
    assert here.monthly() == 50


def test_a_notice_that_is_taken_back(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    account.pass_time(days=10)
    account.notice(key, account.now + timedelta(days=18))
    account.pass_time(days=2)
    account.change(key, prorate=False, cancel_at=None, canceled_at=None)
    kinds = ["new", "cancel_scheduled", "cancel_withdrawn"]
    assert [kind for (kind,) in here.versions("change_kind")] == kinds


def test_a_subscription_that_is_deleted_has_ended(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    account.pass_time(days=10)
    here.read()
    ended = account.pass_time(days=10)
    account.cancel(key)
    account.pass_time(days=1)
    assert here.versions("valid_to") == [(naive(ended),)]


def test_what_nobody_paid_ends_involuntarily_and_without_a_notice(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    ended = account.pass_time(days=50)
    account.cancel(key, "payment_failed")
    assert here.versions("status", "valid_to", "change_kind", "cancel_requested_at") == [
        ("active", naive(ended), "new", None),
        ("canceled", None, "involuntary", None),
    ]


def test_a_customer_who_comes_back(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    account.pass_time(days=10)
    account.cancel(key)
    account.pass_time(days=30)
    account.subscribe(customer, (price, 2))
    assert here.versions("change_kind")[-1] == ("reactivation",)


@pytest.mark.parametrize(("pauses", "status"), [("paused", "paused"), ("active", "active")])
def test_collection_that_is_paused_is_a_pause_by_choice(
    here, account, customer, price, pauses, status
):
    here.company.more = {"pauses": pauses}
    key = account.subscribe(customer, (price, 5))
    account.pass_time(days=2)
    account.change(key, prorate=False, pause_collection={"behavior": "void"})
    assert here.versions("status")[-1] == (status,)


def test_past_due_still_pays_and_unpaid_does_not(here, account, customer, price):
    key = account.subscribe(customer, (price, 5))
    for status, monthly in (("past_due", 50), ("unpaid", 0)):
        account.pass_time(days=2)
        account.change(key, prorate=False, status=status)
        account.pass_time(hours=1)
        assert here.monthly() == monthly


def test_a_status_of_tomorrow_is_set_aside_where_it_is_seen(here, account, customer, price):
    """Complaint 30."""
    key = account.subscribe(customer, (price, 5))
    account.subscribe(customer, (price, 1))
    account.rows["subscriptions"][key]["status"] = "dormant"
    account.pass_time(hours=1)
    assert here.read().problems == ()
    assert ("active", 1) in here.versions("status", "quantity")


def test_a_trial_that_lapses_is_no_notice(here, account, customer, price):
    ends = account.now + timedelta(days=14)
    key = account.subscribe(customer, (price, 5), trial_ends=ends)
    account.pass_time(days=14)
    account.cancel(key, "")
    assert here.versions("status", "valid_to", "cancel_requested_at") == [
        ("trialing", naive(ends), None)
    ]


def test_an_invoice_that_was_taken_back_tells_nothing(here, account, customer, price):
    key = account.subscribe(customer, (price, 5), bill=False)
    account.pass_time(days=10)
    account.change(key, quantity=8)
    (invoice,) = account.rows["invoices"].values()
    invoice["status"] = "void"
    account.change(key, quantity=5, prorate=False)
    account.pass_time(days=100)
    assert here.versions("quantity") == [(5,)]
