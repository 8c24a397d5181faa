"""Customers, payments, and by which id everybody knows them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest


@pytest.fixture
def customer(account):
    return account.add_customer(
        "Teal Freight", metadata={"crm": "C01", "tier": "SMB"}, address={"country": "US"}
    )


def test_a_customer_says_everything(here, customer):
    (row,) = here.tables()["customers"]
    assert {name: row[name] for name in ("customer_id", "name", "country", "external_ids")} == {
        "customer_id": customer,
        "name": "Teal Freight",
        "country": "US",
        "external_ids": f"stripe:{customer}",
    }


def test_metadata_say_what_stripe_does_not_know(here, account, customer):
    here.company.more = {"metadata": {"customer_id": "crm", "segment": "tier"}}
    account.subscribe(customer, (account.add_price("Starter", 1000), 1))
    tables = here.tables()
    assert [(row["customer_id"], row["segment"]) for row in tables["customers"]] == [("C01", "SMB")]
    assert tables["subscription_versions"][0]["customer_id"] == "C01"
    assert tables["payments"][0]["customer_id"] == "C01"


def test_where_the_crm_knows_the_customers_none_are_made(here, customer):
    here.company.more = {"customers": False}
    assert "customers" not in here.tables()


def test_two_customers_with_one_id_of_ours_are_one_and_it_is_said(here, account, customer):
    account.add_customer("Teal Freight (old)", metadata={"crm": "C01"})
    here.company.more = {"metadata": {"customer_id": "crm"}}
    folded = here.read()
    assert folded.tables["customers"].rows.num_rows == 1
    assert any("the same id" in note.text for note in folded.notes)


def test_a_payment_is_due_on_the_day_of_the_company(here, account, customer):
    account.now = datetime(2026, 3, 1, 3, tzinfo=UTC)  # in New York it is still February
    account.subscribe(customer, (account.add_price("Starter", 1234), 1))
    (row,) = here.tables()["payments"]
    assert (f"{row['due_on']}", float(row["amount"])) == ("2026-02-28", 12.34)


@pytest.mark.parametrize("status", ["draft", "void"])
def test_drafts_and_what_was_taken_back_were_never_due(here, account, customer, status):
    account.subscribe(customer, (account.add_price("Starter", 1000), 1))
    (invoice,) = account.rows["invoices"].values()
    invoice["status"] = status
    assert here.tables()["payments"] == []
