"""What does keepwell.yaml say about an Intercom workspace? Its token, and who is whom."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tasks.config.base import SourceSettings, Text
from tasks.config.wording import wrong
from tasks.connectors.fields import Address, Secret

Words = tuple[Text, ...]
HOMES = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
_CUSTOMER = re.compile(r"company_id|id|attribute:.+")


def _customer(rule: str) -> str:
    if not _CUSTOMER.fullmatch(rule):
        raise wrong(
            "it does not say how a company names its customer.",
            "Write company_id, id, or attribute: and the name of a company attribute.",
        )
    return rule


class IntercomSettings(SourceSettings):
    """An Intercom workspace, read with the access token of a private app."""

    kind: Literal["intercom"]
    token: Annotated[Secret, Field(description="the access token of a private app")]
    region: Annotated[
        Literal["us", "eu", "au"], Field(description="where the workspace's data are")
    ] = "us"
    base_url: Annotated[
        Address | None, Field(description="the whole address, instead of the region")
    ] = None
    customer: Annotated[
        Annotated[str, AfterValidator(_customer)],
        Field(description="how a company names its customer: company_id, id or attribute:NAME"),
    ] = "company_id"
    customers: Annotated[
        bool, Field(description="whether companies are the customers, where there is no CRM")
    ] = False
    history_months: Annotated[
        int, Field(ge=1, le=240, description="how far the first sync reaches back")
    ] = 24
    parts: Annotated[
        bool, Field(description="whether each conversation's parts are read, one request for each")
    ] = True
    calls_per_10s: Annotated[
        int, Field(ge=1, description="requests the workspace allows in ten seconds")
    ] = 1000
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

    @property
    def home(self) -> str:
        """The address of the API, without a slash at its end."""
        return self.base_url or HOMES[self.region]
