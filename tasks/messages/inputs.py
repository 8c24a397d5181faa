"""What does a digest or an alert need to be told before it can be written?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from tasks.kpis.base import Kpi
    from tasks.model import Alert, Cell, DataNote, Member, Observation, Period
    from tasks.rules.base import Assessment


@dataclass(frozen=True, slots=True)
class Driver:
    """How much one segment adds to a KPI's change, in the unit of the KPI's numerator."""

    segment: str
    contribution: Decimal


@dataclass(frozen=True, slots=True)
class Restated:
    """A value a reader has already seen, and what it has become since."""

    before: Observation
    after: Observation


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far one source reaches: its newest data, and how many hours that is before the close."""

    source: str
    watermark: datetime | None
    hours_before_close: Decimal
    is_late: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose company this is, and how its people write money, numbers and days."""

    company: str
    currency: str
    locale: str = "en_US"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A value from elsewhere to see a KPI beside, at the digest's own grain; it judges nothing."""

    kpi: str
    variant: str
    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class DigestInputs:
    """Everything one digest says, before it is put into words.

    ``kpis`` are the scorecard, in the order in which they are shown; ``variants`` names the variant
    of a KPI where it is not the KPI's default. ``history`` holds each cell's observations, oldest
    first, up to and including ``period``. ``drivers`` is per KPI key, and so is
    ``beside``: sentences about what else moved where its alert is. ``checked`` is true when a
    second, independent calculation agreed, ``unchecked`` names the KPIs that it does not know.
    ``whose`` says which customers it is about, such as
    ``Ana Lopez's customers``, where it is not about all of the company's; ``audience`` tells such
    digests apart.
    """

    reader: Reader
    period: Period
    kpis: tuple[Kpi, ...]
    history: Mapping[Cell, tuple[Observation, ...]]
    assessment: Assessment
    alerts: tuple[Alert, ...] = ()
    drivers: Mapping[str, tuple[Driver, ...]] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    restated: tuple[Restated, ...] = ()
    notes: tuple[DataNote, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    at_risk: tuple[Member, ...] = ()
    variants: Mapping[str, str] = field(default_factory=dict)
    benchmarks: tuple[Benchmark, ...] = ()
    audience: str = "company"
    whose: str = ""
    checked: bool = False
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertInputs:
    """Everything one alert says, before it is put into words.

    ``history`` needs the alert's own cell, and shows the other segments when it has them too.
    """

    reader: Reader
    period: Period
    kpi: Kpi
    alert: Alert
    history: Mapping[Cell, tuple[Observation, ...]]
    assessment: Assessment
    drivers: tuple[Driver, ...] = ()
    beside: tuple[str, ...] = ()
    owner: str | None = None
