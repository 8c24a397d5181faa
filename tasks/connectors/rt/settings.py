"""What does keepwell.yaml say about a Request Tracker? Where it is, who asks, who is whom."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tasks.config.base import Text
from tasks.config.wording import wrong
from tasks.connectors.fields import Address, DeskSettings, Secret, Words, example, names_customer

API = "/REST/2.0"
FIELD = "field:"
CUSTOMER = names_customer(
    r"organization|field:\S.*",
    "a ticket",
    "Write organization, or field: and the name of a custom field of tickets.",
)


class RtSettings(DeskSettings):
    """A Request Tracker 5, read with the token of a privileged user."""

    model_config = example(
        {
            "name": "desk",
            "kind": "rt",
            "base_url": "https://rt.example.com",
            "token": "${RT_TOKEN}",
        }
    )

    kind: Literal["rt"]
    base_url: Annotated[Address, Field(description="such as https://rt.example.com")]
    token: Annotated[Secret, Field(description="an authentication token of a privileged user")]
    queues: Annotated[
        Words, Field(description="the queues that are read; all that the user sees without it")
    ] = ()
    customer: Annotated[
        Annotated[str, CUSTOMER],
        Field(description="whose a ticket is: its requestor's organization, or field:NAME"),
    ] = "organization"
    requests_per_second: Annotated[
        int, Field(ge=1, description="how many requests the server may be asked")
    ] = 10
    solved_statuses: Annotated[
        Words, Field(min_length=1, description="statuses in which nobody has to do anything more")
    ] = ("resolved", "rejected")
    spam_statuses: Annotated[Words, Field(description="statuses that mean spam")] = ()
    tag_fields: Annotated[
        Words, Field(description="custom fields whose values are the tags of a ticket")
    ] = ()
    satisfaction_field: Annotated[
        Text | None,
        Field(description="the custom field with the customer's score, if there is one"),
    ] = None
    satisfaction_scale: Annotated[
        tuple[int, int], Field(description="its lowest and its highest score")
    ] = (1, 5)

    @model_validator(mode="after")
    def _goes_up(self) -> Self:
        lowest, highest = self.satisfaction_scale
        if lowest >= highest:
            raise wrong(
                "the scale of the scores does not go up.", "Write the lowest first, such as [1, 5]."
            )
        return self

    @property
    def home(self) -> str:
        """The address of the API, without a slash at its end."""
        return f"{self.base_url.removesuffix(API)}{API}"

    @property
    def fields(self) -> frozenset[str]:
        """The custom fields that are kept; no other is."""
        customer = {self.customer.removeprefix(FIELD)} if self.customer.startswith(FIELD) else set()
        return frozenset({*self.tag_fields, *customer, self.satisfaction_field or ""} - {""})
