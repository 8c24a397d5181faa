"""Killed at random, and again while it mends itself: does everything arrive all the same?

A seed draws one run of a sender and the event at which it is killed, out of all events of a run
that nobody kills: each commit before and after, and each moment at the destination. Up to three
further runs, which have less left to do, may be killed in their earlier events. Then one more run must finish.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic

from tests.faults.cells import Kill, World, outcomes, world
from tests.faults.laws import Outcome, broken
from tests.faults.places import MOMENTS
from tests.faults.points import ANY, Death
from tests.faults.troubles import FINE

FURTHER = (0, 0, 1, 1, 2, 3)  # how often it is killed again; drawn
CHANNELS = ("slack", "webhook", "email")
MESSAGE = FINE.message()


@dataclass(frozen=True, slots=True)
class Drawn:
    """How one seed went."""

    seed: int
    channel: str
    runs: int
    kills: int
    outcomes: Mapping[str, Outcome]
    wrongs: Sequence[str]
    seconds: float  # the last run

    @property
    def arrived(self) -> int:
        return sum(sum(one.counts) for one in self.outcomes.values())


@cache
def events(channel: str) -> tuple[tuple[str, int], ...]:
    """Return every event of a run that nobody kills, as a point or moment and its number."""
    with world(channel) as here:
        seen = dict.fromkeys(MOMENTS, 0)
        for moment in MOMENTS:
            here.place.at(moment, lambda moment=moment: _count(seen, moment))
        points = here.run(here.job(MESSAGE)).points
    found = [(ANY, nth) for nth in range(1, points + 1)]
    return (*found, *((m, nth) for m in MOMENTS for nth in range(1, seen[m] + 1)))


def _count(seen: dict[str, int], moment: str) -> None:
    seen[moment] += 1


def drawn(seed: int) -> Drawn:
    """Return how the run that ``seed`` draws went; it always goes the same way."""
    draw = random.Random(seed)  # noqa: S311 - drawn to be drawn again, not to be secret
    channel = CHANNELS[seed % len(CHANNELS)]
    every = events(channel)
    kills = [_kill(draw, every)]
    kills += [_kill(draw, every[: len(every) // 2]) for _ in range(draw.choice(FURTHER))]
    with world(channel) as here:
        hits = [here.run(here.job(MESSAGE), kill).exit_code == -9 for kill in kills]
        here.place.calm()
        began = monotonic()
        here.run(here.job(MESSAGE))
        seconds = monotonic() - began
        return _told(here, seed, hits, seconds)


def _told(here: World, seed: int, hits: Sequence[bool], seconds: float) -> Drawn:
    found = outcomes(here, MESSAGE)
    wrongs = broken(here.place, found, dict.fromkeys(here.place.to, "sent"))
    wrongs = [f"seed {seed}: {wrong}" for wrong in wrongs]
    channel = here.place.channel.removeprefix("slack_")
    return Drawn(seed, channel, len(hits) + 1, sum(hits), found, wrongs, seconds)


def _kill(draw: random.Random, of: Sequence[tuple[str, int]]) -> Kill:
    what, nth = draw.choice(of)
    if what in MOMENTS:
        is_lost = what == "received" and draw.random() < 0.5
        return Kill(f"{what} {nth}", moment=what, nth=nth, is_lost=is_lost)
    return Kill(f"event {nth}", Death(ANY, nth))
