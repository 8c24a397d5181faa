"""Whose numbers these are: the company, its hours, its engine, and how it values currencies."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator

from tasks.config.base import Part, Text
from tasks.config.names import Currency, EngineName, Locale, Zone
from tasks.config.notation import Clock, Holidays, Weekday, Weekdays
from tasks.config.wording import wrong

Business = Literal["saas", "ecommerce", "b2b", "services", "retail", "marketplace", "manufacturing"]
NEED_A_URL = ("postgres",)


class Company(Part):
    """The company: its name, where its days begin, and what it counts in."""

    name: Annotated[Text, Field(description="the company's name")]
    timezone: Annotated[
        Zone, Field(description="the IANA time zone of its days, such as America/New_York")
    ]
    currency: Annotated[
        Currency, Field(description="the currency everything is reported in, such as USD")
    ]
    week_start: Annotated[Weekday, Field(description="the weekday on which its weeks start")] = (
        Field(default="monday", validate_default=True)
    )
    fiscal_year_start: Annotated[
        int, Field(ge=1, le=12, description="the month, 1 to 12, in which its year starts")
    ] = 1
    business: Annotated[Business, Field(description="what picks its scorecard")] = "saas"
    locale: Annotated[Locale, Field(description="how numbers and dates are written")] = "en_US"


class Hours(Part):
    """When the company answers; business minutes are counted only then."""

    days: Annotated[Weekdays, Field(description="such as mon-fri")] = Field(
        default="mon-fri", validate_default=True
    )
    opens: Annotated[Clock, Field(alias="from", description="when it opens")] = Field(
        default="09:00", validate_default=True
    )
    closes: Annotated[Clock, Field(alias="to", description="when it closes, local time")] = Field(
        default="17:00", validate_default=True
    )
    holidays: Annotated[Holidays, Field(description="a country code, or a list of dates")] = ()

    @model_validator(mode="after")
    def _opens_at_all(self) -> Hours:
        if self.closes != time() and self.closes <= self.opens:
            raise wrong(
                f"it closes at {self.closes:%H:%M}, not after {self.opens:%H:%M}.",
                "Let it close later on the same day, or at 24:00.",
            )
        return self


class Fx(Part):
    """How balances in other currencies are valued."""

    mode: Annotated[
        Literal["locked", "spot"],
        Field(description="one rate a fiscal year (locked), or each day's (spot)"),
    ] = "locked"


class Engine(Part):
    """What computes the KPIs, and with how much of this machine."""

    kind: Annotated[EngineName, Field(description="duckdb, postgres or spark")] = "duckdb"
    url: Annotated[SecretStr | None, Field(description="the server to use")] = None
    memory_limit: Annotated[str | None, Field(description="such as 4GB")] = None
    threads: Annotated[int | None, Field(ge=1, description="how many threads to use")] = None
    temp_directory: Annotated[str | None, Field(description="where to spill to disk")] = None

    @model_validator(mode="after")
    def _has_its_server(self) -> Engine:
        if self.kind in NEED_A_URL and self.url is None:
            raise wrong(f"engine '{self.kind}' has no url.", "Add engine.url.")
        return self
