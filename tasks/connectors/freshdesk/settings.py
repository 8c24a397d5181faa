"""What does keepwell.yaml say about a Freshdesk account? Where it is, who asks, who is whom."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tasks.config.wording import wrong
from tasks.connectors.fields import (
    Address,
    DeskSettings,
    Secret,
    account_at,
    example,
    names_customer,
)

CUSTOMER = names_customer(
    r"id|name|field:[^\s:]+",
    "a company",
    "Write id, name, or field: and the name of a company field.",
)


class FreshdeskSettings(DeskSettings):
    """A Freshdesk account, read with the API key of an admin."""

    model_config = example(
        {
            "name": "desk",
            "kind": "freshdesk",
            "domain": "acme",
            "api_key": "${FRESHDESK_API_KEY}",
        }
    )

    kind: Literal["freshdesk"]
    domain: Annotated[
        Annotated[str, account_at("freshdesk.com", "domain")] | None,
        Field(description="acme for https://acme.freshdesk.com"),
    ] = None
    base_url: Annotated[
        Address | None, Field(description="the whole address of the API, instead of the domain")
    ] = None
    api_key: Annotated[Secret, Field(description="the API key in the profile of an admin")]
    customer: Annotated[
        Annotated[str, CUSTOMER],
        Field(description="how a company names its customer: id, name or field:NAME"),
    ] = "id"
    customers: Annotated[
        bool, Field(description="whether companies are the customers, where there is no CRM")
    ] = False
    requests_per_minute: Annotated[
        int, Field(ge=1, description="requests the plan allows, such as 200, 400 or 700")
    ] = 200

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.domain is None) == (self.base_url is None):
            raise wrong("it is not clear where the account is.", "Give 'domain' or 'base_url'.")
        return self

    @property
    def home(self) -> str:
        """The address of the API, without a slash at its end."""
        return self.base_url or f"https://{self.domain}.freshdesk.com/api/v2"
