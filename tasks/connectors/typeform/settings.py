"""What does keepwell.yaml say about a Typeform account? Its token, and what each survey asks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.config.base import Part, Text
from tasks.connectors.fields import Address, ApiSettings, Secret, SurveySettings, Words, example

HOMES = {"us": "https://api.typeform.com", "eu": "https://api.eu.typeform.com"}


class HiddenFields(Part):
    """Which hidden fields of the forms say who answers; what is sent out has them in its links."""

    customer: Annotated[Text, Field(description="the one with the customer's id")] = "customer_id"
    contact: Annotated[Text, Field(description="the one with the contact's id")] = "contact_id"
    ticket: Annotated[Text, Field(description="the one with the ticket's id")] = "ticket_id"


class TypeformSettings(ApiSettings):
    """A Typeform account, read with a personal access token."""

    model_config = example(
        {
            "name": "surveys",
            "kind": "typeform",
            "token": "${TYPEFORM_TOKEN}",
        }
    )

    kind: Literal["typeform"]
    token: Annotated[Secret, Field(description="a personal access token")]
    region: Annotated[Literal["us", "eu"], Field(description="where the account's data are")] = "us"
    base_url: Annotated[
        Address | None, Field(description="the whole address, instead of the region")
    ] = None
    forms: Annotated[Words, Field(description="ids of the forms to read; all of them without")] = ()
    surveys: Annotated[
        dict[str, SurveySettings],
        Field(
            default_factory=dict,
            description="what a question asks, by its reference or id, or the form's id or title",
        ),
    ]
    hidden: Annotated[HiddenFields, Field(description="hidden fields that say who answers")] = (
        HiddenFields()
    )
    calls_per_s: Annotated[
        int, Field(ge=1, description="how many requests a second the account may make")
    ] = 2

    @property
    def home(self) -> str:
        """The address of the API, without a slash at its end."""
        return self.base_url or HOMES[self.region]
