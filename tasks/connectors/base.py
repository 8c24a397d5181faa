"""What a connector is: a kind of system, the settings it takes, and a way to get its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from tasks.catalog import CONNECTORS
from tasks.config.base import SourceSettings
from tasks.facts.private import STANDS_FOR, nobody
from tasks.facts.raw import Extracted

if TYPE_CHECKING:
    from tasks.connectors.retrying import World
    from tasks.connectors.streams import Stream
    from tasks.store import Store


KEEP_RAW = timedelta(days=35)  # vendors' own feeds of what was deleted reach back thirty


def quietly(_doing: str) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an extraction may know of the world.

    ``root`` is where the configuration stands, ``timezone`` and ``currency`` are the company's
    (the latter for amounts whose vendor knows just one). ``store`` keeps how far
    each stream has been read, ``raw`` is the folder of the pages, ``now`` (aware UTC) when this
    extraction began, and ``show`` is told what is being done. ``grace_days`` is how long a contract
    goes on past its end without a decision. ``world`` is another clock than the real one to wait
    by, for tests. Once ``stopping`` is set, each stream ends with its page. ``keep_raw`` is how
    long older states of a row stay among the pages, and ``stands_for`` knows who was forgotten.
    """

    root: Path
    timezone: str
    store: Store | None = None
    raw: Path = Path("raw")
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    show: Callable[[str], None] = quietly
    grace_days: int = 30
    world: World | None = None
    stopping: Event = field(default_factory=Event)
    keep_raw: timedelta = KEEP_RAW
    stands_for: STANDS_FOR = nobody
    currency: str = ""


def unknown(_settings: SourceSettings, _surroundings: Surroundings) -> None:
    """Return None: only an extraction can tell whether there is something new."""


def no_streams(_settings: SourceSettings) -> tuple[Stream, ...]:
    """Return nothing: it is no API."""
    return ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an API tells of: ``back`` is how far before the first sync each of its tables begins.

    A table that is not in it is whole. ``lag`` is how late the vendor shows what has happened.
    """

    back: Mapping[str, timedelta]
    lag: timedelta


def not_known(_settings: SourceSettings) -> Coverage | None:
    """Return None: whether files hold everything, nobody can tell."""
    return None


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of system of record; ``key`` is what ``kind`` says in the configuration.

    ``extract(settings, surroundings)`` returns everything it could get. It raises nothing for
    what concerns one table: that becomes a problem in what it returns.
    ``fingerprint(settings, surroundings)`` is a cheap look: as long as it stays the same, nothing
    new is there; None where only an extraction can tell.
    ``streams(settings)`` are what an API is read by; none for what is no API.
    ``coverage(settings)`` says of which times an API tells everything; None for what is no API.
    """

    key: str
    settings: type[SourceSettings]
    extract: Callable[[Any, Surroundings], Extracted]
    fingerprint: Callable[[Any, Surroundings], str | None] = unknown
    streams: Callable[[Any], tuple[Stream, ...]] = no_streams
    coverage: Callable[[Any], Coverage | None] = not_known


def connector(
    key: str,
    settings: type[SourceSettings],
    extract: Callable[[Any, Surroundings], Extracted],
    fingerprint: Callable[[Any, Surroundings], str | None] = unknown,
    streams: Callable[[Any], tuple[Stream, ...]] = no_streams,
    coverage: Callable[[Any], Coverage | None] = not_known,
) -> Connector:
    """Register a connector and return it."""
    entry = Connector(key, settings, extract, fingerprint, streams, coverage)
    CONNECTORS.add(entry)
    return entry
