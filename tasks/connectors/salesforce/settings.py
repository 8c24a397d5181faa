"""What does the configuration say about a Salesforce org? Who asks, and what its fields mean."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from tasks.config.base import Part, Text
from tasks.config.wording import wrong
from tasks.connectors.fields import Address, ApiSettings, DealKind, ScaledSurvey, Secret, example

# A field of an object, or of one it looks up to (Product2.Name): it becomes part of a question.
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)*$")]
Names = tuple[FieldName, ...]

# What such a field is usually called, for those who do not say it.
SEGMENT = (
    "Segment__c",
    "Customer_Segment__c",
    "Account_Segment__c",
    "Tier__c",
    "CustomerPriority__c",
)
PLAN = ("Plan__c", "Subscription_Plan__c")
REGION = ("Region__c", "Sales_Region__c", "Territory__c")
MRR = ("MRR__c", "Monthly_Recurring_Revenue__c")
STARTS = ("Contract_Start_Date__c", "Subscription_Start_Date__c", "Start_Date__c")
ENDS = ("Contract_End_Date__c", "Subscription_End_Date__c", "End_Date__c")
TERM = ("Contract_Term_Months__c", "Term_Months__c", "Contract_Term__c")


class AccountFields(Part):
    """Which fields of an account say what."""

    segment: Annotated[FieldName | None, Field(description="the field with the segment")] = None
    plan: Annotated[FieldName | None, Field(description="the field with the plan")] = None
    region: Annotated[FieldName | None, Field(description="the field with the region")] = None
    is_test: Annotated[
        FieldName | None, Field(description="the field that marks test accounts")
    ] = None
    external_ids: Annotated[
        Names, Field(description="fields with the account's ids in other systems")
    ] = ()


class OpportunityFields(Part):
    """Which fields of an opportunity say what."""

    mrr: Annotated[FieldName | None, Field(description="the field with the MRR")] = None
    starts_on: Annotated[FieldName | None, Field(description="the field with the start")] = None
    ends_on: Annotated[FieldName | None, Field(description="the field with the last day")] = None
    term_months: Annotated[FieldName | None, Field(description="the field with the term")] = None
    parent: Annotated[
        FieldName | None,
        Field(description="the field with the id of the opportunity that is renewed"),
    ] = None
    cancel_reason: Annotated[
        FieldName | None, Field(description="the field with why it was lost")
    ] = None


class LineFields(Part):
    """Which fields of an opportunity product say what."""

    billed: Annotated[
        FieldName | None,
        Field(description="the field with how often it is billed, such as Monthly"),
    ] = None
    starts_on: Annotated[FieldName, Field(description="the field with the start")] = "ServiceDate"
    ends_on: Annotated[FieldName | None, Field(description="the field with the last day")] = None
    term_months: Annotated[FieldName | None, Field(description="the field with the term")] = None
    free_months: Annotated[
        FieldName | None, Field(description="the field with the free months")
    ] = None


class CaseFields(Part):
    """Which fields of a case say what."""

    tags: Annotated[FieldName, Field(description="the field with the tags")] = "Reason"
    is_spam: Annotated[FieldName | None, Field(description="the field that marks spam")] = None


class Fields(Part):
    """Which fields say what, where Salesforce's own are not the ones."""

    accounts: Annotated[AccountFields, Field(description="of accounts")] = AccountFields()
    opportunities: Annotated[OpportunityFields, Field(description="of opportunities")] = (
        OpportunityFields()
    )
    lines: Annotated[LineFields, Field(description="of opportunity products")] = LineFields()
    cases: Annotated[CaseFields, Field(description="of cases")] = CaseFields()


class SurveySettings(ScaledSurvey):
    """An object of your own with the answers to one survey, and on which scale it asks."""

    object: Annotated[FieldName, Field(description="the object, such as Survey_Answer__c")]
    score: Annotated[FieldName, Field(description="the field with the score")]
    at: Annotated[FieldName, Field(description="the field with when it was answered")] = (
        "CreatedDate"
    )
    account: Annotated[FieldName | None, Field(description="the field with the account")] = None
    contact: Annotated[FieldName | None, Field(description="the field with the contact")] = None
    case: Annotated[FieldName | None, Field(description="the field with the case")] = None
    comment: Annotated[FieldName | None, Field(description="the field with the comment")] = None


class SalesforceSettings(ApiSettings):
    """A Salesforce org, asked as an External Client App: with its secret, or a signed assertion."""

    model_config = example(
        {
            "name": "crm",
            "kind": "salesforce",
            "base_url": "https://acme.my.salesforce.com",
            "client_id": "${SALESFORCE_CLIENT_ID}",
            "client_secret": "${SALESFORCE_CLIENT_SECRET}",
        }
    )

    kind: Literal["salesforce"]
    base_url: Annotated[
        Address, Field(description="its My Domain, such as https://acme.my.salesforce.com")
    ]
    client_id: Annotated[Text, Field(description="the consumer key of the External Client App")]
    client_secret: Annotated[
        Secret | None, Field(description="its consumer secret, for client credentials")
    ] = None
    username: Annotated[
        Text | None, Field(description="the integration user, for a signed assertion (JWT bearer)")
    ] = None
    private_key: Annotated[
        Secret | None, Field(description="the RSA key of the app's certificate, as PEM text")
    ] = None
    audience: Annotated[
        Address, Field(description="who the assertion is for; of a sandbox test.salesforce.com")
    ] = "https://login.salesforce.com"
    version: Annotated[
        Annotated[str, StringConstraints(pattern=r"^\d{2,3}\.0$")],
        Field(description="the version of the API"),
    ] = "63.0"
    history_months: Annotated[
        int, Field(ge=1, le=120, description="how far back cases, answers and touches are read")
    ] = 24
    cases: Annotated[bool, Field(description="whether its cases are your tickets")] = True
    bulk_rows: Annotated[
        int, Field(ge=1, description="from how many rows on the Bulk API is used")
    ] = 10_000
    calls_per_s: Annotated[
        int, Field(ge=1, description="how many requests a second may be made")
    ] = 10
    refresh_days: Annotated[
        int,
        Field(ge=1, le=366, description="how often objects with formula fields are read anew"),
    ] = 7
    leave_out: Annotated[
        tuple[str, ...],
        Field(description="fields that are never asked for, such as Email or Description"),
    ] = ()
    currency: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None,
        Field(description="the currency of an org that has just one; the company's otherwise"),
    ] = None
    fields: Annotated[Fields, Field(description="which field says what")] = Fields()
    opportunity_types: Annotated[
        dict[str, DealKind],
        Field(default_factory=dict, description="what a Type is: new, renewal, upsell, ..."),
    ]
    ignore_types: Annotated[
        tuple[Text, ...], Field(description="Types that sell no subscriptions")
    ] = ()
    line_price: Annotated[
        Literal["term", "month", "year"],
        Field(description="what the price of an opportunity product is for"),
    ] = "term"
    term_months: Annotated[
        int | None, Field(ge=1, description="the term of opportunities that name none")
    ] = None
    surveys: Annotated[
        tuple[SurveySettings, ...], Field(description="objects with answers to surveys")
    ] = ()

    @model_validator(mode="after")
    def _credential(self) -> Self:
        signed = (self.username is not None, self.private_key is not None)
        if any(signed) and not all(signed):
            raise wrong(
                "a signed assertion needs both a username and a private_key.",
                "Name both, or give a client_secret instead.",
            )
        if all(signed) is (self.client_secret is not None):
            raise wrong(
                "it is not clear how to log in.",
                "Give a client_secret, or a username and a private_key; passwords are no longer "
                "taken by Salesforce.",
            )
        return self
