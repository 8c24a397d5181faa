"""What is asked of HubSpot? Its kinds of records, and what of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.connectors.fields import named
from tasks.connectors.hubspot.reading import Kind
from tasks.connectors.hubspot.settings import (
    ENDS,
    MRR,
    PLAN,
    REGION,
    SEGMENT,
    STARTS,
    TERM,
    Names,
)

if TYPE_CHECKING:
    from tasks.connectors.hubspot.settings import HubSpotSettings

OWNER, PARENT = "hubspot_owner_id", "hs_parent_company_id"
STAGE, TICKET_STAGE = "dealstage", "hs_pipeline_stage"
TOUCHES = ("calls", "meetings", "emails")


def kinds(settings: HubSpotSettings) -> dict[str, Kind]:
    """Return the kinds of records by name, with everything this account is asked for."""
    of = (companies, contacts, deals, line_items, tickets, feedback, calls, meetings, emails)
    return {kind.name: kind.without(settings.leave_out) for kind in (one(settings) for one in of)}


def attributes(settings: HubSpotSettings) -> dict[str, Names]:
    """Return which properties of a company its attributes over time are read from."""
    said = settings.properties.companies
    return {
        "parent_id": (PARENT,),
        "owner_id": (OWNER,),
        "segment": named(said.segment, SEGMENT),
        "plan": named(said.plan, PLAN),
        "region": named(said.region, REGION),
    }


def companies(settings: HubSpotSettings) -> Kind:
    """Return what is asked of companies."""
    said = settings.properties.companies
    named_so = (name for names in attributes(settings).values() for name in names)
    over_time = (*named_so, *_given(said.mrr))
    others = ("name", "domain", "createdate", said.industry, said.country, said.acquired_via)
    asked = (*others, *over_time, *_given(said.is_test), *said.external_ids)
    return Kind("companies", asked, histories=over_time)


def contacts(settings: HubSpotSettings) -> Kind:
    """Return what is asked of contacts."""
    said = settings.properties.contacts
    own = ("email", "associatedcompanyid", "hs_calculated_merged_vids")
    asked = (*own, said.role, said.last_seen_at)
    return Kind("contacts", asked, changed="lastmodifieddate")


def deals(settings: HubSpotSettings) -> Kind:
    """Return what is asked of deals."""
    said = settings.properties.deals
    dates = (*named(said.starts_on, STARTS), *named(said.ends_on, ENDS))
    mapped = (*named(said.mrr, MRR), *dates, *named(said.term_months, TERM))
    own = ("dealtype", "pipeline", STAGE, "closedate", "amount", "deal_currency_code")
    given = (*_given(said.parent), *_given(said.free_months))
    asked = (*own, said.cancel_reason, *mapped, *given)
    return Kind("deals", asked, histories=(STAGE, "amount"), ties=("companies",))


def line_items(_settings: HubSpotSettings) -> Kind:
    """Return what is asked of line items."""
    billing = "hs_recurring_billing_"
    asked = (
        "name",
        "hs_product_id",
        "price",
        "quantity",
        "discount",
        "hs_discount_percentage",
        "recurringbillingfrequency",
        f"{billing}period",
        f"{billing}start_date",
        f"{billing}end_date",
        "hs_billing_start_delay_months",
    )
    return Kind("line_items", asked, ties=("deals",))


def tickets(settings: HubSpotSettings) -> Kind:
    """Return what is asked of tickets."""
    said = settings.properties.tickets
    text = ("subject", "content", said.tags, *_given(said.escalated), *_given(said.is_spam))
    origin = ("source_type", "hs_object_source", "hs_ticket_priority", OWNER)
    times = ("createdate", "closed_date", said.first_reply, said.one_touch)
    asked = (*text, *origin, TICKET_STAGE, *times)
    ties = ("companies", "contacts")
    months = settings.history_months
    return Kind("tickets", asked, histories=(TICKET_STAGE,), ties=ties, months=months)


def feedback(settings: HubSpotSettings) -> Kind:
    """Return what is asked of answers to surveys."""
    asked = (
        "hs_survey_id",
        "hs_survey_name",
        "hs_survey_type",
        "hs_value",
        "hs_content",
        "hs_submission_timestamp",
        "hs_createdate",
    )
    ties = ("contacts", "tickets")  # HubSpot ties no answer to a company
    return Kind("feedback_submissions", asked, ties=ties, months=settings.history_months)


def calls(settings: HubSpotSettings) -> Kind:
    """Return what is asked of calls."""
    return _touch("calls", "hs_call_status", settings)


def meetings(settings: HubSpotSettings) -> Kind:
    """Return what is asked of meetings."""
    return _touch("meetings", "hs_meeting_outcome", settings)


def emails(settings: HubSpotSettings) -> Kind:
    """Return what is asked of emails: when and by whom, never what they say."""
    return _touch("emails", "hs_email_direction", settings)


def _touch(name: str, state: str, settings: HubSpotSettings) -> Kind:
    ties = ("companies", "contacts")
    return Kind(name, ("hs_timestamp", OWNER, state), ties=ties, months=settings.history_months)


def _given(name: str | None) -> Names:
    return () if name is None else (name,)
