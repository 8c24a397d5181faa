"""What does a message show? Frozen values in reading order; every number already has its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI in a table.

    ``tone`` is ``better``, ``worse`` or ``level`` and ``goal_tone`` is ``met``, ``missed`` or
    ``level``: a template may colour by them, the words say the same. ``note`` replaces nothing:
    it stands beside the value, or says why there is none.
    """

    key: str
    label: str
    value: str
    sample: str = ""
    change: str = ""
    tone: str = "level"
    usual: str = ""
    goal: str = ""
    goal_tone: str = "level"
    benchmark: str = ""
    spark: str = ""
    note: str = ""

    @property
    def _beside(self) -> tuple[str, ...]:
        return (self.usual, self.goal, self.benchmark, self.note)

    @property
    def details(self) -> tuple[str, ...]:
        """What stands below the value where there is no room for columns."""
        return tuple(part for part in self._beside if part)


@dataclass(frozen=True, slots=True)
class Section:
    """A group of rows under one title."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer by name; ``detail`` is the amount and the reason, ``$640 (price)``."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved one KPI: its parts, the customers behind it, what else moved, what to try.

    ``tries`` begins with what is most urgent; further ones stand below it.
    """

    title: str
    parts: str = ""
    customers: tuple[Customer, ...] = ()
    more: str = ""
    beside: tuple[str, ...] = ()
    tries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """One open alert on a line: its sign, what it is about, and the sentence with the counts.

    ``state`` is since when it is open and who has said what to it.
    """

    sign: str
    title: str
    sentence: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One button below an alert in Slack: what it says, and what we are told when it is pressed."""

    text: str
    action_id: str
    value: str


@dataclass(frozen=True, slots=True)
class Command:
    """What to type to answer a message: ``Acknowledge``, `keepwell alerts ack 12`."""

    text: str
    typed: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One history as a picture: what to draw, already scaled and worded.

    ``values`` are oldest first, the last is the period of the message; None is a gap. ``usual``
    is the expected range in the same unit. ``ticks`` and the labels arrive written. ``imported``
    says of each value whether somebody else measured it; empty where nobody did. ``ranges`` is what
    was expected of each period, where that is known; it is drawn in place of ``usual``. ``marks``
    are what people did: where on the axis, and its label.
    """

    name: str
    title: str
    alt: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    last: str
    ticks: tuple[tuple[float, str], ...]
    bars: bool = False
    tone: str = "level"
    usual: tuple[float, float] | None = None
    goal: float | None = None
    legend: str = ""
    imported: tuple[bool, ...] = ()
    ranges: tuple[tuple[float, float] | None, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DigestView:
    """One digest, in the order in which it is read."""

    kind: ClassVar[str] = "digest"
    template: ClassVar[str] = "digest"

    subject_key: str
    company: str
    period: str
    title: str
    dates: str
    this_period: str
    compared: str
    history: str
    subject: str
    preheader: str
    lead: tuple[str, ...]
    advice: tuple[str, ...]
    withheld: tuple[str, ...]
    sections: tuple[Section, ...]
    movements: tuple[Movement, ...]
    alerts: tuple[OpenAlert, ...]
    alerts_counted: str
    effects: tuple[str, ...]
    audit: tuple[str, ...]
    at_risk: tuple[Customer, ...]
    good_news: tuple[str, ...]
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert, in the order in which it is read; ``kind`` is ``escalation`` when it got worse."""

    template: ClassVar[str] = "alert"

    kind: str
    subject_key: str
    company: str
    period: str
    title: str
    dates: str
    sign: str
    subject: str
    preheader: str
    trial: tuple[Command, ...]
    lead: str
    context: tuple[str, ...]
    others: tuple[str, ...]
    movement: Movement
    more: str
    buttons: tuple[Button, ...]
    commands: tuple[Command, ...]
    footer: tuple[str, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """The end of one alert, in the order in which it is read."""

    kind: ClassVar[str] = "recovery"
    template: ClassVar[str] = "recovery"

    subject_key: str
    company: str
    period: str
    title: str
    dates: str
    sign: str
    subject: str
    preheader: str
    trial: tuple[Command, ...]
    lead: str
    context: tuple[str, ...]
    footer: tuple[str, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing for operators; ``address`` and ``commands`` are shown to the letter."""

    title: str
    what: str
    where: str = ""
    address: str = ""
    todo: str = ""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpsView:
    """One message to operators, in the order in which it is read."""

    kind: ClassVar[str] = "ops"
    template: ClassVar[str] = "ops"

    subject_key: str
    company: str
    period: str
    about: str
    sign: str
    title: str
    subject: str
    preheader: str
    things: tuple[Thing, ...]
    more: str
    see_all: str
    footer: tuple[str, ...]
    charts: tuple[Chart, ...] = ()
