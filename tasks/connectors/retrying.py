"""Is it worth asking again, and when? The vendor's word goes first, then patience with jitter."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

T = TypeVar("T")

AGAIN = frozenset({408, 409, 425, 429})  # and whatever a server says of itself, from 500 on
SERVER = 500
NOT_MADE = 501  # the one that will not be better tomorrow


@dataclass(frozen=True, slots=True)
class World:
    """The clock, the pause and the dice: real ones, or a test's."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.random  # from 0 to 1
    today: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one question may take in all, and how the pauses between its tries grow."""

    total_s: float = 300.0
    first_s: float = 0.5
    longest_s: float = 60.0
    tries: int = 12


class Trouble(Exception):
    """One try that gave no answer. ``tries`` is how many are enough of this kind; 1: no second.

    ``rejected``: the vendor said no, rather than nothing. ``after_s`` is its own hint.
    """

    def __init__(
        self,
        what: str,
        *,
        status: int | None = None,
        request_id: str = "",
        todo: str = "",
        after_s: float | None = None,
        tries: int | None = None,
        rejected: bool = False,
    ) -> None:
        """Keep what is known of it; never a body or a header."""
        super().__init__(what)
        self.what, self.status, self.request_id, self.todo = what, status, request_id, todo
        self.after_s, self.tries, self.rejected = after_s, tries, rejected


def may_help(status: int) -> bool:
    """Return whether an answer with this status may be another the next time."""
    return status in AGAIN or (status >= SERVER and status != NOT_MADE)


def retry_after(headers: Mapping[str, str], today: datetime) -> float | None:
    """Return the seconds ``Retry-After`` asks for; None without one that can be read.

    A date is held against the vendor's own clock, where it told the time.
    """
    said = headers.get("retry-after", "").strip()
    if said.replace(".", "", 1).isdigit():
        return float(said)
    if (until := _moment(said)) is None:
        return None
    return max(0.0, (until - (_moment(headers.get("date", "")) or today)).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


@dataclass(slots=True)
class Waiting:
    """Decides after each trouble, and waits; the hook that stamina asks."""

    patience: Patience
    world: World
    tried: int = 0
    deadline: float = 0.0

    def __post_init__(self) -> None:
        """Begin to count."""
        self.deadline = self.world.clock() + self.patience.total_s

    def __call__(self, error: Exception) -> bool | float:
        """Return False to give up, or 0 (try now) after having waited with our own clock."""
        self.tried += 1
        if not isinstance(error, Trouble) or self.tried >= self._enough(error):
            return False
        pause = self._pause(error)
        if self.world.clock() + pause > self.deadline:
            return False
        self.world.sleep(pause)
        return 0.0

    def _enough(self, error: Trouble) -> int:
        return min(self.patience.tries, error.tries or self.patience.tries)

    def _pause(self, error: Trouble) -> float:
        # Retry-After: 0 from a vendor that still refuses would be a loop without a pause.
        if error.after_s:
            return error.after_s
        longest = min(self.patience.longest_s, self.patience.first_s * 2.0 ** (self.tried - 1))
        return self.world.dice() * longest


def persistently(ask: Callable[[], T], patience: Patience, world: World) -> T:
    """Return what ``ask`` does, asking again after a ``Trouble`` as long as it may help."""
    import stamina  # noqa: PLC0415 - loads tenacity, which only an API source needs
    from stamina.instrumentation import set_on_retry_hooks  # noqa: PLC0415 - as above

    set_on_retry_hooks(())  # it would log every try; the run report says what came of it
    tries = stamina.retry_context(
        on=Waiting(patience, world),
        attempts=None,
        timeout=None,
        wait_initial=0,
        wait_max=0,
        wait_jitter=0,
    )
    for attempt in tries:
        with attempt:
            return ask()
    raise AssertionError("stamina tries for ever")  # pragma: no cover
