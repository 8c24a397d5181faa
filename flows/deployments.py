"""What runs when: the one registry that `serve` and deploy/prefect.yaml both follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# The flow knows what is due, for whom and in which zone. It looks often, so that a digest is on
# time whatever its hour, and a run that was killed is followed by one that does its work.
EVERY_QUARTER = "*/15 * * * *"
# What happens in working hours is told within two hours, after the sync that brings it in.
HOURLY_BY_DAY = "30 7-19 * * *"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron line in a time zone; None is the company's own."""

    cron: str
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """One flow on its schedules; it never runs twice at once, the second run is cancelled."""

    name: str
    entrypoint: str
    description: str
    schedules: tuple[Schedule, ...]
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


REGISTRY = (
    Deployment(
        "sync",
        "flows/sync.py:sync",
        "Brings what is new in the sources into the lake.",
        (Schedule("10 * * * *"),),
    ),
    Deployment(
        "measure",
        "flows/measure.py:measure",
        "Computes the KPIs of every period that may have changed.",
        (Schedule("40 5 * * *"),),
    ),
    Deployment(
        "watch",
        "flows/watch.py:watch",
        "Judges the newest data, and pushes what is news about alerts.",
        (Schedule(HOURLY_BY_DAY),),
    ),
    Deployment(
        "digest",
        "flows/digest.py:digest",
        "Sends the digests that are due.",
        (Schedule(EVERY_QUARTER),),
    ),
    Deployment(
        "outbox",
        "flows/outbox.py:outbox",
        "Sends what still waits in the outbox.",
        (Schedule(EVERY_QUARTER),),
    ),
)
