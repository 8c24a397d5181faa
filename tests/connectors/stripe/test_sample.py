"""The sample company at Stripe: the same subscriptions and payments as in its files."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.connectors.conformance.company import company_in
from tests.connectors.conformance.stripe import STRIPE
from tests.connectors.stripe.conftest import Reading
from tests.doubles.sample_company import Exports
from tests.doubles.sample_stripe import METADATA, stripe_of
from tests.doubles.stripe import Stripe

CUSTOMERS = """\
customer_id,name,segment,industry,country,acquired_via,referrer_id,is_test,merged_into,owner_id,plan,region,created_at,updated_at
C0001,Opal Foods,SMB,logistics,US,sales,,0,,O2,Starter,AMER,2023-02-25T14:52:00Z,2026-10-20T15:29:00Z
C0002,Teal Freight,MID,retail,US,referral,C0001,0,,O1,Growth,AMER,2025-04-15T20:32:00Z,2025-05-20T13:53:00Z
"""
# Seats, a trial that is bought, a larger plan, a discount, a notice, and one that is never paid.
VERSIONS = """\
version_id,subscription_id,customer_id,product,status,valid_from,valid_to,unit_amount,quantity,currency,interval,interval_count,discount_pct,change_kind,cancel_at,cancel_requested_at,cancel_reason
V1,S0001,C0001,starter,active,2023-02-25T14:52:00Z,2025-07-08T18:59:00Z,30,12,USD,month,1,10,new,,,
V2,S0001,C0001,starter,active,2025-07-08T18:59:00Z,2025-11-01T10:00:00Z,30,14,USD,month,1,10,upsell,,,
V3,S0001,C0001,starter,active,2025-11-01T10:00:00Z,2025-11-25T10:00:00Z,30,14,USD,month,1,10,cancel_scheduled,2025-11-25T10:00:00Z,2025-11-01T10:00:00Z,closed down
V4,S0002,C0002,growth,trialing,2025-04-15T20:32:00Z,2025-04-29T20:32:00Z,475.2,11,EUR,year,1,0,trial,,,
V5,S0002,C0002,growth,active,2025-04-29T20:32:00Z,2026-03-04T19:49:00Z,475.2,11,EUR,year,1,0,new,,,
V6,S0002,C0002,scale,active,2026-03-04T19:49:00Z,2026-04-01T00:00:00Z,626.4,11,EUR,year,1,0,upsell,,,
V7,S0002,C0002,scale,unpaid,2026-04-01T00:00:00Z,,626.4,11,EUR,year,1,0,involuntary,,,
"""
PAYMENTS = """\
payment_id,customer_id,due_on,paid_at,failed_at,amount,currency
P1,C0001,2025-06-25,2025-06-25T16:36:00Z,,324.00,USD
P2,C0001,2025-07-25,2025-07-26T06:09:00Z,,378.00,USD
P3,C0002,2025-04-29,2025-05-02T06:09:00Z,,5227.20,EUR
"""
NAMES = "product status valid_from valid_to unit_amount quantity currency interval discount_pct"


@pytest.fixture
def exports(tmp_path):
    for path, rows in (
        ("crm/customers", CUSTOMERS),
        ("billing/subscription_versions", VERSIONS),
        ("billing/payments", PAYMENTS),
    ):
        file = tmp_path / "exports" / f"{path}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rows, encoding="utf-8")
    return Exports(tmp_path)


@pytest.fixture
def there(exports, tmp_path):
    with (
        Stripe(stripe_of(exports, datetime(2026, 11, 23, 13, tzinfo=UTC))) as stripe,
        company_in(tmp_path / "here", STRIPE, stripe, metadata=METADATA) as company,
    ):
        yield Reading(STRIPE, stripe, company)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def in_files(exports):
    for row in exports.rows("billing", "subscription_versions"):
        spans = moment(row["valid_from"]), moment(row["valid_to"])
        numbers = Decimal(row["unit_amount"]), Decimal(row["quantity"])
        words = row["currency"], row["interval"], Decimal(row["discount_pct"])
        status = "canceled" if row["status"] == "unpaid" else row["status"]
        yield row["product"], status, *spans, *numbers, *words


def test_the_subscriptions_are_the_same(there, exports):
    assert there.versions(*NAMES.split()) == sorted(in_files(exports), key=lambda row: row[2])


def test_the_notice_and_its_reason_are_the_same(there):
    names = ("cancel_at", "cancel_requested_at", "cancel_reason")
    assert [row for row in there.versions(*names) if row[0]] == [
        (moment("2025-11-25T10:00:00Z"), moment("2025-11-01T10:00:00Z"), "closed down")
    ]


def test_the_payments_are_the_same(there, exports):
    tables = there.tables()
    known_as = {
        row["metadata"].get("number"): key
        for key, row in there.vendor.account.rows["invoices"].items()
    }
    found = {row["payment_id"]: row for row in tables["payments"]}
    for row in exports.rows("billing", "payments"):
        ours = found[known_as[row["payment_id"]]]
        assert f"{ours['due_on']} {ours['amount']:.2f}" == f"{row['due_on']} {row['amount']}"
        assert ours["paid_at"] == moment(row["paid_at"])


def test_the_customers_are_the_same(there):
    names = ("customer_id", "name", "segment", "acquired_via", "referrer_id", "plan", "is_test")
    assert [tuple(row[name] for name in names) for row in there.tables()["customers"]] == [
        ("70001", "Opal Foods", "SMB", "sales", None, "Starter", False),
        ("70002", "Teal Freight", "MID", "referral", "70001", "Growth", False),
    ]
