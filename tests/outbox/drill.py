"""A channel whose destination does what a test orders, and remembers everything it took."""

from __future__ import annotations

from collections import Counter, defaultdict
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.channels.base import Channel
from tasks.config.base import ChannelSettings
from tasks.errors import DeliveryUncertain
from tasks.model import Receipt

if TYPE_CHECKING:
    from datetime import datetime

TAKEN_WITHOUT_A_WORD = DeliveryUncertain("no answer came.")
LOST_WITHOUT_A_WORD = DeliveryUncertain("no answer came, and it was not taken.")


class DrillSettings(ChannelSettings):
    """Nothing to set."""


@dataclass(slots=True)
class Destination:
    """Each order is one post: an error is raised, None takes it. Unordered posts are taken."""

    can_be_asked: bool = True
    parts: tuple[str, ...] = ("message",)
    orders: dict[str, list[Exception | None]] = field(default_factory=lambda: defaultdict(list))
    taken: list[tuple[str, str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def send(self, message, recipient, *, settings, attempt, now: datetime) -> Receipt:  # noqa: ARG002 - the signature is every channel's
        self.tried.append(recipient)
        ids = [self._part(part, recipient, attempt) for part in self.parts]
        return Receipt("drill", recipient, ids[0], now)

    def _part(self, part, recipient, attempt):
        name = f"{recipient} {part}"
        find = (
            (lambda _since: name if (name, attempt.key) in self.taken else None)
            if self.can_be_asked
            else None
        )
        return attempt.once(part, lambda: self._post(name, recipient, attempt.key), find)

    def _post(self, name, recipient, key):
        order = self.orders[recipient].pop(0) if self.orders[recipient] else None
        if order is None or order is TAKEN_WITHOUT_A_WORD:
            self.taken.append((name, key))
        if order is not None:
            raise copy(order)  # one order may be given in many tests
        return name

    def channel(self) -> Channel:
        return Channel("drill", DrillSettings, self.send, "any word")

    @property
    def counts(self) -> dict[str, int]:
        """How often each part arrived."""
        return dict(Counter(name for name, _ in self.taken))
