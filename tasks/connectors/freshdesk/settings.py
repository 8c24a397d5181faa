"""What does keepwell.yaml say about a Freshdesk account? Where it is, who asks, who is whom."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tasks.config.base import SourceSettings, Text
from tasks.config.wording import wrong
from tasks.connectors.fields import Address, Secret

Words = tuple[Text, ...]
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_CUSTOMER = re.compile(r"id|name|field:[^\s:]+")


def _domain(name: str) -> str:
    name = name.removeprefix("https://").removesuffix("/").removesuffix(".freshdesk.com")
    if not _DOMAIN.fullmatch(name):
        raise wrong("it is not a domain.", "Write acme for https://acme.freshdesk.com.")
    return name.lower()


def _customer(rule: str) -> str:
    if not _CUSTOMER.fullmatch(rule):
        raise wrong(
            "it does not say how a company names its customer.",
            "Write id, name, or field: and the name of a company field.",
        )
    return rule


class FreshdeskSettings(SourceSettings):
    """A Freshdesk account, read with the API key of an admin."""

    kind: Literal["freshdesk"]
    domain: Annotated[
        Annotated[str, AfterValidator(_domain)] | None,
        Field(description="acme for https://acme.freshdesk.com"),
    ] = None
    base_url: Annotated[
        Address | None, Field(description="the whole address of the API, instead of the domain")
    ] = None
    api_key: Annotated[Secret, Field(description="the API key in the profile of an admin")]
    customer: Annotated[
        Annotated[str, AfterValidator(_customer)],
        Field(description="how a company names its customer: id, name or field:NAME"),
    ] = "id"
    customers: Annotated[
        bool, Field(description="whether companies are the customers, where there is no CRM")
    ] = False
    history_months: Annotated[
        int, Field(ge=1, le=240, description="how far the first sync reaches back")
    ] = 24
    requests_per_minute: Annotated[
        int, Field(ge=1, description="requests the plan allows, such as 200, 400 or 700")
    ] = 200
    reconcile_days: Annotated[
        int, Field(ge=0, le=366, description="how often all ids are compared; 0 is never")
    ] = 7
    timeout_s: Annotated[
        float, Field(gt=0, le=600, description="how long an answer may take, in seconds")
    ] = 120
    spam_tags: Annotated[Words, Field(description="tags that mean spam")] = ("spam",)
    escalated_tags: Annotated[Words, Field(description="tags that mean escalated")] = ()
    leave_out: Annotated[
        Words, Field(description="fields that are dropped before anything is kept")
    ] = ()

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.domain is None) == (self.base_url is None):
            raise wrong("it is not clear where the account is.", "Give 'domain' or 'base_url'.")
        return self

    @property
    def home(self) -> str:
        """The address of the API, without a slash at its end."""
        return self.base_url or f"https://{self.domain}.freshdesk.com/api/v2"
