"""What a pretended vendor did to its client: requests, refusals, breakdowns, and how long they cost.

class CountedShop(Counted, Shop): ...
shop.deeds  # {"requests": 12, "throttled": 1, ..., "waited_s": 0.4}
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from tests.doubles.faults import Reply
from tests.doubles.web import Asked

WORDS = {429: "throttled", 401: "expired"}
SERVER = 500


class Counted:
    """Goes before the vendor among the bases."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.changed = 0  # rows, while they were read
        self._said: Counter[str] = Counter()
        self._refused_since: dict[str, float] = {}
        self._waits: list[tuple[float, float]] = []

    def _reply(self, asked: Asked) -> Reply:
        reply = super()._reply(asked)
        with self.lock:
            self._said[_word(reply)] += 1
            self._time(asked.route, reply.status)
        return reply

    def _time(self, route: str, status: int) -> None:
        """A wait begins with a refusal, and ends when the same question is answered."""
        now = time.monotonic()
        if status == 429:
            self._refused_since.setdefault(route, now)
        elif route in self._refused_since:
            self._waits.append((self._refused_since.pop(route), now))

    @property
    def deeds(self) -> dict[str, float]:
        """What was done so far, each kind counted; a moment is waited through only once."""
        with self.lock:
            waited, until = 0.0, float("-inf")
            for began, ended in sorted(self._waits):
                waited += max(0.0, ended - max(began, until))
                until = max(until, ended)
            return {
                "requests": self._said.total(),
                "changed": self.changed,
                **{word: count for word, count in self._said.items() if word},
                "waited_s": round(waited, 1),
            }


def _word(reply: Reply) -> str:
    """What is wrong with an answer; nothing for a good one."""
    if reply.ends or "Content-Encoding" in reply.headers:
        return "cut"
    if reply.headers.get("Content-Type") == "text/html":
        return "web_page"
    return WORDS.get(reply.status, "failed" if reply.status >= SERVER else "")
