"""What a connector is: a kind of system, the settings it takes, and a way to get its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.catalog import CONNECTORS
from tasks.config.base import SourceSettings
from tasks.facts.raw import Extracted


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an extraction may know of the world: where the configuration stands, and the zone."""

    root: Path
    timezone: str


def unknown(_settings: SourceSettings, _surroundings: Surroundings) -> None:
    """Return None: only an extraction can tell whether there is something new."""


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of system of record; ``key`` is what ``kind`` says in the configuration.

    ``extract(settings, surroundings)`` returns everything it could get. It raises nothing for
    what concerns one table: that becomes a problem in what it returns.
    ``fingerprint(settings, surroundings)`` is a cheap look: as long as it stays the same, nothing
    new is there; None where only an extraction can tell.
    """

    key: str
    settings: type[SourceSettings]
    extract: Callable[[Any, Surroundings], Extracted]
    fingerprint: Callable[[Any, Surroundings], str | None] = unknown


def connector(
    key: str,
    settings: type[SourceSettings],
    extract: Callable[[Any, Surroundings], Extracted],
    fingerprint: Callable[[Any, Surroundings], str | None] = unknown,
) -> Connector:
    """Register a connector and return it."""
    entry = Connector(key, settings, extract, fingerprint)
    CONNECTORS.add(entry)
    return entry
