"""What happens when the clock of a store is wrong, or jumps while a message is under way?

The sender's clock is ahead by ``first_s`` when it is killed, and by ``then_s`` when the next one
comes; Slack's own by ``slack_s``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from tests.faults.cells import Kill, outcomes, world
from tests.faults.laws import broken
from tests.faults.randomly import MESSAGE

TAKEN = Kill("taken, not answered", moment="accepted")
HOUR = 3600.0
CLOCKS = {
    "right all along": (0, 0, 0),
    "an hour ahead, then right": (HOUR, 0, 0),
    "right, then an hour behind": (0, -HOUR, 0),
    "right, then an hour ahead": (0, HOUR, 0),
    "an hour behind, then right": (-HOUR, 0, 0),
    "an hour ahead all along": (HOUR, HOUR, 0),
    "an hour behind all along": (-HOUR, -HOUR, 0),
    "Slack four minutes behind": (0, 0, -240),
    "Slack an hour ahead": (0, 0, HOUR),
}


@dataclass(frozen=True, slots=True)
class Told:
    """How it went; ``seconds`` is the run after the kill."""

    counts: Sequence[int]
    seconds: float
    wrongs: Sequence[str]


def told(channel: str, first_s: float, then_s: float, slack_s: float = 0.0) -> Told:
    """Return how a message fares that was taken when its sender was killed."""
    with world(channel) as here:
        if channel == "slack":
            here.place.door.clock_ahead_s = slack_s
        here.run(here.job(MESSAGE, clock_ahead_s=first_s), TAKEN)
        here.place.calm()
        began = monotonic()
        here.run(here.job(MESSAGE, clock_ahead_s=then_s))
        seconds = monotonic() - began
        found = outcomes(here, MESSAGE)
        wrongs = broken(here.place, found, dict.fromkeys(here.place.to, "sent"))
    counts = sorted({count for one in found.values() for count in one.counts})
    return Told(counts, seconds, wrongs)
