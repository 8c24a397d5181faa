"""How often may a pretended vendor be asked, and what does it say when that was too often?"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.doubles.faults import Reply

ANY = "*"


@dataclass(slots=True)
class Limit:
    """So many calls in fixed stretches of so many seconds, for some routes or all of them.

    ``headers(left, resets_in_s)`` go along with each answer; ``refusal(resets_in_s)`` is the
    answer to the call too many.
    """

    calls: int
    seconds: float
    routes: frozenset[str] = frozenset({ANY})
    headers: Callable[[int, float], Mapping[str, str]] = lambda _left, _resets: {}
    refusal: Callable[[float], Reply] = lambda resets: Reply(
        {"error": "too many"}, 429, {"Retry-After": str(math.ceil(resets))}
    )
    clock: Callable[[], float] = time.monotonic
    refused: int = 0
    _began: float = float("-inf")
    _used: int = 0

    def spend(self) -> tuple[int, float]:
        """Return how many calls are left after this one (below 0: refused), and until when."""
        now = self.clock()
        if now >= self._began + self.seconds:
            self._began, self._used = now, 0
        self._used += 1
        self.refused += self._used > self.calls
        return self.calls - self._used, self._began + self.seconds - now
