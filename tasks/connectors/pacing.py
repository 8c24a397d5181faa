"""How fast may we ask? As fast as the vendor lets this credential, and not a call faster."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

Clock = Callable[[], float]
Sleep = Callable[[float], None]


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
    """Permits for one limit of one credential: they grow with time, up to what the rate allows.

    However the calls fall, no stretch of ``rate.seconds`` sees more than ``rate.calls`` of them:
    a tenth may come at once, and the rest at an even pace.
    """

    rate: Rate
    clock: Clock = time.monotonic
    sleep: Sleep = time.sleep
    _free_at: float = field(default=float("-inf"))  # when the bucket would be full of nothing owed
    _closed_until: float = field(default=float("-inf"))
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

    def correct(self, budget: Budget) -> None:
        """Believe the vendor where it says that less is left than we thought."""
        if budget.remaining <= 0:
            self.pause(budget.resets_in_s)

    def pause(self, seconds: float) -> None:
        """Let nobody ask before ``seconds`` have passed."""
        with self._lock:
            self._closed_until = max(self._closed_until, self.clock() + seconds)

    @property
    def _step(self) -> float:
        return self.rate.seconds / max(1, self.rate.calls - self._burst)

    @property
    def _burst(self) -> int:
        return self.rate.calls // 10

    def _reserve(self) -> float:
        """Take a permit and return 0, or return how long to wait before trying again."""
        with self._lock:
            now = self.clock()
            if self._closed_until > now:
                return self._closed_until - now
            start = max(self._free_at, now - self._burst * self._step)
            if start > now:
                return start - now
            self._free_at = start + self._step
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
