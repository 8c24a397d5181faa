"""What does the configuration say about a HubSpot account? A token, and what its fields mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tasks.config.base import Part
from tasks.connectors.fields import Address, ApiSettings, DealKind, ScaledSurvey, Secret

Names = tuple[str, ...]

# What such a property is usually called, for those who do not say it.
SEGMENT = ("segment", "customer_segment", "company_segment", "account_tier", "tier")
PLAN = ("plan", "plan_name", "subscription_plan", "product_plan")
REGION = ("region", "sales_region", "territory")
MRR = ("mrr", "monthly_recurring_revenue")
STARTS = ("contract_start_date", "subscription_start_date", "start_date")
ENDS = ("contract_end_date", "subscription_end_date", "end_date", "renewal_date")
TERM = ("contract_term_months", "term_months", "contract_length", "contract_term")


class CompanyProperties(Part):
    """Which properties of a company say what."""

    segment: Annotated[str | None, Field(description="the property with the segment")] = None
    plan: Annotated[str | None, Field(description="the property with the plan")] = None
    region: Annotated[str | None, Field(description="the property with the region")] = None
    mrr: Annotated[
        str | None,
        Field(description="the property with the MRR, where it is kept there and not in deals"),
    ] = None
    industry: Annotated[str, Field(description="the property with the industry")] = "industry"
    country: Annotated[str, Field(description="the property with the country")] = "country"
    acquired_via: Annotated[str, Field(description="the property that says how it was won")] = (
        "hs_analytics_source"
    )
    is_test: Annotated[str | None, Field(description="the property that marks test companies")] = (
        None
    )
    external_ids: Annotated[
        Names, Field(description="properties with the company's ids in other systems")
    ] = ()


class ContactProperties(Part):
    """Which properties of a contact say what."""

    role: Annotated[str, Field(description="the property with the role")] = "jobtitle"
    last_seen_at: Annotated[str, Field(description="the property with the last visit")] = (
        "hs_analytics_last_timestamp"
    )


class DealProperties(Part):
    """Which properties of a deal say what."""

    mrr: Annotated[str | None, Field(description="the property with the MRR")] = None
    starts_on: Annotated[str | None, Field(description="the property with the start")] = None
    ends_on: Annotated[str | None, Field(description="the property with the end or renewal")] = None
    term_months: Annotated[str | None, Field(description="the property with the term")] = None
    free_months: Annotated[str | None, Field(description="the property with the free months")] = (
        None
    )
    parent: Annotated[
        str | None, Field(description="the property with the id of the deal that is renewed")
    ] = None
    cancel_reason: Annotated[str, Field(description="the property with why it was lost")] = (
        "closed_lost_reason"
    )


class TicketProperties(Part):
    """Which properties of a ticket say what."""

    first_reply: Annotated[str, Field(description="the property with the first reply's time")] = (
        "first_agent_reply_date"
    )
    one_touch: Annotated[
        str, Field(description="the property that says whether one reply solved it")
    ] = "hs_is_one_touch_ticket"
    tags: Annotated[str, Field(description="the property with the tags")] = "hs_ticket_category"
    escalated: Annotated[str | None, Field(description="the property that marks escalations")] = (
        None
    )
    is_spam: Annotated[str | None, Field(description="the property that marks spam")] = None


class PropertySettings(Part):
    """Which properties say what, where HubSpot's own are not the ones."""

    companies: Annotated[CompanyProperties, Field(description="of companies")] = CompanyProperties()
    contacts: Annotated[ContactProperties, Field(description="of contacts")] = ContactProperties()
    deals: Annotated[DealProperties, Field(description="of deals")] = DealProperties()
    tickets: Annotated[TicketProperties, Field(description="of tickets")] = TicketProperties()


class StageSettings(Part):
    """Which stages of a deal are the end, by id or label, where HubSpot's own marks are wrong."""

    won: Annotated[Names, Field(description="stages of deals that were won")] = ()
    lost: Annotated[Names, Field(description="stages of deals that were lost")] = ()


class PipelineSettings(Part):
    """Which pipelines of deals are about what, by id or label."""

    renewal: Annotated[Names, Field(description="pipelines of renewals")] = ()
    ignore: Annotated[Names, Field(description="pipelines that sell no subscriptions")] = ()


class HubSpotSettings(ApiSettings):
    """A HubSpot account."""

    kind: Literal["hubspot"]
    token: Annotated[Secret, Field(description="the access token of a private app")]
    base_url: Annotated[Address, Field(description="where the API is")] = "https://api.hubapi.com"
    version: Annotated[
        Annotated[str, StringConstraints(pattern=r"^(v3|\d{4}-\d{2})$")],
        Field(description="the version of the API: v3, or a date such as 2026-03"),
    ] = "v3"
    history_months: Annotated[
        int, Field(ge=1, le=120, description="how far back tickets, answers and touches are read")
    ] = 24
    calls_per_10s: Annotated[
        int, Field(ge=1, description="how many requests in ten seconds the account may make")
    ] = 100
    searches_per_s: Annotated[
        int, Field(ge=1, description="how many searches a second the account may make")
    ] = 4
    leave_out: Annotated[
        Names, Field(description="properties that are never asked for, such as email or content")
    ] = ()
    properties: Annotated[PropertySettings, Field(description="which property says what")] = (
        PropertySettings()
    )
    surveys: Annotated[
        dict[str, ScaledSurvey],
        Field(default_factory=dict, description="the scale of each survey, by its id or name"),
    ]
    stages: Annotated[StageSettings, Field(description="stages that end a deal")] = StageSettings()
    pipelines: Annotated[PipelineSettings, Field(description="what pipelines are about")] = (
        PipelineSettings()
    )
    deal_types: Annotated[
        dict[str, DealKind],
        Field(default_factory=dict, description="what a dealtype is: new, renewal, upsell, ..."),
    ]
    term_months: Annotated[
        int | None, Field(ge=1, description="the term of deals that name none")
    ] = None
