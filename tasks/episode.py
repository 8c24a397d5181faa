"""What is an episode? One incident of one rule in one place, from its first sign to its close."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tasks.model import ALL, Severity

if TYPE_CHECKING:
    from datetime import date, datetime

    from tasks.model import Finding, Grain, Period

LOUD = frozenset({Severity.CRITICAL, Severity.WARNING})


class Phase(StrEnum):
    """Where an episode stands; ``acknowledged`` and ``muted`` are what people made of an open one.

    Nothing is stored as acknowledged or muted: ``Episode.phase_at`` says so for a moment.
    """

    PENDING = "pending"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MUTED = "muted"
    RECOVERING = "recovering"
    CLOSED = "closed"
    NO_DATA = "no_data"
    ERROR = "error"


class Verdict(StrEnum):
    """What one rule says of one period: loud, calm, something between, or nothing and why."""

    LOUD = "loud"
    BETWEEN = "between"
    CALM = "calm"
    NO_DATA = "no_data"
    ERROR = "error"
    GONE = "gone"


UNSAID = frozenset({Verdict.NO_DATA, Verdict.ERROR, Verdict.GONE})


class Event(StrEnum):
    """What happens to an episode: it opens once, escalates at most once, and ends once."""

    OPENED = "opened"
    ESCALATED = "escalated"
    CLOSED = "closed"
    NEW_NORMAL = "new_normal"
    CORRECTED = "corrected"


class Ending(StrEnum):
    """Why an episode ended; the last three are told as ``closed``, with their reason."""

    CALM = "calm"
    NEW_NORMAL = "new_normal"
    CORRECTED = "corrected"
    EXPLAINED = "explained"
    GONE = "gone"
    NO_DATA = "no_data"

    @property
    def event(self) -> Event:
        """What happens to the episode that ends so."""
        return {
            Ending.NEW_NORMAL: Event.NEW_NORMAL,
            Ending.CORRECTED: Event.CORRECTED,
        }.get(self, Event.CLOSED)


class Push(StrEnum):
    """What people can be told of an episode, each at most once; the kind of the message."""

    ALERT = "alert"
    ESCALATION = "escalation"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Key:
    """Who an episode is about: a rule, a place, a side. Days, weeks and months share it."""

    rule: str
    kpi: str
    variant: str = "default"
    segment_dimension: str = ALL
    segment: str = ALL
    direction: str = "up"

    @classmethod
    def of(cls, finding: Finding) -> Key:
        """Return the key of the episodes that ``finding`` belongs to."""
        cell = finding.cell
        place = (cell.kpi, cell.variant, cell.segment_dimension, cell.segment)
        return cls(finding.rule, *place, finding.direction)

    def __str__(self) -> str:
        """Return ``logo_churn_rate/plan=Pro/spike-up``: nothing else is called so."""
        kpi = self.kpi if self.variant == "default" else f"{self.kpi}[{self.variant}]"
        is_all = self.segment_dimension == ALL
        segment = ALL if is_all else f"{self.segment_dimension}={self.segment}"
        return f"{kpi}/{segment}/{self.rule}-{self.direction}"


@dataclass(frozen=True, slots=True)
class Sign:
    """What one rule says of one key in one period of one grain.

    ``finding`` is what it found, None where that is nothing; ``is_calm`` whether the period is
    back to normal, None where nobody can say. ``trouble`` is why nothing can be said (no data, an
    error, a segment or rule that is gone), ``reason`` the sentence about it. ``known`` is the
    period's value in words ("9 of 241"), for the correction of an alert that no longer holds.
    """

    grain: Grain
    period: Period
    finding: Finding | None = None
    is_calm: bool | None = None
    trouble: Verdict | None = None
    reason: str = ""
    known: str = ""

    @property
    def verdict(self) -> Verdict:
        """What it comes to; a finding that is only worth a line in a digest is not loud."""
        if self.finding is not None and self.finding.severity in LOUD:
            return Verdict.LOUD
        if self.trouble is not None:
            return self.trouble
        if self.is_calm is None and self.finding is None:
            return Verdict.NO_DATA
        return Verdict.CALM if self.is_calm else Verdict.BETWEEN


@dataclass(frozen=True, slots=True)
class Mark:
    """What an episode remembers of a sign: which days, the verdict, how loud."""

    grain: Grain
    first_day: date
    end_day: date
    verdict: Verdict
    severity: Severity | None = None
    chance: float | None = None

    @classmethod
    def of(cls, sign: Sign) -> Mark:
        """Return what is remembered of ``sign``."""
        days = (sign.period.first_day, sign.period.end_day)
        if sign.finding is None or sign.verdict is not Verdict.LOUD:
            return cls(sign.grain, *days, sign.verdict)
        return cls(sign.grain, *days, sign.verdict, sign.finding.severity, sign.finding.chance)

    def is_about(self, other: Mark) -> bool:
        """Return whether both are about the same days, looked at in the same way."""
        ours, theirs = (self.first_day, self.end_day), (other.first_day, other.end_day)
        return self.grain is other.grain and ours == theirs

    @property
    def is_loud(self) -> bool:
        """Whether the period was out of the ordinary."""
        return self.verdict is Verdict.LOUD

    @property
    def is_said(self) -> bool:
        """Whether anything could be said of the period at all."""
        return self.verdict not in UNSAID


@dataclass(frozen=True, slots=True)
class Episode:
    """One incident: when it opened, how bad it became, what people were told and made of it.

    ``opened`` is the period whose sign opened it, ``since`` the first one of it, ``newest`` the
    last that was judged, ``marks`` what the grains that see it have said. ``severity``, ``chance``
    and ``sentence`` are of its loudest sign, ``first`` is the mark that opened it. ``ended`` is
    the period whose sign ended it, for ``reason``. ``rebased_on`` is the day from which its level
    counts as normal. ``told`` is what people got, ``shown`` what operators got while alerts were
    on trial; an episode that ended while it was muted ``is_silent``. The store numbers it with
    ``id``, and ``version`` grows with every change.
    """

    key: Key
    number: int
    phase: Phase
    opened: Period
    since: Period
    newest: Period
    severity: Severity
    chance: float | None
    first: Mark
    marks: tuple[Mark, ...]
    sentence: str = ""
    is_escalated: bool = False
    ended: Period | None = None
    ending: Ending | None = None
    reason: str = ""
    rebased_on: date | None = None
    acknowledged_by: str = ""
    told: frozenset[Push] = frozenset()
    shown: frozenset[Push] = frozenset()
    is_silent: bool = False
    id: int | None = None
    version: int = 0
    opened_at: datetime | None = None
    ended_at: datetime | None = None

    def __str__(self) -> str:
        """Return ``logo_churn_rate/plan=Pro/spike-up#3``, which nothing else is called."""
        return f"{self.key}#{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it has opened and not ended."""
        return self.phase not in {Phase.PENDING, Phase.CLOSED}

    @property
    def is_burning(self) -> bool:
        """Whether the last thing known of it is trouble: not recovering, not without data."""
        return self.phase is Phase.OPEN

    @property
    def covers_until(self) -> date:
        """The first day that none of its signs was about."""
        return max((mark.end_day for mark in self.marks), default=self.opened.end_day)

    def phase_at(self, *, is_muted: bool) -> Phase:
        """Return where it stands for people: muted, else what is known, else acknowledged."""
        if self.is_open and is_muted:
            return Phase.MUTED
        is_seen = self.phase is Phase.OPEN and bool(self.acknowledged_by)
        return Phase.ACKNOWLEDGED if is_seen else self.phase


@dataclass(frozen=True, slots=True)
class Step:
    """What a sign made of an episode: what it was, what it is now, and what happened.

    ``reason`` says why nothing happened where something might have, or why the episode ended.
    """

    before: Episode | None
    episode: Episode | None
    sign: Sign
    event: Event | None = None
    reason: str = ""

    @property
    def is_news(self) -> bool:
        """Whether there is anything to store."""
        return self.episode is not self.before


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the law is, in periods of the grain that opened an episode.

    It opens at the ``opens_after``-th loud period in a row and ends after ``calm`` calm ones. A
    level that has stood for ``new_normal`` periods is the new normal. It escalates when a chance
    is ``escalation`` times smaller than the one it opened with. It ends when nothing could be said
    for ``no_data`` periods, or when what it is about has been ``gone`` for so many. A period that
    is over for more than ``fresh`` periods opens nothing.
    """

    opens_after: int = 1
    calm: int = 2
    new_normal: int = 13
    escalation: float = 100.0
    no_data: int = 13
    gone: int = 2
    fresh: int = 4
