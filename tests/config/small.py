"""Small real catalogues, and the design's sample configuration, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from tasks.catalog import Catalog, Entry
from tasks.config import Catalogues, ChannelSettings, Settings, SourceSettings, settings_of
from tasks.errors import ConfigurationInvalid
from tasks.model import Severity

T = TypeVar("T", bound=Entry)
HERE = Path("/srv/acme/keepwell.yaml")
ENVIRON = {"HUBSPOT_TOKEN": "hub", "SLACK_BOT_TOKEN": "xoxb", "SMTP_PASSWORD": "pass"}


@dataclass(frozen=True)
class Named:
    key: str


@dataclass(frozen=True)
class SmallKpi:
    key: str
    name: str = ""
    variants: Mapping[str, object] = field(default_factory=lambda: {"default": 1})
    unit: str = "count"
    parameters: tuple[object, ...] = ()
    is_named_by_data: bool = False

    def shown_variant(self, settings: Mapping[str, object]) -> str:
        del settings
        return next(iter(self.variants))

    def has_variant(self, name: str) -> bool:
        return name in self.variants


@dataclass(frozen=True)
class Kind:
    """A connector or a rule: a key and the model its keys are checked with."""

    key: str
    settings: type[BaseModel]


@dataclass(frozen=True)
class Way:
    """A channel: a key, the model its keys are checked with, and what it makes of a recipient."""

    key: str
    settings: type[BaseModel]
    mistake_in: Callable[[str], str] = lambda _recipient: ""
    spelled: Callable[[str], str] = lambda recipient: recipient


def no_address(recipient: str) -> str:
    """What a channel for mail says about a recipient; ``owner`` is a word of the routing."""
    is_address = recipient == "owner" or "@" in recipient
    return "" if is_address else f"'{recipient}' is no address. Write one, such as ana@example.com."


def https(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError("the address is not safe")
    return url


class Hubspot(SourceSettings):
    token: Annotated[SecretStr, Field(description="a private app's token")]
    base_url: Annotated[str, AfterValidator(https)] = "https://api.hubapi.com"
    since: date | None = None


class FileTable(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sql: str


class Files(SourceSettings):
    path: Annotated[str, Field(description="the folder of the files")]
    tables: dict[str, FileTable] = Field(default={})


class Slack(ChannelSettings):
    token: SecretStr
    base_url: str = "https://slack.com/api/"


class Email(ChannelSettings):
    host: Annotated[str, Field(description="the SMTP server")]
    sender: Annotated[str, Field(alias="from", description="the sender")]
    port: int = 587
    username: str | None = None
    password: SecretStr | None = None
    tls: Literal["auto", "starttls", "implicit", "none"] = "auto"


class File(ChannelSettings):
    path: str = "./outbox"


class Spike(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    enabled: bool = True
    sensitivity: Literal["low", "normal", "high"] = "normal"
    severity: Severity | None = None


class GoalMiss(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    enabled: bool = True
    severity: Severity | None = None


def catalog(kind: str, *entries: T) -> Catalog[T]:
    filled: Catalog[T] = Catalog(kind)
    for entry in entries:
        filled.add(entry)
    return filled


SMALL = Catalogues(
    kpis=catalog(
        "KPI",
        SmallKpi("logo_churn_rate"),
        SmallKpi("nrr", variants={"default": 1, "with_reactivation": 2}),
        SmallKpi("revenue_churn_rate", variants={"gross": 1, "net": 2}),
        SmallKpi("csat"),
        SmallKpi("handshakes"),
    ),
    rules=catalog("rule", Kind("spike", Spike), Kind("goal_miss", GoalMiss)),
    connectors=catalog("connector", Kind("hubspot", Hubspot), Kind("files", Files)),
    channels=catalog(
        "channel", Way("slack", Slack), Way("email", Email, no_address), Way("file", File)
    ),
    engines=catalog("engine", Named("duckdb"), Named("postgres"), Named("spark")),
)

LEAST = """\
company: {name: Acme, timezone: America/New_York, currency: USD}
store: "sqlite:///keepwell.db"
sources: [{name: exports, kind: files, path: ./exports}]
"""

WHOLE = """\
company: {name: Acme, timezone: America/New_York, currency: USD, week_start: monday,
  fiscal_year_start: 2, business: saas, locale: en_US}
store: "sqlite:///keepwell.db"                # postgresql+psycopg://... for a team
lake: ./lake
engine: {kind: duckdb}
sources:
  - {name: crm, kind: hubspot, token: "${HUBSPOT_TOKEN}"}
  - {name: exports, kind: files, path: ./exports, tables: {customers: {sql: customers.sql}}}
segments: [segment, plan, region, owner, tenure_band, plan/region]
kpis: {include: pack, settings: {gross_margin: 0.75, csat: {positive: [5]}},
  variants: {revenue_churn_rate: net}, definitions: default}
fx: {mode: locked}
business_hours: {days: mon-fri, from: "08:30", to: "17:00", holidays: US}
goals:
  - {kpi: logo_churn_rate, grain: month, at_most: 0.02, owner: ana@example.com}
  - {kpi: nrr, grain: quarter, ramp: {from: 1.00, to: 1.10, by: 2027-Q2}, by: {segment: ENT}}
rules: {defaults: {sensitivity: low},
  logo_churn_rate: [{rule: spike, sensitivity: high, severity: critical}]}
audiences:
  - {name: leadership, digest: week, at: "Mon 08:00",
     to: ["slack:#cs-weekly", "email:ceo@example.com"]}
  - {name: csms, digest: week, split_by: owner, to: ["slack:@owner", "email:owner"]}
alerts: {mode: live, to: ["slack:#cs-alerts"], quiet_hours: "19:00-08:00", holidays: US}
operators: {to: ["email:ops@example.com"], heartbeat_url: "${HEARTBEAT_URL:-}"}
channels:
  slack: {token: "${SLACK_BOT_TOKEN}", base_url: "https://slack.com/api/"}
  email: {host: smtp.example.com, port: 587, username: kpi, password: "${SMTP_PASSWORD}",
    tls: auto, from: "Keepwell <kpi@example.com>"}
"""


def settings_in(text: str, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings written in ``text``, checked against the small catalogues."""
    return settings_of(text, HERE, ENVIRON if environ is None else environ, SMALL)


def with_least(more: str) -> Settings:
    """Return the settings of the least configuration there is, and ``more``."""
    return settings_in(LEAST + more)


def mistakes_in(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Return what is said about ``text``, one line for each mistake."""
    try:
        settings_in(text, environ)
    except ConfigurationInvalid as invalid:
        return [str(mistake) for mistake in invalid.mistakes]
    return []
