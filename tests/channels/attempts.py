"""An attempt that remembers in a dictionary what the outbox remembers on disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tasks.errors import DeliveryAbandoned, DeliveryUncertain

if TYPE_CHECKING:
    from tasks.channels.base import Find, Post

BEGAN = datetime(2026, 11, 23, 12, 59, 30, tzinfo=UTC)


@dataclass(slots=True)
class Remembered:
    """Call ``once`` again on the same one: that is the next try after an end without an answer.

    ``unanswered`` counts the tries of a part that ended without an answer; put ``{"mail": 1}`` in
    to begin after a crash.
    """

    key: str = "0123456789abcdef0123456789abcdef"
    ids: dict[str, str] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)
    began: datetime = BEGAN

    def taken(self, part: str) -> str | None:
        return self.ids.get(part)

    def once(self, part: str, post: Post, find: Find | None = None) -> str:
        if part in self.ids:
            return self.ids[part]
        if self.unanswered.get(part) and find is not None and (found := find(self.began)):
            self.ids[part] = found
            return found
        if find is None and self.unanswered.get(part, 0) >= 2:
            raise DeliveryAbandoned(f"{part} was handed over twice without an answer.")
        return self._post(part, post)

    def _post(self, part: str, post: Post) -> str:
        before = self.unanswered.get(part, 0)
        self.unanswered[part] = before + 1
        try:
            self.ids[part] = post()
        except DeliveryUncertain:
            raise
        except Exception:
            self.unanswered[part] = before  # a clear no: it was not taken
            raise
        return self.ids[part]
