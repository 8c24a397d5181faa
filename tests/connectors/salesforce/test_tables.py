"""What do an org's rows become? Customers, subscriptions, tickets, touches and answers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tests.connectors.salesforce.company import notes

PRICED = ("unit_amount", "quantity", "currency", "interval", "discount_pct")
ANA = "005000000000000001"


def moments(text):
    return datetime.fromisoformat(text)


def test_a_yearly_opportunity_without_lines_is_spread_over_its_term(company):
    company.sold(company.account(), Amount=1200.0)
    company.later()
    columns = ("unit_amount", "interval", "interval_count")
    (row,) = company.rows("subscription_versions", *columns, term_months=12)
    assert row == (Decimal(1200), "month", 12)


def test_a_line_priced_by_the_month_with_a_discount_is_its_own_price(company):
    company.org.define("OpportunityLineItem", "Billing__c", "Free__c")
    deal = company.sold(company.account(), Term_Months__c="12")
    company.org.define("Opportunity", "Term_Months__c")
    company.line(deal, 50.0, Quantity=3.0, Discount=10.0, Billing__c="Monthly")
    company.line(deal, 900.0, Billing__c="One-Time")
    company.later()
    fields = {"lines": {"billed": "Billing__c"}}
    (row,) = company.rows("subscription_versions", *PRICED, fields=fields)
    assert row[:2] == (Decimal(50), Decimal(3))
    assert row[4] == Decimal(10)


def test_in_an_org_with_several_currencies_each_opportunity_has_its_own(company):
    company.org.define("Opportunity", "CurrencyIsoCode")
    for code in ("EUR", "USD"):
        company.sold(company.account(code), Amount=1200.0, CurrencyIsoCode=code)
    company.later()
    found = company.rows("subscription_versions", "currency", term_months=12)
    assert found == [("EUR",), ("USD",)]


def test_an_org_with_one_currency_has_the_one_that_was_said(company):
    company.sold(company.account(), Amount=1200.0)
    company.later()
    found = company.rows("subscription_versions", "currency", term_months=12, currency="CHF")
    assert found == [("CHF",)]


def test_a_renewal_that_was_lost_ends_the_subscription(company):
    company.org.define("Opportunity", "Contract_End_Date__c", "Loss__c")
    acme = company.account()
    company.sold(acme, Amount=1200.0, Contract_End_Date__c="2026-12-31")
    lost = {"IsWon": False, "CloseDate": "2026-12-01", "Type": "Renewal", "Loss__c": "Price"}
    company.sold(acme, **lost)
    company.later()
    fields = {"opportunities": {"cancel_reason": "Loss__c"}}
    (row,) = company.rows("subscription_versions", "valid_to", "cancel_reason", fields=fields)
    assert row == (moments("2027-01-01T05:00:00"), "Price")


def test_a_type_nobody_knows_is_taken_for_new_and_told(company):
    company.sold(company.account(), Amount=1200.0, Type="Moonshot")
    company.later()
    assert any("Type 'Moonshot' is not known" in text for text in notes(company.read()))


def test_a_close_date_is_the_day_it_says_in_any_zone(company):
    company.sold(company.account(), Amount=1200.0, CloseDate="2026-01-31")
    company.later()
    (row,) = company.rows("subscription_versions", "valid_from", term_months=12)
    assert row == (moments("2026-01-31T05:00:00"),)  # midnight in New York


def test_the_history_of_an_account_is_its_versions(company):
    company.org.tracked |= {("Account", "Tier__c"), ("Account", "OwnerId")}
    company.org.define("Account", "Tier__c")
    acme = company.account(Tier__c="Gold", OwnerId=ANA)
    company.later(days=1)
    company.org.change("Account", acme, Tier__c="Silver", OwnerId="005000000000000002")
    company.later(days=1)
    found = company.rows("customer_versions", "valid_from", "valid_to", "segment", "owner_id")
    first, second = moments("2026-01-05T09:00:00"), moments("2026-01-06T09:00:00")
    assert found == [
        (first, second, "Gold", ANA),
        (second, None, "Silver", "005000000000000002"),
    ]


@pytest.mark.parametrize(
    ("said", "is_told"),
    [(3, "3"), (2.5, "2.5"), (True, "true"), ("A;B", "A;B"), (" ", None), (None, None)],
)
def test_a_field_of_any_type_breaks_nothing(company, said, is_told):
    company.org.define("Account", "Tier__c")
    company.account(Tier__c=said)
    company.account("Gold", Tier__c="Gold")
    company.later()
    found = dict(company.rows("customers", "name", "segment"))
    assert found == {"Acme": is_told, "Gold": "Gold"}


def test_without_a_history_there_are_no_versions(company):
    company.account()
    company.later()
    assert "customer_versions" not in company.folded().tables


def a_case(company, **more):
    acme = company.account()
    person = company.org.add("Contact", AccountId=acme, Email="p@x.example")
    said = {"ContactId": person, "Origin": "Email", "IsClosed": False, "Subject": "Help"}
    return company.org.add("Case", **(said | more))


def test_a_case_is_answered_by_the_first_mail_out_or_published_comment_of_a_colleague(company):
    company.org.add("User", ANA, Name="Ana", UserType="Standard")
    case = a_case(company)
    company.later(minutes=5)
    company.org.add("EmailMessage", ParentId=case, Incoming=True, MessageDate=stamp(company))
    company.org.add("CaseComment", ParentId=case, IsPublished=False, CreatedById=ANA)
    company.later(minutes=5)
    company.org.add("CaseComment", ParentId=case, IsPublished=True, CreatedById=ANA)
    company.later(minutes=5)
    company.org.add("EmailMessage", ParentId=case, Incoming=False, MessageDate=stamp(company))
    company.later()
    columns = ("first_agent_reply_at", "replies_before_first_solve", "channel", "created_by")
    (row,) = company.rows("tickets", *columns)
    assert row == (moments("2026-01-05T09:10:00"), 2, "email", "customer")


def test_a_draft_and_what_a_machine_sends_are_no_reply(company):
    robot = company.org.add("User", Name="Automated Process", UserType="AutomatedProcess")
    case = a_case(company)
    company.later(minutes=5)
    out = {"ParentId": case, "Incoming": False, "MessageDate": stamp(company)}
    company.org.add("EmailMessage", **out, Status="5")
    company.org.add("EmailMessage", **out, Status="3", CreatedById=robot)
    company.later()
    columns = ("first_agent_reply_at", "replies_before_first_solve")
    assert company.rows("tickets", *columns) == [(None, 0)]


def test_a_case_that_waits_in_a_queue_is_nobodys(company):
    a_case(company, OwnerId="00G000000000000001")
    a_case(company, OwnerId=ANA)
    company.later()
    rows = company.folded().tables["tickets"].rows.to_pylist()
    assert {row["agent_id"] for row in rows} == {None, ANA}


def stamp(company):
    return company.org.now.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def test_a_case_without_a_reply_has_none_and_one_nobody_tells_of_is_not_zero(company):
    a_case(company)
    company.later()
    columns = ("first_agent_reply_at", "replies_before_first_solve")
    assert company.rows("tickets", *columns) == [(None, 0)]
    company.org.forbidden |= {"EmailMessage", "CaseComment"}
    company.later()
    assert company.rows("tickets", *columns) == [(None, None)]


def test_a_case_that_was_reopened_says_so_from_its_history(company):
    company.org.add("CaseStatus", ApiName="Closed", MasterLabel="Closed", IsClosed=True)
    company.org.add("CaseStatus", ApiName="New", MasterLabel="New", IsClosed=False)
    company.org.tracked.add(("Case", "Status"))
    case = a_case(company, Status="New")
    for status in ("Closed", "New", "Closed"):
        company.later(hours=1)
        closed = {"IsClosed": status == "Closed", "ClosedDate": stamp(company)}
        company.org.change("Case", case, Status=status, **closed)
    company.later()
    (row,) = company.rows("tickets", "first_solved_at", "reopened_at", "last_solved_at")
    assert row == tuple(moments(f"2026-01-05T{hour}:00:00") for hour in (10, 11, 12))


def test_without_a_history_of_cases_nobody_knows_of_reopening(company):
    company.org.forbidden.add("CaseHistory")
    case = a_case(company)
    company.later(hours=1)
    company.org.change("Case", case, IsClosed=True, ClosedDate=stamp(company))
    company.later()
    (row,) = company.rows("tickets", "first_solved_at", "reopened_at")
    assert row == (moments("2026-01-05T10:00:00"), None)


def test_an_origin_nobody_knows_is_kept_and_told(company):
    a_case(company, Origin="Carrier Pigeon")
    company.later()
    assert company.rows("tickets", "channel") == [("other:carrier pigeon",)]
    assert any("Origin is 'Carrier Pigeon'" in text for text in notes(company.read()))


def test_cases_can_be_somebody_elses_business(company):
    a_case(company)
    company.later()
    extracted = company.read(cases=False)
    assert "tickets" not in {table.table for table in extracted.tables}
    assert not [each for each in company.salesforce.requests if "FROM Case " in each.path]


def test_calls_emails_and_meetings_with_customers_are_touches(company):
    acme = company.account()
    person = company.org.add("Contact", AccountId=acme)
    done = {"WhoId": person, "IsClosed": True, "OwnerId": ANA}
    at = {"CompletedDateTime": "2026-01-04T12:00:00.000+0000"}
    company.org.add("Task", TaskSubtype="Call", **done, **at)
    company.org.add("Task", TaskSubtype="Email", **done, ActivityDate="2026-01-03")
    company.org.add("Task", TaskSubtype="Task", **done, **at)
    company.org.add("Task", TaskSubtype="Call", **(done | {"IsClosed": False}))
    met = {"AccountId": acme, "OwnerId": ANA}
    company.org.add("Event", **met, StartDateTime="2026-01-02T10:00:00.000+0000", IsChild=False)
    company.org.add("Event", **met, StartDateTime="2027-01-02T10:00:00.000+0000")
    company.org.add("Event", **met, StartDateTime="2026-01-02T10:00:00.000+0000", IsChild=True)
    company.later()
    found = company.rows("touches", "kind", "customer_id", "contact_id", "owner_id")
    assert found == [
        ("call", acme, person, ANA),
        ("email", acme, person, ANA),
        ("meeting", acme, None, ANA),
    ]


def test_a_day_without_a_time_is_that_day_where_the_company_is(company):
    acme = company.account()
    about = {"AccountId": acme, "OwnerId": ANA}
    company.org.add("Task", **about, IsClosed=True, TaskSubtype="Call", ActivityDate="2026-01-01")
    whole = {"StartDateTime": "2026-01-02T00:00:00.000+0000", "IsAllDayEvent": True}
    company.org.add("Event", **about, **whole, IsChild=False)
    company.later()
    found = company.rows("touches", "kind", "at")
    assert found == [
        ("call", moments("2026-01-01T05:00:00")),  # midnight in New York
        ("meeting", moments("2026-01-02T05:00:00")),
    ]


def test_an_object_of_ones_own_with_answers_is_a_survey(company):
    company.org.define("Answer__c", "Score__c", "Contact__c", "At__c", "Said__c")
    person = company.org.add("Contact", AccountId=company.account())
    said = {"Contact__c": person, "At__c": "2026-01-04T12:00:00.000+0000"}
    company.org.add("Answer__c", Score__c=9.0, Said__c="Good", **said)
    company.org.add("Answer__c", Score__c=None, **said)
    company.later()
    survey = {"object": "Answer__c", "kind": "nps", "low": 0, "high": 10, "score": "Score__c"}
    survey |= {"contact": "Contact__c", "at": "At__c", "comment": "Said__c"}
    columns = ("survey", "score", "respondent_id", "comment")
    found = company.rows("survey_responses", *columns, surveys=[survey])
    assert found == [("nps", Decimal(9), person, "Good")]


def test_colleagues_are_owners_and_customers_who_log_in_are_not(company):
    company.org.add(
        "User", ANA, Name="Ana", Email="a@x.example", IsActive=True, UserType="Standard"
    )
    company.org.add("User", Name="Portal", UserType="CspLitePortal")
    company.later()
    assert company.rows("owners", "owner_id", "name", "active") == [(ANA, "Ana", True)]
