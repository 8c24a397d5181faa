"""How fast may we ask? As fast as the vendor lets this credential, and not a call faster."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

Clock = Callable[[], float]
Sleep = Callable[[float], None]
SLACK, MOST_SLACK = 0.02, 0.16


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Budget:
    """What a vendor's headers say is left, and in how many seconds there is more."""

    remaining: int
    resets_in_s: float
    limit: str = ""  # which of the vendor's limits they speak of


@dataclass(slots=True)
class Bucket:
    """Permits for one limit of one credential: each comes back when its time is over.

    However the calls fall, no stretch of ``rate.seconds`` sees more than ``rate.calls`` of them,
    and none is wasted. A little is added to the time, as calls do not all travel equally fast, and
    more with each refusal.
    """

    rate: Rate
    clock: Clock = time.monotonic
    sleep: Sleep = time.sleep
    _taken: deque[float] = field(default_factory=deque)
    _closed_until: float = float("-inf")
    _slack: float = SLACK
    _quickest: float = float("inf")
    _lock: Lock = field(default_factory=Lock)

    def take(self, most_s: float) -> float:
        """Wait until one more call is allowed and return 0.

        Where that takes longer than ``most_s``, return how long, at once.
        """
        deadline = self.clock() + most_s
        while (wait := self._reserve()) > 0:
            if self.clock() + wait > deadline:
                return wait
            self.sleep(wait)
        return 0.0

    def answered(self, began: float) -> None:
        """Learn when a call that ``began`` then arrived: a slow one was counted later than sent."""
        with self._lock:
            took = self.clock() - began
            usual = 0.0 if self._quickest == float("inf") else min(self._quickest, took)
            self._quickest = min(self._quickest, took)
            place = bisect_right(self._taken, began) - 1
            if place >= 0:
                late = self._taken[place] + took - usual
                self._taken[place] = min([late, *islice(self._taken, place + 1, place + 2)])

    def correct(self, budget: Budget) -> None:
        """Believe the vendor where it says that nothing is left, whatever we thought."""
        if budget.remaining <= 0:
            self.pause(budget.resets_in_s)

    def refused(self, after_s: float) -> None:
        """Learn from a call that was one too many: for so long none is answered."""
        self._slack = min(MOST_SLACK, 2 * self._slack)
        self.pause(after_s)

    def pause(self, seconds: float) -> None:
        """Let nobody ask before ``seconds`` have passed."""
        with self._lock:
            self._closed_until = max(self._closed_until, self.clock() + seconds)

    def _reserve(self) -> float:
        """Take a permit and return 0, or return how long to wait before trying again."""
        with self._lock:
            now = self.clock()
            if self._closed_until > now:
                return self._closed_until - now
            if len(self._taken) >= max(1, self.rate.calls):
                free_at = self._taken[0] + self.rate.seconds * (1 + self._slack)
                if free_at > now:
                    return free_at - now
                self._taken.popleft()
            self._taken.append(now)
            return 0.0


_SHARED: dict[tuple[str, str, str], Bucket] = {}
_SHARING = Lock()


def shared_buckets(vendor: str, credential: str, rates: Mapping[str, Rate]) -> dict[str, Bucket]:
    """Return the buckets of a credential, the same ones for everybody in this process.

    ``credential`` is a digest, never the secret itself.
    """
    with _SHARING:
        return {
            name: _SHARED.setdefault((vendor, credential, name), Bucket(rate))
            for name, rate in rates.items()
        }
