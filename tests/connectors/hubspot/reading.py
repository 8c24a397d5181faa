"""A stream of the double read to its end, without anything being landed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tasks.connectors.http import Session
from tasks.connectors.hubspot.access import api
from tasks.connectors.hubspot.settings import HubSpotSettings
from tasks.connectors.hubspot.streams import streams
from tasks.connectors.retrying import World
from tests.doubles.hubspot import HubSpot


@dataclass(slots=True)
class Time:
    """Pauses are only counted: nobody really waits."""

    at: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += seconds

    def world(self) -> World:
        return World(lambda: self.at, self.sleep, lambda: 1.0, lambda: datetime.now(UTC))


def settings(hubspot: HubSpot, **more: Any) -> HubSpotSettings:
    """The least a configuration says, for this double."""
    least = {"name": "crm", "kind": "hubspot", "token": hubspot.token, "base_url": hubspot.base_url}
    return HubSpotSettings.model_validate(least | more)


def session(hubspot: HubSpot, time: Time | None = None) -> Session:
    return Session(api(settings(hubspot)), (time or Time()).world())


@dataclass(slots=True)
class Reading:
    """One stream, read run by run as landing would: from the cursor that the last page left."""

    hubspot: HubSpot
    stream: str
    cursor: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    time: Time = field(default_factory=Time)

    def run(self, *, pages: int | None = None, clock: datetime | None = None) -> list[str]:
        """Read to the end, or so many pages; return the ids, each as often as it came."""
        return [str(row["id"]) for row in self.rows(pages=pages, clock=clock)]

    def rows(
        self, *, pages: int | None = None, clock: datetime | None = None
    ) -> list[dict[str, Any]]:
        said = settings(self.hubspot, **self.more)
        (stream,) = (one for one in streams(said) if one.name == self.stream)
        rows: list[dict[str, Any]] = []
        with Session(api(said), self.time.world()) as asking:
            read = stream.pages(asking, self.cursor, clock or self.hubspot.portal.now)
            for number, page in enumerate(read, 1):
                assert page.cursor_in == self.cursor
                rows += page.rows
                self.cursor = page.cursor_out
                if number == pages:
                    break
        return rows
