"""What does a digest or an alert need to be told before it can be written?"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tasks.episode import Ending
    from tasks.kpis.base import Kpi
    from tasks.messages.ongoing import Advised, Audited, EffectSeen, Mark, OpenEpisode, Trial
    from tasks.model import Alert, Cell, DataNote, Finding, Member, Observation, Period
    from tasks.rules.base import Assessment, Usual


@dataclass(frozen=True, slots=True)
class Driver:
    """How much one segment adds to a KPI's change, in the split's unit; ``mix`` is part of it."""

    segment: str
    contribution: Decimal
    mix: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Split:
    """A KPI's change taken apart by the segments of one ``dimension``, the largest part first.

    The parts add up to the change. ``unit`` is theirs: ``count``, ``money``, or the KPI's own
    (``ratio``: points). Where nothing ``stands_out``, every segment moved about alike.
    """

    drivers: tuple[Driver, ...] = ()
    dimension: str = ""
    unit: str = "count"
    stands_out: bool = True


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
    ``spoken_for`` are the KPIs that follow from those of its alerts; ``advised`` is, by the KPI of
    an alert, whom to call. ``whose`` says which customers it is about, such as
    ``Ana Lopez's customers``, where it is not about all of the company's; ``audience`` tells such
    digests apart. ``open_alerts``, ``advice``, ``effects`` and ``audit`` are told where there are
    any; ``marks`` are drawn in the charts, and so is what was ``expected`` of a cell's periods.
    """

    reader: Reader
    period: Period
    kpis: tuple[Kpi, ...]
    history: Mapping[Cell, tuple[Observation, ...]]
    assessment: Assessment
    alerts: tuple[Alert, ...] = ()
    drivers: Mapping[str, Split] = field(default_factory=dict)
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
    open_alerts: tuple[OpenEpisode, ...] = ()
    advice: tuple[Advised, ...] = ()
    effects: tuple[EffectSeen, ...] = ()
    marks: tuple[Mark, ...] = ()
    audit: tuple[Audited, ...] = ()
    expected: Mapping[Cell, Mapping[str, Usual]] = field(default_factory=dict)
    spoken_for: frozenset[str] = frozenset()
    advised: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertInputs:
    """Everything one alert says, before it is put into words.

    ``history`` needs the alert's own cell, and shows the other segments when it has them too.
    ``number`` is the episode's for people (`keepwell alerts ack 12`), ``episode`` its key for the
    ``buttons``, which are shown only while somebody listens. An escalation has what the episode
    said before (``worse_than``) and since which period it is open. ``more`` alerts were held back.
    ``expected`` is, by period, the range that was to be expected; the chart shows it. ``days`` says
    what it is about where that is no period people have a name for: ``7 days to 23 November``.
    ``advised`` is whom to call, and ``advice`` what became of what was advised about it before.
    """

    reader: Reader
    period: Period
    kpi: Kpi
    alert: Alert
    history: Mapping[Cell, tuple[Observation, ...]]
    assessment: Assessment
    drivers: Split = field(default_factory=Split)
    beside: tuple[str, ...] = ()
    owner: str | None = None
    number: int = 0
    episode: str = ""
    buttons: bool = False
    worse_than: Finding | None = None
    since: Period | None = None
    more: int = 0
    trial: Trial | None = None
    marks: tuple[Mark, ...] = ()
    expected: Mapping[str, Usual] = field(default_factory=dict)
    days: str = ""
    advised: tuple[str, ...] = ()
    advice: tuple[Advised, ...] = ()


@dataclass(frozen=True, slots=True)
class RecoveryInputs:
    """Everything the end of an alert says, before it is put into words.

    ``finding`` is the one the episode opened with; ``since`` its period, ``period`` the one it
    ended in, ``lasted`` how many periods that makes. ``history`` needs the finding's cell;
    ``calm`` of its newest periods were calm. ``members`` are the customers behind it all along.
    """

    reader: Reader
    period: Period
    kpi: Kpi
    finding: Finding
    ending: Ending
    since: Period
    lasted: int
    history: Mapping[Cell, tuple[Observation, ...]]
    calm: int = 2
    members: tuple[Member, ...] = ()
    number: int = 0
    trial: Trial | None = None
    marks: tuple[Mark, ...] = ()
    expected: Mapping[str, Usual] = field(default_factory=dict)
