"""What does keepwell.yaml say about a Zendesk account? Where it is, who asks, who is whom."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tasks.config.base import Text
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
    r"external_id|id|field:[^\s:]+",
    "an organization",
    "Write external_id, id, or field: and the key of an organization field.",
)


class ZendeskSettings(DeskSettings):
    """A Zendesk account, read with an admin's API token or an OAuth client."""

    model_config = example(
        {
            "name": "desk",
            "kind": "zendesk",
            "subdomain": "acme",
            "email": "ops@example.com",
            "token": "${ZENDESK_TOKEN}",
        }
    )

    kind: Literal["zendesk"]
    subdomain: Annotated[
        Annotated[str, account_at("zendesk.com", "subdomain")] | None,
        Field(description="acme for https://acme.zendesk.com"),
    ] = None
    base_url: Annotated[
        Address | None,
        Field(description="the whole address, instead of the subdomain"),
    ] = None
    email: Annotated[Text | None, Field(description="the admin whose API token it is")] = None
    token: Annotated[Secret | None, Field(description="an API token of the account")] = None
    oauth_token: Annotated[Secret | None, Field(description="an OAuth access token")] = None
    client_id: Annotated[Text | None, Field(description="an OAuth client of the account")] = None
    client_secret: Annotated[Secret | None, Field(description="the OAuth client's secret")] = None
    customer: Annotated[
        Annotated[str, CUSTOMER] | None,
        Field(description="how an organization names its customer: external_id, id or field:KEY"),
    ] = None
    customers: Annotated[
        bool, Field(description="whether organizations are the customers, where there is no CRM")
    ] = False
    event_days: Annotated[
        int, Field(ge=1, le=7300, description="how far back the first sync reads metric events")
    ] = 1
    exports_per_minute: Annotated[
        int, Field(ge=1, description="incremental exports the plan allows: 10, or 30")
    ] = 10
    requests_per_minute: Annotated[
        int, Field(ge=1, description="requests the plan allows, such as 200, 400 or 700")
    ] = 200

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.subdomain is None) == (self.base_url is None):
            raise wrong("it is not clear where the account is.", "Give 'subdomain' or 'base_url'.")
        return self

    @model_validator(mode="after")
    def _somebody_asks(self) -> Self:
        ways = (
            (self.email, self.token),
            (self.oauth_token,),
            (self.client_id, self.client_secret),
        )
        begun = [way for way in ways if any(way)]
        if len(begun) != 1 or not all(begun[0]):
            todo = "Give 'email' and 'token', or 'oauth_token', or 'client_id' and 'client_secret'."
            raise wrong("it is not clear who asks.", todo)
        return self

    @property
    def home(self) -> str:
        """The address of the account, without a slash at its end."""
        return self.base_url or f"https://{self.subdomain}.zendesk.com"

    @property
    def rule(self) -> str:
        """How an organization names its customer."""
        return self.customer or ("id" if self.customers else "external_id")
