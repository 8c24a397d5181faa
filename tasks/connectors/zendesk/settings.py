"""What does keepwell.yaml say about a Zendesk account? Where it is, who asks, who is whom."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from tasks.config.base import SourceSettings, Text
from tasks.config.wording import wrong

_SUBDOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_CUSTOMER = re.compile(r"external_id|id|field:[^\s:]+")
_KEYS = "Write external_id, id, or field: and the key of an organization field."


def _subdomain(name: str) -> str:
    name = name.removeprefix("https://").removesuffix("/").removesuffix(".zendesk.com")
    if not _SUBDOMAIN.fullmatch(name):
        raise wrong("it is not a subdomain.", "Write acme for https://acme.zendesk.com.")
    return name.lower()


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        fits = bool(host) and parts.port != 0 and parts.scheme in {"http", "https"}
    except ValueError:
        fits = False
    if not fits or parts.query or parts.username:
        raise wrong("this is not a web address.", "Write one such as https://acme.zendesk.com.")
    if parts.scheme == "http" and not _is_near(host):
        raise wrong("a token would go there unencrypted.", "Write https:// instead of http://.")
    return url.rstrip("/")


def _customer(rule: str) -> str:
    if not _CUSTOMER.fullmatch(rule):
        raise wrong("it does not say how an organization names its customer.", _KEYS)
    return rule


def _filled(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise wrong("it is empty.", "Put the secret here, such as ${ZENDESK_TOKEN}.")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_filled)]
Words = tuple[Text, ...]


class ZendeskSettings(SourceSettings):
    """A Zendesk account, read with an admin's API token or an OAuth client."""

    kind: Literal["zendesk"]
    subdomain: Annotated[
        Annotated[str, AfterValidator(_subdomain)] | None,
        Field(description="acme for https://acme.zendesk.com"),
    ] = None
    base_url: Annotated[
        Annotated[str, AfterValidator(_address)] | None,
        Field(description="the whole address, instead of the subdomain"),
    ] = None
    email: Annotated[Text | None, Field(description="the admin whose API token it is")] = None
    token: Annotated[Secret | None, Field(description="an API token of the account")] = None
    oauth_token: Annotated[Secret | None, Field(description="an OAuth access token")] = None
    client_id: Annotated[Text | None, Field(description="an OAuth client of the account")] = None
    client_secret: Annotated[Secret | None, Field(description="the OAuth client's secret")] = None
    customer: Annotated[
        Annotated[str, AfterValidator(_customer)] | None,
        Field(description="how an organization names its customer: external_id, id or field:KEY"),
    ] = None
    customers: Annotated[
        bool, Field(description="whether organizations are the customers, where there is no CRM")
    ] = False
    history_months: Annotated[
        int, Field(ge=1, le=240, description="how far the first sync reaches back")
    ] = 24
    event_days: Annotated[
        int, Field(ge=1, le=7300, description="how far back the first sync reads metric events")
    ] = 1
    exports_per_minute: Annotated[
        int, Field(ge=1, description="incremental exports the plan allows: 10, or 30")
    ] = 10
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
