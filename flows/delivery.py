"""Who got a message, and who did not and why: one bad recipient stops nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.steps import Steps
from tasks.config import Settings
from tasks.errors import KeepwellError
from tasks.model import Message, Receipt


@dataclass(frozen=True, slots=True)
class Refused:
    """A recipient who did not get a message, and what the channel said."""

    recipient: str
    error: KeepwellError


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receipts, and the recipients without one."""

    receipts: tuple[Receipt, ...] = ()
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: Delivered) -> Delivered:
        """Return both together."""
        return Delivered(self.receipts + other.receipts, self.refused + other.refused)

    @property
    def exit_code(self) -> int:
        """0 when everybody has got everything, else 3."""
        return 3 if self.refused else 0


def deliver_to(
    steps: Steps, settings: Settings, message: Message, to: Iterable[str], *, now: datetime
) -> Delivered:
    """Deliver ``message`` to each recipient once; refusals are collected, never swallowed."""
    receipts, refused = list[Receipt](), list[Refused]()
    for recipient in dict.fromkeys(to):
        try:
            receipts.append(steps.deliver(settings, message, recipient, now))
        except KeepwellError as error:
            refused.append(Refused(recipient, error))
    return Delivered(tuple(receipts), tuple(refused))
