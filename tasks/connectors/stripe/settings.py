"""What does keepwell.yaml say about a Stripe account? Its key, and whose customers they are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tasks.config.base import Part, Text
from tasks.connectors.fields import Address, ApiSettings, Secret, example

PINNED = "2025-03-31.basil"


class MetadataKeys(Part):
    """Which keys of a customer's metadata say what; Stripe itself knows none of this."""

    customer_id: Annotated[
        Text | None, Field(description="your own id of the customer; Stripe's without")
    ] = None
    parent_id: Annotated[Text | None, Field(description="the id of who pays for it")] = None
    segment: Annotated[Text | None, Field(description="the segment")] = None
    plan: Annotated[Text | None, Field(description="the plan")] = None
    region: Annotated[Text | None, Field(description="the region")] = None
    industry: Annotated[Text | None, Field(description="the industry")] = None
    acquired_via: Annotated[Text | None, Field(description="how it was won")] = None
    owner_id: Annotated[Text | None, Field(description="who looks after it")] = None
    referrer_id: Annotated[Text | None, Field(description="the id of who referred it")] = None
    is_test: Annotated[Text | None, Field(description="the key that marks test customers")] = None


class StripeSettings(ApiSettings):
    """A Stripe account, read with a restricted key."""

    model_config = example(
        {
            "name": "billing",
            "kind": "stripe",
            "token": "${STRIPE_KEY}",
        }
    )

    kind: Literal["stripe"]
    token: Annotated[Secret, Field(description="a restricted key that may only read")]
    base_url: Annotated[Address, Field(description="where the API is")] = "https://api.stripe.com"
    version: Annotated[
        Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$")],
        Field(description="the version of the API that answers are asked for in"),
    ] = PINNED
    customers: Annotated[
        bool, Field(description="whether Stripe says who the customers are; no: the CRM does")
    ] = True
    metadata: Annotated[
        MetadataKeys, Field(description="keys of a customer's metadata that say what")
    ] = MetadataKeys()
    discounts: Annotated[
        Literal["in_force", "forever_only"],
        Field(description="which discounts lessen the MRR: those in force, or only lasting ones"),
    ] = "in_force"
    pauses: Annotated[
        Literal["paused", "active"],
        Field(description="what a subscription is whose collection is paused"),
    ] = "paused"
    calls_per_s: Annotated[
        int, Field(ge=1, description="how many requests a second the account may make")
    ] = 20
