"""What does keepwell.yaml say about an Intercom workspace? Its token, and who is whom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.connectors.fields import Address, DeskSettings, Secret, example, names_customer

HOMES = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
CUSTOMER = names_customer(
    r"company_id|id|attribute:.+",
    "a company",
    "Write company_id, id, or attribute: and the name of a company attribute.",
)


class IntercomSettings(DeskSettings):
    """An Intercom workspace, read with the access token of a private app."""

    model_config = example(
        {
            "name": "desk",
            "kind": "intercom",
            "token": "${INTERCOM_TOKEN}",
        }
    )

    kind: Literal["intercom"]
    token: Annotated[Secret, Field(description="the access token of a private app")]
    region: Annotated[
        Literal["us", "eu", "au"], Field(description="where the workspace's data are")
    ] = "us"
    base_url: Annotated[
        Address | None, Field(description="the whole address, instead of the region")
    ] = None
    customer: Annotated[
        Annotated[str, CUSTOMER],
        Field(description="how a company names its customer: company_id, id or attribute:NAME"),
    ] = "company_id"
    customers: Annotated[
        bool, Field(description="whether companies are the customers, where there is no CRM")
    ] = False
    parts: Annotated[
        bool, Field(description="whether each conversation's parts are read, one request for each")
    ] = True
    calls_per_10s: Annotated[
        int, Field(ge=1, description="requests the workspace allows in ten seconds")
    ] = 1000

    @property
    def home(self) -> str:
        """The address of the API, without a slash at its end."""
        return self.base_url or HOMES[self.region]
