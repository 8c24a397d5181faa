"""Deals and line items: small accounts in, exact subscriptions and contracts out."""

from __future__ import annotations

import pytest

from tests.connectors.hubspot.portraits import (
    DEAL_STAGES,
    deleted,
    portrait,
    remarks,
    row,
    rows,
    with_history,
)

VERSION = ("customer_id", "valid_from", "valid_to", "unit_amount", "interval_count", "currency")
ACME = {"companies": ["7"]}


def deal(key="1", /, **more):
    """A deal that was won with Acme on 10 January, for 1,200 a year."""
    usual = {
        "dealstage": "won",
        "pipeline": "default",
        "closedate": "2026-01-10T17:00:00Z",
        "amount": "1200",
        "term_months": "12",
    }
    tied = more.pop("tied", ACME)
    return row(key, tied=tied, **{**usual, **more})


def line(key, /, **more):
    usual = {
        "name": "core",
        "price": "100",
        "quantity": "1",
        "recurringbillingfrequency": "monthly",
    }
    return row(
        key, tied={"deals": ["1"]}, **{**usual, "hs_recurring_billing_period": "P12M", **more}
    )


def sold(*deals, lines=(), archived=(), **said):
    streams = {
        "companies": [row("7"), row("8")],
        "deals": list(deals),
        "line_items": list(lines),
        "deals archived": list(archived),
    }
    return portrait(streams, **said)


def versions(*deals, **more):
    return rows(sold(*deals, **more), "subscription_versions", *VERSION)


def test_a_won_deal_is_a_subscription_of_its_amount_over_its_term():
    assert versions(deal()) == [("7", "2026-01-10", "2027-02-09", "1200", "12", "USD")]


def test_open_and_lost_deals_sell_nothing():
    assert versions(deal(dealstage="open"), deal("2", dealstage="lost")) == []


def test_line_items_are_what_counts_where_there_are_any():
    lines = [
        line("21", quantity="5", hs_discount_percentage="10"),
        line("22", name="setup", price="900", recurringbillingfrequency=None),
        line(
            "23",
            name="support",
            price="2400",
            discount="1200",
            recurringbillingfrequency="annually",
        ),
    ]
    made = sold(deal(amount="99999"), lines=lines)
    found = rows(
        made,
        "subscription_versions",
        "product",
        "unit_amount",
        "quantity",
        "discount_pct",
        "interval",
    )
    assert sorted(found) == [
        ("core", "100", "5", "10", "month"),
        ("support", "1200", "1", "0", "year"),
    ]
    assert remarks(made) == ["crm: 1 deal: one-off lines, which are not in MRR (900.00 USD)."]


@pytest.mark.parametrize(
    ("frequency", "interval", "count"),
    [("quarterly", "month", "3"), ("per_six_months", "month", "6"), ("per_two_years", "year", "2")],
)
def test_line_items_are_billed_every_so_often(frequency, interval, count):
    made = sold(deal(), lines=[line("21", recurringbillingfrequency=frequency)])
    assert rows(made, "subscription_versions", "interval", "interval_count") == [(interval, count)]


@pytest.mark.parametrize("period", ["P12M", "P1Y", "12"])
def test_a_term_is_written_in_several_ways(period):
    made = sold(deal(term_months=None), lines=[line("21", hs_recurring_billing_period=period)])
    assert rows(made, "contracts", "term_months") == [("12",)]


def test_an_mrr_property_counts_where_there_are_no_lines():
    said = {"properties": {"deals": {"mrr": "monthly_fee"}}}
    assert versions(deal(monthly_fee="75.50"), **said)[0][3] == "75.5"


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("US/Eastern", "2026-01-31"),  # 22:30 on the last of January there
        ("Europe/Berlin", "2026-02-01"),
        ("Pacific/Auckland", "2026-02-01"),
    ],
)
def test_a_deal_closes_on_the_day_of_the_portal_whatever_the_day_in_utc(zone, day):
    streams = {
        "companies": [row("7")],
        "account": [{"portalId": 1, "timeZone": zone, "companyCurrency": "USD"}],
        "deals": [deal(closedate="2026-02-01T03:30:00Z")],
    }
    assert rows(portrait(streams), "subscription_versions", "valid_from") == [(day,)]


def test_a_day_that_was_picked_stays_that_day():
    made = sold(deal(contract_start_date="2026-02-01", contract_end_date="2027-01-31"))
    assert rows(made, "contracts", "starts_on", "due_at") == [("2026-02-01", "2027-01-31")]


def test_a_deal_without_a_closing_date_was_closed_when_its_stage_says():
    record = deal(closedate=None)
    record["propertiesWithHistory"] = {
        "dealstage": [
            {"timestamp": "2026-01-20T03:00:00Z", "value": "won"},
            {"timestamp": "2026-01-02T17:00:00Z", "value": "open"},
        ]
    }
    assert [each[1] for each in versions(record)] == ["2026-01-19"]


def test_a_renewal_continues_and_a_lost_renewal_ends():
    first = deal(closedate="2025-01-10T17:00:00Z")
    won = deal("2", dealtype="renewal", closedate="2026-01-10T17:00:00Z", amount="2400")
    made = sold(first, won)
    assert rows(made, "contracts", "outcome", "acv", "renewed_acv") == [
        ("renewed", "1200", "2400"),
        ("pending", "2400", None),
    ]
    lost = deal("2", dealtype="renewal", dealstage="lost", closed_lost_reason="PRICE")
    made = sold(first, lost)
    assert rows(made, "contracts", "outcome") == [("lost",)]
    assert rows(made, "subscription_versions", "valid_to", "cancel_reason") == [
        ("2026-01-10", "PRICE")
    ]


def test_what_is_a_renewal_can_be_said_by_pipeline_or_by_type():
    first = deal(closedate="2025-01-10T17:00:00Z")
    second = deal("2", dealtype="existingbusiness", closedate="2025-10-10T17:00:00Z")
    outcomes = [
        rows(sold(first, second, **said), "contracts", "outcome")
        for said in ({}, {"deal_types": {"existingbusiness": "renewal"}})
    ]
    assert ("renewed",) not in outcomes[0]
    assert ("renewed",) in outcomes[1]
    streams = {
        "companies": [row("7")],
        "deals": [first, deal("2", dealstage="r-won", pipeline="r")],
        "deals pipelines": [
            DEAL_STAGES,
            {
                "id": "r",
                "label": "Renewals",
                "stages": [{"id": "r-won", "metadata": {"probability": "1.0"}}],
            },
        ],
    }
    assert ("renewed",) in rows(portrait(streams), "contracts", "outcome")


def test_a_deal_that_only_says_existing_business_is_told():
    made = sold(deal(dealtype="existingbusiness"))
    rows(made, "contracts")
    assert "say so under 'deal_types' or 'pipelines'" in remarks(made)[0]


def test_stages_can_be_corrected_and_unknown_ones_are_told():
    said = {"stages": {"won": ["Open"]}}
    assert len(versions(deal(dealstage="open"), **said)) == 1
    made = sold(deal(dealstage="gone"))
    assert rows(made, "subscription_versions") == []
    assert remarks(made) == [
        "crm: deal stage gone is in no pipeline, so its deals count as open (1 row of subscription_versions)."
    ]


def test_a_pipeline_that_sells_no_subscriptions_is_left_out():
    assert versions(deal(), pipelines={"ignore": ["Sales Pipeline"]}) == []


def test_deals_without_a_company_a_term_or_an_amount_are_told_never_guessed():
    made = sold(deal("1", tied={}), deal("2", term_months=None), deal("3", amount=None))
    assert rows(made, "subscription_versions") == []
    assert remarks(made) == [
        "crm: 1 deal: no amount, so not in MRR.",
        "crm: 1 deal: no term and no end, so not in MRR; set 'term_months', or say which property has it (1,200.00 USD).",
        "crm: won deals without a company are left out (1 row of subscription_versions).",
    ]


def test_a_term_for_all_who_name_none_can_be_given():
    assert versions(deal(term_months=None), term_months=24)[0][3:5] == ("1200", "24")


def test_deleted_deals_and_lines_sell_nothing():
    assert versions(deal(), archived=[deleted("1", "2026-02-20T10:00:00Z")]) == []


def test_a_deal_of_a_merged_company_belongs_to_the_survivor():
    streams = {"companies": [row("9", hs_merged_object_ids="7")], "deals": [deal()]}
    assert rows(portrait(streams), "subscription_versions", "customer_id") == [("9",)]


def test_a_deal_has_its_own_currency_or_that_of_the_account():
    assert [each[-1] for each in versions(deal(deal_currency_code="EUR"))] == ["EUR"]


def test_numbers_that_are_none_are_told():
    made = sold(deal(amount="a lot"))
    rows(made, "subscription_versions")
    assert remarks(made) == [
        "crm: 1 deal: no amount, so not in MRR.",
        "crm: amount is given as 'a lot', which cannot be read and is left empty (1 row of subscription_versions).",
    ]


def test_an_account_that_keeps_its_mrr_at_the_company_has_its_history():
    company = with_history(
        row("7", fee="150"),
        "fee",
        ("2025-01-05T09:00:00Z", "100"),
        ("2025-06-01T09:00:00Z", "100.00"),
        ("2025-07-01T09:00:00Z", "n/a"),
        ("2025-08-01T09:00:00Z", ""),
        ("2026-01-01T09:00:00Z", "150"),
    )
    streams = {
        "companies": [company, row("8", fee="30", createdate="2025-05-05T09:00:00Z"), row("9")],
        "deals": [deal()],
    }
    made = portrait(streams, properties={"companies": {"mrr": "fee"}})
    columns = ("version_id", "customer_id", "valid_from", "valid_to", "unit_amount")
    assert rows(made, "subscription_versions", *columns) == [
        ("company-7-1", "7", "2025-01-05T09:00:00Z", "2025-08-01T09:00:00Z", "100"),
        ("company-7-3", "7", "2026-01-01T09:00:00Z", None, "150"),
        ("company-8-1", "8", "2025-05-05T09:00:00Z", None, "30"),
    ]
    assert rows(made, "contracts", "contract_id") == [("1",)]


@pytest.mark.parametrize(
    ("of_deal", "of_line"),
    [
        ({"term_months": "99999999"}, None),
        ({"term_months": "-3"}, None),
        ({"amount": "1e400"}, None),
        ({"contract_start_date": "2027-05-01", "contract_end_date": "2026-01-01"}, None),
        ({}, {"hs_billing_start_delay_months": "99999999"}),
        ({}, {"hs_billing_start_delay_months": "-5"}),
        ({}, {"hs_recurring_billing_period": "P99999999M"}),
        ({}, {"hs_recurring_billing_period": "99999999"}),
        ({}, {"hs_discount_percentage": "250"}),
        ({}, {"price": "1e30"}),
    ],
)
def test_impossible_terms_and_amounts_are_told_and_break_nothing(of_deal, of_line):
    made = sold(deal(**of_deal), lines=[line("21", **of_line)] if of_line else ())
    rows(made, "subscription_versions")
    assert remarks(made)
