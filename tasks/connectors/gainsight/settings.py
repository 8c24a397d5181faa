"""What does keepwell.yaml say about a Gainsight tenant? Where it is, and what its objects hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from tasks.config.base import Part, Text
from tasks.config.wording import wrong
from tasks.connectors.fields import NPS_HIGH, Address, ApiSettings, ScaledSurvey, Secret, example

PLACE = "{object}"


def _path(path: str) -> str:
    if not path.startswith("/") or path.count(PLACE) != 1:
        raise wrong("it does not say where the object goes.", "Write {object} in it, once.")
    return path


class CompanyFields(Part):
    """Which fields of a company say what; a field that is not named is not asked for."""

    segment: Annotated[Text | None, Field(description="the one with the segment")] = None
    industry: Annotated[Text | None, Field(description="the one with the industry")] = None
    country: Annotated[Text | None, Field(description="the one with the country")] = None
    plan: Annotated[Text | None, Field(description="the one with the plan")] = None
    region: Annotated[Text | None, Field(description="the one with the region")] = None
    owner: Annotated[Text | None, Field(description="the one with the owner's id")] = None
    parent: Annotated[Text | None, Field(description="the one with the parent's Gsid")] = None


class ObjectSettings(Part):
    """An object of the tenant, and which of its fields says whose a row is."""

    object: Annotated[Text, Field(description="the object's name, as Data Management has it")]
    company: Annotated[Text, Field(description="the field with the company's Gsid")] = "CompanyId"


class SurveySettings(ScaledSurvey, ObjectSettings):
    """An object that holds answers to a survey, one a row."""

    kind: Annotated[Text, Field(description="nps, csat, ces, or a name of your own")] = "nps"
    score: Annotated[Text, Field(description="the field with the score")]
    at: Annotated[Text, Field(description="the field with when it was answered")]
    contact: Annotated[Text | None, Field(description="the field with who answered")] = None
    comment: Annotated[Text | None, Field(description="the field with the remark")] = None
    low: Annotated[Decimal, Field(description="the lowest score")] = Decimal(0)
    high: Annotated[Decimal, Field(description="the highest score")] = Decimal(NPS_HIGH)


class UsageSettings(ObjectSettings):
    """An object that holds what customers do with the product, one use a row."""

    at: Annotated[Text, Field(description="the field with when it was used")]
    feature: Annotated[Text | None, Field(description="the field with what was used")] = None
    user: Annotated[Text | None, Field(description="the field with who used it")] = None
    duration_s: Annotated[Text | None, Field(description="the field with the seconds")] = None


class GainsightSettings(ApiSettings):
    """A Gainsight tenant, read with an access key."""

    model_config = example(
        {
            "name": "success",
            "kind": "gainsight",
            "base_url": "https://acme.gainsightcloud.com",
            "access_key": "${GAINSIGHT_KEY}",
        }
    )

    kind: Literal["gainsight"]
    base_url: Annotated[Address, Field(description="such as https://acme.gainsightcloud.com")]
    access_key: Annotated[Secret, Field(description="an access key of the tenant")]
    read_path: Annotated[
        Annotated[str, AfterValidator(_path)], Field(description="where objects are read")
    ] = "/v1/data/objects/query/{object}"
    customer: Annotated[
        Text, Field(description="the field of a company that names its customer")
    ] = "Gsid"
    customers: Annotated[
        bool, Field(description="whether companies are the customers, where there is no CRM")
    ] = False
    fields: Annotated[CompanyFields, Field(description="what the fields of a company say")] = (
        CompanyFields()
    )
    surveys: Annotated[
        tuple[SurveySettings, ...], Field(description="objects with answers to surveys")
    ] = ()
    usage: Annotated[tuple[UsageSettings, ...], Field(description="objects with usage")] = ()
    calls_per_minute: Annotated[
        int, Field(ge=1, description="how many requests a minute the tenant may make")
    ] = 100
    page_size: Annotated[int, Field(ge=1, le=5000, description="how many rows are asked for")] = (
        1000
    )

    @model_validator(mode="after")
    def _objects(self) -> GainsightSettings:
        names = [one.object for one in (*self.surveys, *self.usage)]
        if len(names) != len(set(names)):
            raise wrong("an object is named twice.", "Give each object once.")
        return self
