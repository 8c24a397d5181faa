"""What has a rule to know besides numbers: what happened at customers, and how the data came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tasks.model import Observation


class Kind(StrEnum):
    """What can happen at one customer that is worth telling by itself."""

    NOTICE = "notice"
    CONTRACTION = "contraction"
    UNDECIDED = "undecided"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, or is due, at one customer.

    ``on`` is the day it is dated by: of the notice, of the smaller invoice, the last day on which
    notice can be given. ``mrr`` is what the customer pays a month, ``share`` of what all pay, and
    ``lost`` how much of it goes. ``ends`` is the last day of what they have, where one is known,
    and ``renews`` whether it goes on by itself after that.
    """

    kind: Kind
    customer_id: str
    name: str
    on: date
    mrr: Decimal
    share: Decimal
    lost: Decimal = Decimal(0)
    ends: date | None = None
    renews: bool = False
    owner: str = ""
    note: str = ""

    @property
    def identity(self) -> str:
        """What makes it this happening and no other: told once, it is not told again."""
        return f"{self.customer_id} {self.kind} {self.on}"


@dataclass(frozen=True, slots=True)
class Revised:
    """A value that readers have been given, and the one that stands in its place now."""

    before: Observation
    after: Observation


@dataclass(frozen=True, slots=True)
class Supply:
    """Rows of one table that a KPI rests on: how many came, were refused, or came twice.

    ``why`` is the commonest reason in words; ``told_by`` the KPI that speaks about the table where
    several rest on it. ``silent_since`` is the last day on which something happened, of a source
    that is silent for longer than it ever is.
    """

    source: str
    table: str
    read: int = 0
    refused: int = 0
    doubles: int = 0
    why: str = ""
    told_by: str = ""
    silent_since: date | None = None
