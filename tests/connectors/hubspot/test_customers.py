"""Companies, owners, contacts: small accounts in, exact rows out."""

from __future__ import annotations

from tests.connectors.hubspot.portraits import (
    AT,
    deleted,
    portrait,
    remarks,
    row,
    rows,
    with_history,
)


def test_a_company_is_a_customer():
    company = row(
        "7",
        name=" Acme ",
        industry="COMPUTER_SOFTWARE",
        country="US",
        hs_analytics_source="ORGANIC_SEARCH",
        createdate="2025-03-10T16:00:00.000Z",
        hubspot_owner_id="31",
        hs_parent_company_id="9",
        tier="ENT",
        subscription_plan="pro",
        territory="West",
    )
    options = [{"value": "COMPUTER_SOFTWARE", "label": "Computer Software"}]
    defined = [{"name": "industry", "options": options}]
    made = portrait({"companies": [company, row("9")], "companies properties": defined})
    assert rows(made, "customers")[0] == {
        "customer_id": "7",
        "name": "Acme",
        "segment": "ENT",
        "plan": "pro",
        "region": "West",
        "industry": "Computer Software",
        "country": "US",
        "acquired_via": "ORGANIC_SEARCH",
        "referrer_id": None,
        "is_test": "false",
        "merged_into": None,
        "parent_id": "9",
        "owner_id": "31",
        "created_at": "2025-03-10T16:00:00Z",
        "external_ids": None,
        "updated_at": "2026-02-01T10:00:00Z",
    }


def test_the_configuration_says_which_property_is_which():
    company = row("7", tier="x", size="ENT", sandbox="true", stripe_id="cus_1", erp=4711)
    said = {"segment": "size", "is_test": "sandbox", "external_ids": ["stripe_id", "erp", "none"]}
    made = portrait({"companies": [company]}, properties={"companies": said})
    assert rows(made, "customers", "segment", "is_test", "external_ids") == [
        ("ENT", "true", "stripe_id:cus_1|erp:4711")
    ]


def test_a_company_without_a_name_goes_by_its_domain():
    made = portrait({"companies": [row("7", name="", domain="acme.example")]})
    assert rows(made, "customers", "name") == [("acme.example",)]


def test_a_deleted_company_is_no_customer():
    gone = deleted("7", "2026-02-20T10:00:00Z")
    made = portrait({"companies": [row("7"), row("8")], "companies archived": [gone]})
    assert rows(made, "customers", "customer_id") == [("8",)]


def test_a_company_that_was_restored_is_a_customer_again():
    left_soon = deleted("7", "2026-02-20T10:00:00Z", _gone_at="2026-02-22T00:00:00Z")
    made = portrait({"companies": [row("7")], "companies archived": [left_soon]})
    assert rows(made, "customers", "customer_id") == [("7",)]


def test_a_deleted_company_that_hubspot_has_forgotten_stays_deleted():
    left_late = deleted("7", "2026-02-05T10:00:00Z", _gone_at="2026-05-06T00:00:00Z")
    made = portrait({"companies": [row("7")], "companies archived": [left_late]})
    assert rows(made, "customers", "customer_id") == []


def test_a_company_changed_after_it_was_deleted_has_been_restored():
    gone = deleted("7", "2026-01-20T10:00:00Z")  # before AT, its last change
    made = portrait({"companies": [row("7")], "companies archived": [gone]})
    assert rows(made, "customers", "customer_id") == [("7",)]


def test_merged_companies_stand_for_their_survivor():
    survivor = row("9", name="Acme", hs_merged_object_ids="8")
    made = portrait({"companies": [row("7"), row("8", hs_merged_object_ids="7"), survivor]})
    assert rows(made, "customers", "customer_id", "name", "merged_into") == [
        ("9", "Acme", None),
        ("7", "Acme", "9"),
        ("8", "Acme", "9"),
    ]


def test_a_company_merged_before_the_first_sync_is_known_all_the_same():
    made = portrait({"companies": [row("9", name="Acme", hs_merged_object_ids="5;6")]})
    assert rows(made, "customers", "customer_id", "merged_into") == [
        ("9", None),
        ("5", "9"),
        ("6", "9"),
    ]


def test_attributes_over_time_come_from_the_history_of_the_properties():
    company = row("7", tier="ENT", hubspot_owner_id="32")
    company = with_history(
        company, "tier", ("2025-01-05T09:00:00Z", "SMB"), ("2026-01-05T09:00:00Z", "ENT")
    )
    company = with_history(
        company,
        "hubspot_owner_id",
        ("2025-01-05T09:00:00Z", "31"),
        ("2025-06-01T09:00:00Z", ""),
        ("2025-06-02T09:00:00Z", "32"),
    )
    made = portrait({"companies": [company]})
    assert rows(
        made, "customer_versions", "customer_id", "valid_from", "valid_to", "segment", "owner_id"
    ) == [
        ("7", "2025-01-05T09:00:00Z", "2025-06-01T09:00:00Z", "SMB", "31"),
        ("7", "2025-06-01T09:00:00Z", "2025-06-02T09:00:00Z", "SMB", None),
        ("7", "2025-06-02T09:00:00Z", "2026-01-05T09:00:00Z", "SMB", "32"),
        ("7", "2026-01-05T09:00:00Z", None, "ENT", "32"),
    ]


def test_a_company_without_a_history_has_no_versions():
    assert rows(portrait({"companies": [row("7", tier="ENT")]}), "customer_versions") == []


def test_owners_who_left_are_there_and_not_active():
    ana = {
        "id": "31",
        "email": "ana@x.example",
        "firstName": "Ana",
        "lastName": "Bo",
        "updatedAt": AT,
    }
    old = {"id": "30", "email": "old@x.example", "firstName": "", "lastName": None}
    made = portrait({"owners": [ana], "owners archived": [old]})
    assert rows(made, "owners", "owner_id", "name", "email", "active") == [
        ("31", "Ana Bo", "ana@x.example", "true"),
        ("30", "old@x.example", "old@x.example", "false"),
    ]


def test_contacts_belong_to_their_company_or_are_counted():
    people = [
        row(
            "101",
            email="eve@acme.example",
            jobtitle="CFO",
            associatedcompanyid="7",
            hs_analytics_last_timestamp="1772000000000",
            hs_calculated_merged_vids="99:1600000000000;98:1600000000001",
        ),
        row("98", associatedcompanyid="7"),
        row("102", email="nobody@x.example"),
        row("103", associatedcompanyid="8"),
    ]
    made = portrait({"companies": [row("7", hs_merged_object_ids="8")], "contacts": people})
    assert rows(made, "contacts", "contact_id", "customer_id", "email", "role", "last_seen_at") == [
        ("101", "7", "eve@acme.example", "CFO", "2026-02-25T06:13:20Z"),
        ("103", "7", None, None, None),
    ]
    assert remarks(made) == ["crm: contacts without a company are left out (1 row of contacts)."]


def test_a_property_that_cannot_be_read_is_left_empty_and_told():
    made = portrait({"companies": [row("7", createdate="soon"), row("8", createdate="soon")]})
    assert rows(made, "customers", "created_at") == [(None,), (None,)]
    assert remarks(made) == [
        "crm: createdate is given as 'soon', which cannot be read and is left empty (2 rows of customers)."
    ]


def test_properties_of_any_type_and_missing_ones_break_nothing():
    companies = [
        row("1", name=True, tier=3, territory=["North", "East"], plan=None),
        row("2", name=12.5, tier=False),
        {"id": "3", "properties": None},
    ]
    made = portrait({"companies": companies})
    assert rows(made, "customers", "name", "segment", "region", "plan") == [
        ("true", "3", "North|East", None),
        ("12.5", "false", None, None),
        (None, None, None, None),
    ]
