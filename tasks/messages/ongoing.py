"""What goes on beside the figures: open alerts, what was advised and done, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.model import ALL, Grain

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from tasks.model import Cell, Severity


MUTED = "muted"  # the phase of an open alert that nobody wants to hear of until a day


@dataclass(frozen=True, slots=True)
class Mark:
    """Something people did, drawn in charts on the day it began: ``Price change``."""

    date: date
    label: str


@dataclass(frozen=True, slots=True)
class OpenEpisode:
    """An alert that is open while the digest is written, and what people have said to it.

    ``number`` is what the commands take (`keepwell alerts ack 12`). ``phase`` is ``open``,
    ``acknowledged``, ``muted`` (then it is heard again on the day ``until``) or ``recovering``;
    ``by`` is who answered, ``note`` what they wrote. ``is_new`` is true when no digest has told of
    it yet.
    ``sentence`` is what was said of it last.
    """

    number: int
    cell: Cell
    severity: Severity
    direction: str
    since: date
    is_new: bool = False
    phase: str = "open"
    by: str = ""
    note: str = ""
    until: date | None = None
    rule: str = "spike"
    sentence: str = ""

    @property
    def is_about_goal(self) -> bool:
        """Whether a goal was missed, or will be."""
        return self.rule in {"goal_miss", "goal_pacing"}


@dataclass(frozen=True, slots=True)
class Followed:
    """One customer the digest before advised to do something about, and what became of them.

    ``is_contacted`` is None where no source tells whom people speak with.
    """

    name: str
    is_contacted: bool | None
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Advised:
    """What the digest before said should be tried, and the customers it was about.

    ``said`` is the advice as it was given: ``Call the 6 customers with billing tickets.``
    """

    said: str
    customers: tuple[Followed, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectSeen:
    """What an action has changed so far, against the segments it did not touch.

    ``before`` and ``after`` are the KPI's values in its ``unit``, ``low`` and ``high`` the interval
    of the effect in the same unit; ``verdict`` says in words what that means: ``too early to
    tell``. ``periods`` of ``grain`` have passed since it began.
    """

    action: str
    kpi: str
    unit: str
    periods: int
    verdict: str
    grain: Grain = Grain.WEEK
    segment: str = ALL
    before: Decimal | None = None
    after: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """What people said of one rule's alerts: sent, found useful, and false; the rest unanswered."""

    rule: str
    sent: int
    useful: int = 0
    false: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """Alerts are on trial ``until`` a day, or for as long as the configuration says: None.

    Operators get what would have gone ``to`` others.
    """

    until: date | None
    to: tuple[str, ...] = ()
