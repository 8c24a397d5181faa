"""The sample company in a Salesforce org: accounts with their history, sales, people, touches, answers.

    org = salesforce_of(Exports(folder), now)

Salesforce has no place for who referred a customer, and for when somebody was last seen.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from tests.doubles.salesforce_org import Org, iso
from tests.doubles.sample_company import (
    ZONE,
    Exports,
    Row,
    at,
    company_id,
    contact_id,
    owner_id,
    ticket_id,
)
from tests.doubles.sample_deals import Made, deals_of
from tests.doubles.sample_hubspot import answers

PRODUCT = "01t000000000000001"
ATTRIBUTES = {"segment": "Segment__c", "plan": "Plan__c", "region": "Region__c"}
OWN_FIELDS = {
    "Account": ("Segment__c", "Plan__c", "Region__c", "Test__c", "Number__c"),
    "Opportunity": (
        "CurrencyIsoCode",
        "Contract_Start_Date__c",
        "Contract_End_Date__c",
        "Loss_Reason__c",
    ),
    "OpportunityLineItem": ("Billing__c", "Free_Months__c"),
    "NPS_Answer__c": ("Contact__c", "Score__c", "At__c", "Comment__c"),
    "Ease_Answer__c": ("Contact__c", "Score__c", "At__c", "Comment__c", "Ticket__c"),
}
# What a configuration has to say of an org that keeps its fields so.
SAID: dict[str, Any] = {
    "cases": False,
    "fields": {
        "accounts": {"is_test": "Test__c", "external_ids": ["Number__c"]},
        "opportunities": {"cancel_reason": "Loss_Reason__c"},
        "lines": {"billed": "Billing__c", "free_months": "Free_Months__c"},
    },
    "opportunity_types": {"newbusiness": "new", "renewal": "renewal", "amendment": "amendment"},
    "surveys": [
        {
            "object": "NPS_Answer__c",
            "kind": "nps",
            "low": 0,
            "high": 10,
            "score": "Score__c",
            "at": "At__c",
            "contact": "Contact__c",
            "comment": "Comment__c",
        },
        {
            "object": "Ease_Answer__c",
            "kind": "ces_ease17",
            "case": "Ticket__c",
            "low": 1,
            "high": 7,
            "score": "Score__c",
            "at": "At__c",
            "contact": "Contact__c",
            "comment": "Comment__c",
        },
    ],
}


def account_key(customer: str) -> str:
    """C0001 is account 001000000000070001."""
    return f"001{int(company_id(customer)):015d}"


def contact_key(person: str) -> str:
    return f"003{int(contact_id(person)):015d}"


def user_key(owner: str) -> str:
    return f"005{int(owner_id(owner)):015d}"


def salesforce_of(exports: Exports, now: datetime) -> Org:
    """Everything the company's CRM, billing and surveys know that Salesforce can keep."""
    org = Org()
    for sobject, names in OWN_FIELDS.items():
        org.define(sobject, *names)
    org.tracked |= {("Account", name) for name in (*ATTRIBUTES.values(), "OwnerId")}
    org.now = min((at(row["created_at"]) for row in exports.rows("crm", "customers")), default=now)
    org.add("Product2", PRODUCT, Name="Shift planning, by the seat")
    _users(org, exports)
    _accounts(org, exports)
    _contacts(org, exports)
    _touches(org, exports)
    for deal in deals_of(exports, now):
        org.now = min(now, deal.decided_at)
        _sale(org, deal)
    _answers(org, exports)
    org.now = now
    return org


def _users(org: Org, exports: Exports) -> None:
    for row in exports.rows("crm", "owners"):
        leader = user_key(row["manager_id"]) if row.get("manager_id") else None
        org.add(
            "User",
            user_key(row["owner_id"]),
            Name=row["name"],
            Email=row["email"],
            IsActive=row.get("active") != "0",
            ManagerId=leader,
            UserType="Standard",
        )


def _accounts(org: Org, exports: Exports) -> None:
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in exports.rows("crm", "customer_versions"):
        versions[row["customer_id"]].append(row)
    for row in exports.rows("crm", "customers"):
        _account(org, row, versions[row["customer_id"]])


def _account(org: Org, row: Row, versions: list[Row]) -> None:
    key, into = account_key(row["customer_id"]), row["merged_into"]
    org.now = at(row["created_at"])
    org.add(
        "Account",
        key,
        Name=row["name"],
        Industry=row["industry"],
        BillingCountry=row["country"],
        AccountSource=row["acquired_via"],
        Test__c=row["is_test"] == "1",
        Number__c=row["customer_id"],
        **_attributes(versions[0] if versions else row),
    )
    for version in versions[1:]:
        org.now = at(version["valid_from"])
        org.change("Account", key, **_attributes(version))
    org.now = at(row["updated_at"])
    org.change("Account", key)
    if into:
        org.change("Account", key, MasterRecordId=account_key(into))
        org.delete("Account", key)


def _attributes(row: Row) -> dict[str, str]:
    named = {ours: row[name] for name, ours in ATTRIBUTES.items()}
    return {**named, "OwnerId": user_key(row["owner_id"])}


def _contacts(org: Org, exports: Exports) -> None:
    for row in exports.rows("crm", "contacts"):
        org.now = at(row["last_seen_at"])
        org.add(
            "Contact",
            contact_key(row["contact_id"]),
            AccountId=account_key(row["customer_id"]),
            Email=row["email"],
            Title=row["role"],
        )


def _touches(org: Org, exports: Exports) -> None:
    for row in exports.rows("crm", "touches"):
        org.now = at(row["at"])
        about = {
            "AccountId": account_key(row["customer_id"]),
            "WhoId": contact_key(row["contact_id"]) if row["contact_id"] else None,
            "OwnerId": user_key(row["owner_id"]),
        }
        if row["kind"] == "meeting":
            org.add("Event", **about, StartDateTime=iso(org.now), IsChild=False)
        else:
            done = {"IsClosed": True, "CompletedDateTime": iso(org.now)}
            org.add("Task", **about, **done, TaskSubtype=row["kind"].title())


def _sale(org: Org, deal: Made) -> None:
    said = deal.properties
    closed = at(said["closedate"]).astimezone(ZONE).date()
    key = org.add(
        "Opportunity",
        AccountId=f"001{int(deal.company):015d}",
        IsClosed=True,
        IsWon=said["dealstage"].endswith("won"),
        CloseDate=closed.isoformat(),
        Type=said["dealtype"],
        CurrencyIsoCode=said["deal_currency_code"],
        Contract_Start_Date__c=said["contract_start_date"],
        Contract_End_Date__c=said["contract_end_date"],
        Loss_Reason__c=said.get("closed_lost_reason"),
    )
    for line in deal.lines:
        org.add(
            "OpportunityLineItem",
            OpportunityId=key,
            Product2Id=PRODUCT,
            Quantity=float(line["quantity"]),
            UnitPrice=float(line["price"]),
            Discount=float(line["hs_discount_percentage"]),
            Billing__c=line["recurringbillingfrequency"],
            Free_Months__c=float(line.get("hs_billing_start_delay_months") or 0),
        )


def _answers(org: Org, exports: Exports) -> None:
    for row in answers(exports):
        org.now = at(row["responded_at"])
        org.add(
            "NPS_Answer__c" if row["survey"] == "nps" else "Ease_Answer__c",
            Contact__c=contact_key(row["respondent_id"]),
            Score__c=float(row["score"]),
            At__c=iso(org.now),
            Comment__c=row.get("comment") or None,
            Ticket__c=str(ticket_id(row["ticket_id"])) if row.get("ticket_id") else None,
        )
