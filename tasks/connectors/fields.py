"""What do the settings of APIs have in common? Safe addresses, filled secrets, limits, scales."""

from __future__ import annotations

import re
from decimal import Decimal
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic.config import JsonDict

from tasks.config.base import Part, SourceSettings, Text
from tasks.config.wording import wrong

NPS_HIGH = 10
Words = tuple[Text, ...]
DealKind = Literal["new", "renewal", "upsell", "add_on", "amendment", "credit"]
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def _filled(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise wrong("it is empty.", "Put the secret here, such as ${TOKEN}.")
    return secret


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
        raise wrong("this is not a web address.", "Write one such as https://api.example.com.")
    if parts.scheme == "http" and not _is_near(host):
        raise wrong("a token would go there unencrypted.", "Write https:// instead of http://.")
    return url.rstrip("/")


Secret = Annotated[SecretStr, AfterValidator(_filled)]
Address = Annotated[str, AfterValidator(_address)]


def account_at(host: str, called: str) -> AfterValidator:
    """Return the check of an account's part of ``host``; it may be written as a whole address."""

    def label(name: str) -> str:
        name = name.removeprefix("https://").removesuffix("/").removesuffix(f".{host}")
        if not _LABEL.fullmatch(name):
            raise wrong(f"it is not a {called}.", f"Write acme for https://acme.{host}.")
        return name.lower()

    return AfterValidator(label)


def names_customer(pattern: str, whose: str, todo: str) -> AfterValidator:
    """Return the check of the rule by which a record of ``whose`` names its customer."""
    allowed = re.compile(pattern)

    def rule(written: str) -> str:
        if not allowed.fullmatch(written):
            raise wrong(f"it does not say how {whose} names its customer.", todo)
        return written

    return AfterValidator(rule)


def example(said: JsonDict) -> ConfigDict:
    """Return the least that such a source is told; ``init --connect`` and ``schema`` show it."""
    return ConfigDict(json_schema_extra={"examples": [said]})


class ApiSettings(SourceSettings):
    """What every source with an API may be told."""

    reconcile_days: Annotated[
        int, Field(ge=0, le=366, description="how often all ids are compared; 0 is never")
    ] = 7
    timeout_s: Annotated[
        float, Field(gt=0, le=600, description="how long an answer may take, in seconds")
    ] = 120
    leave_out: Annotated[
        Words, Field(description="fields that are dropped before anything is kept")
    ] = ()


class DeskSettings(ApiSettings):
    """What every helpdesk may be told."""

    history_months: Annotated[
        int, Field(ge=1, le=240, description="how far the first sync reaches back")
    ] = 24
    spam_tags: Annotated[Words, Field(description="tags that mean spam")] = ("spam",)
    escalated_tags: Annotated[Words, Field(description="tags that mean escalated")] = ()


class SurveySettings(Part):
    """What a survey asks, where the vendor has its scale."""

    kind: Annotated[Text, Field(description="nps, csat, ces, or a name of your own")]
    high_is: Annotated[
        Literal["good", "bad"], Field(description="whether a high score is good or bad")
    ] = "good"


class ScaledSurvey(SurveySettings):
    """What a survey asks and on which scale, where the vendor does not say it."""

    low: Annotated[Decimal, Field(description="the lowest score")]
    high: Annotated[Decimal, Field(description="the highest score")]

    @model_validator(mode="after")
    def _scale(self) -> Self:
        if self.low >= self.high:
            raise wrong("the highest score is not above the lowest.", "Swap low and high.")
        if self.kind.lower().startswith("nps") and (self.low != 0 or self.high != NPS_HIGH):
            raise wrong(
                "an NPS is asked from 0 to 10; another scale is another question.",
                "Give the kind another name, such as recommendation.",
            )
        return self


def named(given: str | None, guesses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the field that was named, or those that are worth a look."""
    return guesses if given is None else (given,)
