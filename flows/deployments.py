"""What runs when: the one registry that `serve` and deploy/prefect.yaml both follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.config import Settings
    from tasks.config.people import At

# cron counts Sunday as 0, Python's calendar Monday
CRON_WEEKDAYS = ("1", "2", "3", "4", "5", "6", "0")
DIGEST_HOUR = "0 8 * * *"  # each morning; the flow knows which digests are due


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
        "Looks for alerts in the last complete week.",
        (Schedule("30 7 * * *"),),
    ),
    Deployment(
        "digest",
        "flows/digest.py:digest",
        "Sends the digests that are due.",
        (Schedule(DIGEST_HOUR),),
    ),
    Deployment(
        "outbox",
        "flows/outbox.py:outbox",
        "Sends what still waits in the outbox.",
        (Schedule("*/15 * * * *"),),
    ),
)


def deployments(settings: Settings) -> tuple[Deployment, ...]:
    """Return the registry with the digest scheduled as the audiences of ``settings`` ask for."""
    asked = tuple(dict.fromkeys(_schedules(settings)))
    return tuple(
        Deployment(one.name, one.entrypoint, one.description, asked)
        if one.name == "digest" and asked
        else one
        for one in REGISTRY
    )


def _schedules(settings: Settings) -> Iterable[Schedule]:
    for audience in settings.audiences:
        yield Schedule(cron(audience.at), audience.timezone)


def cron(at: At) -> str:
    """Return the cron line of ``Mon 08:00``, or of 08:00 on every day, one of which is due."""
    weekday = "*" if at.weekday is None else CRON_WEEKDAYS[at.weekday]
    return f"{at.clock.minute} {at.clock.hour} * * {weekday}"
