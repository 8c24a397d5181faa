"""The sample company in a HubSpot portal: companies with their history, people, touches, answers.

    portal = hubspot_of(Exports(folder), now)

HubSpot has no place for who referred a customer, who leads an owner, and who has left a customer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from tests.doubles.hubspot_portal import Portal, iso
from tests.doubles.sample_company import (
    Exports,
    Row,
    at,
    company_id,
    contact_id,
    owner_id,
)
from tests.doubles.sample_deals import deals_of

EASE_SURVEY = "31"  # the one of the two surveys whose scale HubSpot does not know
TOUCHED = {
    "call": ("calls", {"hs_call_status": "COMPLETED"}),
    "meeting": ("meetings", {"hs_meeting_outcome": "COMPLETED"}),
    "email": ("emails", {"hs_email_direction": "EMAIL"}),
}
STAGES = (("won", "1.0", "true"), ("lost", "0.0", "true"))


def hubspot_of(exports: Exports, now: datetime) -> Portal:
    """Everything the company's CRM, billing and surveys know that HubSpot can keep."""
    portal = Portal()
    _explain(portal, exports)
    _companies(portal, exports)
    _contacts(portal, exports)
    _touches(portal, exports)
    for deal in deals_of(exports, now):
        portal.now = min(now, deal.decided_at)
        key = portal.add("deals", **deal.properties)
        portal.associate("deals", key, "companies", deal.company, "Primary")
        for line in deal.lines:
            portal.associate("line_items", portal.add("line_items", **line), "deals", key)
    _answers(portal, exports)
    portal.now = now
    return portal


def _explain(portal: Portal, exports: Exports) -> None:
    for owner in exports.rows("crm", "owners"):
        first, _, last = owner["name"].partition(" ")
        portal.add_owner(owner_id(owner["owner_id"]), first, last, owner["email"])
    for pipeline in ("Sales", "Renewals"):
        stages = [
            {
                "id": f"{pipeline.lower()}_{name}",
                "label": name.title(),
                "metadata": {"probability": chance, "isClosed": closed},
            }
            for name, chance, closed in STAGES
        ]
        portal.add_pipeline("deals", pipeline.lower(), pipeline, *stages)


def _companies(portal: Portal, exports: Exports) -> None:
    customers = exports.rows("crm", "customers")
    losers: dict[str, list[str]] = defaultdict(list)
    for row in customers:
        losers[row["merged_into"]].append(company_id(row["customer_id"]))
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in exports.rows("crm", "customer_versions"):
        versions[row["customer_id"]].append(row)
    for row in customers:
        if not row["merged_into"]:
            _company(portal, row, versions[row["customer_id"]], losers[row["customer_id"]])


def _company(portal: Portal, row: Row, versions: list[Row], losers: list[str]) -> None:
    key = company_id(row["customer_id"])
    portal.now = at(row["created_at"])
    portal.add(
        "companies",
        key,
        name=row["name"],
        industry=row["industry"],
        country=row["country"],
        hs_analytics_source=row["acquired_via"],
        test_account="true" if row["is_test"] == "1" else "false",
        account_number=row["customer_id"],
        hs_merged_object_ids=";".join(losers) or None,
        **_attributes(versions[0] if versions else row),
    )
    for version in versions[1:]:
        portal.now = at(version["valid_from"])
        portal.change("companies", key, **_attributes(version))
    portal.now = at(row["updated_at"])
    portal.change("companies", key)


def _attributes(row: Row) -> dict[str, str]:
    named = {name: row[name] for name in ("segment", "plan", "region")}
    return {**named, "hubspot_owner_id": owner_id(row["owner_id"])}


def _contacts(portal: Portal, exports: Exports) -> None:
    for row in exports.rows("crm", "contacts"):
        portal.now = at(row["last_seen_at"])
        portal.add(
            "contacts",
            contact_id(row["contact_id"]),
            email=row["email"],
            jobtitle=row["role"],
            associatedcompanyid=company_id(row["customer_id"]),
            hs_analytics_last_timestamp=iso(portal.now),
        )


def _touches(portal: Portal, exports: Exports) -> None:
    for row in exports.rows("crm", "touches"):
        kind, state = TOUCHED[row["kind"]]
        portal.now = at(row["at"])
        owner = owner_id(row["owner_id"])
        key = portal.add(kind, hs_timestamp=iso(portal.now), hubspot_owner_id=owner, **state)
        portal.associate(kind, key, "companies", company_id(row["customer_id"]))
        portal.associate(kind, key, "contacts", contact_id(row["contact_id"]))


def _answers(portal: Portal, exports: Exports) -> None:
    for row in answers(exports):
        portal.now = at(row["responded_at"])
        key = portal.add(
            "feedback_submissions",
            hs_survey_id="30" if row["survey"] == "nps" else EASE_SURVEY,
            hs_survey_name=row["survey"],
            hs_survey_type="NPS" if row["survey"] == "nps" else "CUSTOM",
            hs_value=row["score"],
            hs_content=row.get("comment") or None,
            hs_submission_timestamp=iso(portal.now),
        )
        portal.associate("feedback_submissions", key, "contacts", contact_id(row["respondent_id"]))


def answers(exports: Exports) -> Iterator[Row]:
    """The answers that are about no ticket's satisfaction: recommendation and ease."""
    yield from exports.rows("product", "survey_responses")
    for row in exports.rows("desk", "survey_responses"):
        if row["survey"] != "csat":
            yield row
