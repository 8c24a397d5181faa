"""Time that passes only when a session waits, so that no test sleeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.connectors.retrying import World


@dataclass(slots=True)
class Slept:
    """A clock that stands, and the pauses that moved it."""

    at: float = 1_000.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += seconds

    def world(self) -> World:
        return World(lambda: self.at, self.sleep, lambda: 1.0)
