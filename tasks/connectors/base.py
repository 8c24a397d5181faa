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


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of system of record; ``key`` is what ``kind`` says in the configuration.

    ``extract(settings, surroundings)`` returns everything it could get. It raises nothing for
    what concerns one table: that becomes a problem in what it returns.
    """

    key: str
    settings: type[SourceSettings]
    extract: Callable[[Any, Surroundings], Extracted]


def connector(
    key: str,
    settings: type[SourceSettings],
    extract: Callable[[Any, Surroundings], Extracted],
) -> Connector:
    """Register a connector and return it."""
    entry = Connector(key, settings, extract)
    CONNECTORS.add(entry)
    return entry
