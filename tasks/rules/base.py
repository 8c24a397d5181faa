"""What a rule is, what it is asked, and what an assessment says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tasks.catalog import RULES
from tasks.model import (
    Base,
    Cell,
    Direction,
    Family,
    Finding,
    Goal,
    GoalStatus,
    Observation,
    Period,
    Severity,
)
from tasks.rules.circumstances import Happening, Revised, Supply
from tasks.rules.history import History


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule has to know of a KPI to judge it and to put it into words.

    ``counted`` and ``of`` are the words for numerator and denominator: "5 of 61" is followed by
    ``counted`` ("customers left"). ``alarm`` is bad news about it in five words.
    """

    key: str
    name: str
    unit: str
    good: Direction
    family: Family
    counted: str = ""
    of: str = ""
    currency: str = ""
    base: Base = Base.RUNNING
    alarm: str = ""

    @property
    def bad(self) -> str | None:
        """``up`` or ``down``, whichever is bad for the business; None when neither is."""
        return {Direction.UP: "down", Direction.DOWN: "up"}.get(self.good)


@dataclass(frozen=True, slots=True)
class Usual:
    """What history leads us to expect of a period, and the range nine periods in ten stay in.

    All three are in the unit of the KPI's value; ``count`` is the expected numerator where the
    KPI counts things.
    """

    expected: Decimal
    low: Decimal
    high: Decimal
    count: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How far a value is from an earlier one, and whether luck alone could have moved it so far.

    ``delta`` is in the KPI's unit (a share of 1 for rates), ``percent`` is relative (0.006 is
    +0.6 %) and None where percent make no sense. ``better`` is None for no change and for KPIs
    with no good side. ``chance`` is None where the family has no test.
    """

    against: str
    delta: Decimal
    percent: Decimal | None
    better: bool | None
    chance: float | None
    is_beyond_noise: bool
    text: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many events were seen, and expected where that is known; of how many, where of any."""

    seen: Decimal
    expected: Decimal | None = None
    out_of: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One cell in one period beside its past.

    ``text`` is the change in a reader's words: ``+0.6 %``, ``-8 min``, ``usually 2`` or ``-``.
    ``too_few`` is the sentence for samples too small to show any likely change, else empty.
    ``together`` holds what was counted in the last periods, by how many of them are pooled.
    """

    cell: Cell
    current: Observation | None
    previous: Observation | None = None
    year_before: Observation | None = None
    change: Change | None = None
    year_change: Change | None = None
    usual: Usual | None = None
    text: str = "-"
    too_few: str = ""
    together: Mapping[int, Count] = field(default_factory=dict)

    @property
    def delta(self) -> Decimal | None:
        """The change since the previous period, in the KPI's unit."""
        return self.change.delta if self.change else None

    @property
    def better(self) -> bool | None:
        """Whether the change since the previous period is for the better."""
        return self.change.better if self.change else None


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """Where one cell stands against one goal, in the goal's own period.

    ``text`` is a full clause ("November so far: 14 of 606 customers lost; the goal (2 %) allows
    12: missed"), ``brief`` fits a table cell ("November <= 12: 14, missed").
    """

    goal: Goal
    cell: Cell
    period: str
    status: GoalStatus
    text: str
    brief: str
    observation: Observation | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that is to be said about one period: findings, goals and changes."""

    period: Period
    findings: tuple[Finding, ...] = ()
    standings: tuple[GoalStanding, ...] = ()
    comparisons: Mapping[Cell, Comparison] = field(default_factory=dict)


class SimpleSettings(BaseModel):
    """What can be set for every rule: whether it speaks, how loudly, and when its alerts end."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    enabled: bool = Field(default=True, description="false: this rule says nothing")
    severity: Severity | None = Field(
        default=None,
        description="tell what it finds this loudly (critical, warning, info), not as loudly as "
        "the evidence deserves",
    )

    recover: int = Field(
        default=2,
        ge=1,
        le=12,
        description="end an alert only after so many calm periods in a row: 1 is told soonest, and "
        "is most often followed by the next alert about the same",
    )

    @property
    def opens_after(self) -> int:
        """In how many periods in a row something has to be found to open an alert."""
        return 1


class RuleSettings(SimpleSettings):
    """What can be set for rules about values: from which n they speak, and after how long.

    ``lasting`` is written ``for``, which Python keeps for itself.
    """

    min_n: int = Field(
        default=0,
        ge=0,
        description="say nothing about a value that rests on fewer customers, tickets or answers",
    )
    lasting: int = Field(
        default=1,
        alias="for",
        ge=1,
        le=12,
        description="open an alert only when it was found in so many periods in a row",
    )

    @property
    def opens_after(self) -> int:
        """In how many periods in a row something has to be found to open an alert."""
        return self.lasting


class About(StrEnum):
    """What a rule is asked about: every cell, every goal, or something once in an assessment."""

    CELL = "cell"
    GOAL = "goal"
    CUSTOMERS = "customers"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule is asked to judge: one cell's whole history, and the goal for it if one is set.

    ``period`` is the one that is being told about; everything up to its end is known.
    ``goal_period`` is the goal's own, of the history's grain, and may still be running.
    ``siblings`` are the histories of all segments of the KPI, this one among them: what holidays
    and weekdays do to a KPI shows in all of them. ``recent`` is, of a goal whose period is still
    running, the last quarter of it in shorter periods.

    What no history tells: ``happenings`` at single customers, ``revised`` values of the cell that
    readers have seen before, ``supplies`` of rows the KPI rests on, and ``now``, where it matters
    how long ago the period closed.
    """

    subject: Subject
    history: History
    period: Period
    goal: Goal | None = None
    goal_period: Period | None = None
    siblings: tuple[History, ...] = ()
    recent: History | None = None
    happenings: tuple[Happening, ...] = ()
    revised: tuple[Revised, ...] = ()
    supplies: tuple[Supply, ...] = ()
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """In which places of a history's arrays a rule may find something loud; found all at once.

    It may hold too many places, never too few. ``calm`` tells, by direction, where it is calm; None
    where that is not known.
    """

    loud: frozenset[int]
    calm: Mapping[str, frozenset[int]] | None = None


Screening = Callable[[Sequence[History], Subject, Any], Sequence[Screen]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of finding something worth telling.

    ``judge`` is pure: a case and this rule's settings in, findings about the newest period out.
    A rule ``about`` goals is asked once for every goal, at the goal's grain; one about customers
    once for the whole company's MRR; one about the arrival of data for every KPI as a whole, also
    where the period has no value; all others for every cell that has a value in the period that is
    told about. ``is_calm`` tells whether the newest
    period is back to normal on the side (``up``, ``down``, ``data``) an alert is about, None where
    that can't be said; a rule without it is calm where it finds nothing. ``tells_end``: people are
    told when it is over; not of what happened once. ``screen`` takes the histories of all segments
    of a KPI and settings, and tells for each what a replay of the past has to look at.
    """

    key: str
    description: str
    settings: type[SimpleSettings]
    judge: Callable[[Case, Any], tuple[Finding, ...]]
    is_on: bool = True
    about: About = About.CELL
    is_calm: Callable[[Case, Any, str], bool | None] | None = None
    tells_end: bool = True
    screen: Screening | None = None

    @property
    def needs_goal(self) -> bool:
        """Whether it is asked about goals."""
        return self.about is About.GOAL


def rule(entry: Rule) -> Rule:
    """Register ``entry`` in the catalogue and return it."""
    RULES.add(entry)
    return entry
