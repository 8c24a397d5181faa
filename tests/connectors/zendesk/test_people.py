"""End users become contacts of their organization's customer; organizations become customers if asked."""

from __future__ import annotations

from tasks.connectors.zendesk.people import (
    Person,
    contact_row,
    customer_id,
    customer_row,
    person,
)
from tests.connectors.zendesk.small import AT

ADA = {
    "id": 7,
    "role": "end-user",
    "email": "ada@acme.example",
    "organization_id": 5,
    "active": True,
    "suspended": False,
    "last_login_at": "2026-02-01T08:00:00Z",
    "updated_at": AT,
}
ACME = {
    "id": 5,
    "name": "Acme",
    "external_id": "C01",
    "organization_fields": {"crm": "0015"},
    "created_at": "2024-01-01T00:00:00Z",
    "updated_at": AT,
}
CUSTOMERS = {"5": "C01"}


def test_an_end_user_is_a_contact():
    assert contact_row(ADA, CUSTOMERS) == {
        "contact_id": "7",
        "customer_id": "C01",
        "email": "ada@acme.example",
        "role": None,
        "active": "true",
        "last_seen_at": "2026-02-01T08:00:00Z",
        "updated_at": AT,
    }


def test_agents_and_people_of_no_customer_are_no_contacts():
    assert contact_row({**ADA, "role": "agent"}, CUSTOMERS) is None
    assert contact_row({**ADA, "role": "admin"}, CUSTOMERS) is None
    assert contact_row({**ADA, "organization_id": None}, CUSTOMERS) is None
    assert contact_row({**ADA, "organization_id": 6}, CUSTOMERS) is None


def test_merged_suspended_and_deleted_people_are_not_active():
    assert contact_row({**ADA, "active": False}, CUSTOMERS)["active"] == "false"
    assert contact_row({**ADA, "suspended": True}, CUSTOMERS)["active"] == "false"
    assert contact_row(ADA, CUSTOMERS, deleted=True)["active"] == "false"


def test_what_tickets_need_to_know_of_a_person():
    assert person(ADA) == Person(organization="5")
    assert person({**ADA, "role": "admin", "suspended": True}) == Person(
        is_agent=True, organization="5"
    )
    assert person({**ADA, "suspended": True}) == Person(organization="5", suspended=True)


def test_how_an_organization_names_its_customer():
    assert customer_id(ACME, "external_id") == "C01"
    assert customer_id(ACME, "id") == "5"
    assert customer_id(ACME, "field:crm") == "0015"
    assert customer_id({**ACME, "external_id": " "}, "external_id") is None


def test_an_organization_is_a_customer():
    row = customer_row(ACME, "id")
    assert {name: value for name, value in row.items() if value is not None} == {
        "customer_id": "5",
        "name": "Acme",
        "created_at": "2024-01-01T00:00:00Z",
        "external_ids": "zendesk:5",
        "updated_at": AT,
    }
    assert customer_row({**ACME, "external_id": None}, "external_id") is None
