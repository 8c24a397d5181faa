"""The values that travel between the steps: frozen, typed, and free of any library."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

ALL = "ALL"  # the dimension and the segment of an overall value


class Grain(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Status(StrEnum):
    """How sure a value is: may it still change, has it changed, did it come from elsewhere."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    RESTATED = "restated"
    IMPORTED = "imported"


class NullReason(StrEnum):
    """Why a value is missing; a missing value is never a zero."""

    ZERO_DENOMINATOR = "zero_denominator"
    NO_RESPONSES = "no_responses"
    NO_LOSSES = "no_losses"
    INSUFFICIENT_INPUTS = "insufficient_inputs"
    SUPPRESSED_SMALL_GROUP = "suppressed_small_group"
    MISSING_FX = "missing_fx"
    SOURCE_STALE = "source_stale"
    SOURCE_UNAVAILABLE = "source_unavailable"
    PERIOD_TOO_SHORT = "period_too_short"
    WITHHELD = "withheld"


# Why nothing could be said: the data are not there, or not yet.
UNSAID = frozenset(
    {NullReason.SOURCE_UNAVAILABLE, NullReason.SOURCE_STALE, NullReason.INSUFFICIENT_INPUTS}
)


class Family(StrEnum):
    """Which law of chance a KPI follows, and so which test an alert uses."""

    BINOMIAL = "binomial"
    MEAN_BOUNDED = "mean_bounded"
    COUNT = "count"
    COUNT_RATE = "count_rate"
    SUM_HEAVY = "sum_heavy"
    RATIO_OF_SUMS = "ratio_of_sums"
    QUANTILE = "quantile"
    SURVIVAL = "survival"
    COMPOSITE = "composite"


class Direction(StrEnum):
    """Which way is good for the business."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


class Base(StrEnum):
    """How a KPI's numbers behave while their period is still running.

    ``OPENING``: events add up against a denominator known from the start (customers lost).
    ``LEVEL``: a stock, or a share of a stock: it stands somewhere on any day (MRR, NRR).
    ``RISING``: it can only rise until the period closes (customers who used the product).
    ``RUNNING``: what is counted, and out of how much, both add up (tickets, answers).
    """

    OPENING = "opening"
    LEVEL = "level"
    RISING = "rising"
    RUNNING = "running"


class Severity(StrEnum):
    """How loudly a finding is told: critical and warning may be pushed, info is for the digest."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    GOOD = "good"


class GoalStatus(StrEnum):
    """Where a KPI stands against its goal."""

    MET = "met"
    MISSED = "missed"
    MISSED_WITHIN_NOISE = "missed within noise"
    ON_PACE = "on pace"
    OFF_PACE = "off pace"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open stretch of company time, ``[start_at, end_at)`` in UTC.

    ``key`` is how people write it (``2026-11``); ``first_day`` and ``end_day`` are local dates, the
    second is the first day after it.
    """

    grain: Grain
    first_day: date
    end_day: date
    key: str = field(compare=False)
    start_at: datetime = field(compare=False)
    end_at: datetime = field(compare=False)

    def __str__(self) -> str:
        """Return the key."""
        return self.key


@dataclass(frozen=True, slots=True)
class Cell:
    """What a history is a history of: one KPI variant, at one grain, for one segment."""

    kpi: str
    variant: str
    grain: Grain
    segment_dimension: str = ALL
    segment: str = ALL


@dataclass(frozen=True, slots=True)
class Observation:
    """One KPI of one period and segment, kept as its components.

    ``numerator`` and ``denominator`` are exact; the latter is None where the KPI is a plain sum,
    count or quantile. ``n`` is the sample size, ``sum_of_squares`` that of the unit values where
    it is a mean or a sum. ``as_of`` is what was known when, ``recorded_at`` when we computed it.
    """

    kpi: str
    variant: str
    grain: Grain
    period: str
    unit: str
    as_of: datetime
    segment_dimension: str = ALL
    segment: str = ALL
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int | None = None
    sum_of_squares: Decimal | None = None
    null_reason: NullReason | None = None
    status: Status = Status.FINAL
    definition_version: int = 1
    revision: int = 1
    recorded_at: datetime | None = None

    @property
    def value(self) -> Decimal | None:
        """The KPI: numerator over denominator, or the numerator alone; None with a reason."""
        if self.null_reason is not None or self.numerator is None:
            return None
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None

    @property
    def cell(self) -> Cell:
        """The history this observation belongs to."""
        return Cell(self.kpi, self.variant, self.grain, self.segment_dimension, self.segment)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a KPI should reach, at its own grain, for everybody or for one segment."""

    kpi: str
    grain: Grain
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    variant: str | None = None
    segment_dimension: str = ALL
    segment: str = ALL
    tolerance: Decimal = Decimal(0)
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say about one cell in one period, with the counts it rests on.

    ``sentence`` is the finding in the reader's words; ``expected``, ``low`` and ``high`` describe
    the usual range in the numerator's unit; ``chance`` is the probability of something at least
    as extreme by luck. ``direction`` is ``up``, ``down`` or ``data``; ``window`` periods together.
    """

    rule: str
    cell: Cell
    period: str
    severity: Severity
    direction: str
    sentence: str
    observed: Decimal | None = None
    denominator: Decimal | None = None
    expected: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    chance: float | None = None
    goal_status: GoalStatus | None = None
    window: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One customer behind a number: who, how much, and why if they said so."""

    customer_id: str
    name: str
    amount: Decimal | None = None
    currency: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """Findings about one KPI told together: the loudest speaks, the others stand below it.

    ``headline`` says it in five words, ``context`` what the rest of the company looks like.
    """

    kpi: str
    period: str
    severity: Severity
    lead: Finding
    others: tuple[Finding, ...] = ()
    members: tuple[Member, ...] = ()
    headline: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class DataNote:
    """Something a reader should know about the data, from whom, and how much of it."""

    kind: str
    source: str
    text: str
    count: int | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that belongs to a message; ``alt`` says in words what it shows."""

    name: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it will be read, in every format, before anybody is chosen to get it."""

    kind: str
    subject_key: str
    period: str
    subject: str
    preheader: str
    text: str
    html: str
    markdown: str
    slack_blocks: tuple[Mapping[str, object], ...]
    images: tuple[Image, ...] = ()
    slack_thread: tuple[tuple[Mapping[str, object], ...], ...] = ()  # the rest, as replies
    follows: Mapping[str, str] = field(default_factory=dict)  # recipient: the outbox key it answers


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel gave back when it took a message."""

    channel: str
    recipient: str
    id: str
    at: datetime
