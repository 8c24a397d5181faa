"""Lists, events, and what comes late or goes. Complaints 12 and 22."""

from __future__ import annotations

import pytest

from tests.doubles.faults import instead


@pytest.fixture
def key(account):
    """A subscription of ten days ago."""
    customer = account.add_customer("Teal Freight")
    key = account.subscribe(customer, (account.add_price("Starter", 1000), 5))
    account.pass_time(days=10)
    return key


def asked(stripe, route):
    return [one.path for one in stripe.asked(route)]


def test_canceled_subscriptions_are_listed_as_well(here, account, key):
    account.cancel(key)
    account.pass_time(days=100)
    assert len(here.versions("valid_to")) == 1


def test_every_request_has_the_pinned_version(here, stripe, key):
    here.read()
    assert {one.headers["Stripe-Version"] for one in stripe.requests} == {"2025-03-31.basil"}


def test_what_changed_is_fetched_again_not_taken_from_its_event(here, stripe, account, key):
    """An event shows the object as it was, in the version of its own time."""
    here.read()
    account.change(key, quantity=7, prorate=False)
    account.rows["subscriptions"][key]["items"]["data"][0]["quantity"] = 9  # and once more since
    account.pass_time(hours=1)
    assert here.versions("quantity")[-1] == (9,)
    assert asked(stripe, "single") == [f"/v1/subscriptions/{key}"]


def test_a_discount_that_is_taken_away_has_both_that_had_it_read_again(here, stripe, account, key):
    """Its own event may be the only one."""
    subscription = account.rows["subscriptions"][key]
    subscription["discounts"] = [account.discount(account.add_coupon(50))]
    assert here.monthly() == 25
    (discount,), subscription["discounts"] = subscription["discounts"], []
    about = {"customer": subscription["customer"], "subscription": key}
    account.tell("customer.discount.deleted", {**discount, **about})
    account.pass_time(hours=1)
    assert here.monthly() == 50
    assert sorted(asked(stripe, "single")) == [
        f"/v1/customers/{subscription['customer']}",
        f"/v1/subscriptions/{key}",
    ]


def test_what_no_event_is_read_of_is_read_whole_each_time(here, account, key):
    """Complaint 22: prices, products and coupons."""
    assert here.versions("product") == [("Starter",)]
    account.silent = True
    (product,) = account.rows["products"].values()
    product["name"] = "Basic"
    account.pass_time(hours=1)
    assert here.versions("product") == [("Basic",)]


def test_nothing_is_fetched_again_without_an_event(here, stripe, key):
    for _ in range(3):
        here.read()
    assert asked(stripe, "single") == []


def test_an_event_that_comes_late_is_not_lost(here, stripe, account, key):
    account.change(key, quantity=7)
    newest = account.events[-1]["created"]
    here.read()
    account.silent = True
    account.rows["subscriptions"][key]["items"]["data"][0]["quantity"] = 8
    account.silent = False
    account.tell("customer.subscription.updated", account.rows["subscriptions"][key])
    account.events[-1]["created"] = newest - 60
    assert here.versions("quantity")[-1] == (8,)


@pytest.mark.parametrize(("days", "again"), [(24, False), (27, True), (400, True)])
def test_who_comes_back_after_the_events_are_gone_reads_everything(
    here, stripe, account, key, days, again
):
    here.read()
    account.silent = True
    account.rows["subscriptions"][key]["items"]["data"][0]["quantity"] = 8
    account.pass_time(days=days)
    listed = asked(stripe, "listed").count("/v1/subscriptions")
    assert here.versions("quantity")[-1] == (8,) if again else (5,)
    assert asked(stripe, "listed").count("/v1/subscriptions") - listed == again


def test_an_account_without_events_is_not_read_anew_each_time(here, stripe, account, key):
    account.events.clear()
    for _ in range(5):
        here.read()
        account.pass_time(days=20)
    assert asked(stripe, "listed").count("/v1/subscriptions") == 1


def test_the_object_a_page_begins_behind_is_deleted_meanwhile(here, stripe, account, key):
    """Complaint 12: the list begins again, and nothing is missing or twice."""
    for _ in range(11):
        account.bill(key, "manual")
        account.pass_time(minutes=1)
    invoices = account.rows["invoices"]

    def delete(one):
        if one.path == "/v1/invoices" and len(invoices) == 12:
            account.delete_invoice(list(invoices)[-8])  # the last of the second page

    stripe.at("answered", "listed", lambda one: "starting_after" in one.query and delete(one))
    report = here.read_main()
    assert (report.problem, report.complete) == (None, True)
    account.pass_time(minutes=30)
    here.read_main()
    assert here.rows() == 12, "eleven, and what is left of the one"
    assert len(here.tables()["payments"]) == 11


@pytest.mark.parametrize("lost", [1, 3, 4])
@pytest.mark.parametrize("kind", ["coupons", "invoices"])
def test_as_many_objects_as_are_deleted_while_a_list_is_read_nothing_else_is_lost(
    here, stripe, account, key, kind, lost
):
    """Complaint 12, for lists that are read whole each time and those that are read once."""
    for number in range(14):
        account.add_coupon(percent=number + 1)
        account.bill(key, "manual")
        account.pass_time(minutes=1)
    rows = account.rows[kind]
    whole = len(rows)

    def delete(one):
        if one.path == f"/v1/{kind}" and len(rows) == whole:
            for each in list(reversed(rows))[8 - lost : 8]:  # the end of the second page
                del rows[each]

    stripe.at("answered", "listed", lambda one: "starting_after" in one.query and delete(one))
    assert here.read().problems == ()
    again = sum(f"/v1/{kind}" == path for path in asked(stripe, "listed"))
    assert here.company.landed(kind, here.now) == whole, "also what was there when it was asked for"
    assert again == (5 if lost < 3 else 8), "one that is left of three is enough to go on"


def test_more_changes_than_a_page_come_in_pages_and_survive_a_break(here, stripe, account):
    price = account.add_price("Starter", 1000)
    keys = [
        account.subscribe(account.add_customer(f"C{n}"), (price, 1), bill=False) for n in range(120)
    ]
    account.pass_time(days=1)
    here.read()
    for number, key in enumerate(keys):
        account.pass_time(seconds=30)
        account.change(key, quantity=number + 2, prorate=False)
    account.pass_time(hours=1)
    stripe.order("single", instead(503), times=99, skip=110)
    assert here.read().problems
    stripe.calm()
    account.pass_time(hours=1)
    now = [row for row in here.tables()["subscription_versions"] if row["valid_to"] is None]
    assert sorted(int(row["quantity"]) for row in now) == list(range(2, 122))


def test_a_key_that_is_asked_too_fast_waits(here, stripe, account, key):
    stripe.order("*", instead(429), times=3)
    assert here.read().problems == ()


def test_what_stripe_says_will_not_get_better_is_not_asked_again(here, stripe, key):
    stripe.order("listed", instead(500, Stripe_Should_Retry="false"), times=99)
    assert here.read().problems
    paths = asked(stripe, "listed")
    assert len(paths) == len(set(paths))
