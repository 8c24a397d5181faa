"""What a configuration is checked against: the catalogues, and the rest of the same file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationInfo

from tasks.catalog import (
    CHANNELS,
    CONNECTORS,
    ENGINES,
    KPIS,
    RULES,
    Catalog,
    ChannelEntry,
    ConnectorEntry,
    Entry,
    KpiEntry,
)
from tasks.config.secrets import FilledIn

DEFAULT_SEGMENTS = ("segment",)


@dataclass(frozen=True)
class Catalogues:
    """What there is to choose from; entry points fill the module-level ones before loading."""

    kpis: Catalog[KpiEntry] = KPIS
    rules: Catalog[Entry] = RULES
    connectors: Catalog[ConnectorEntry] = CONNECTORS
    channels: Catalog[ChannelEntry] = CHANNELS
    engines: Catalog[Entry] = ENGINES


@dataclass(frozen=True)
class Context:
    """The catalogues, where the file is, and the names in it that other parts refer to.

    ``channels`` are the configured ones and ``segments`` the dimensions, both as written: they
    may themselves be mistaken.
    """

    catalogues: Catalogues = field(default_factory=Catalogues)
    path: Path = Path("keepwell.yaml")
    channels: frozenset[str] = frozenset()
    segments: tuple[str, ...] = DEFAULT_SEGMENTS
    filled_in: tuple[FilledIn, ...] = ()


def context_of(info: ValidationInfo) -> Context:
    """Return the context a validation runs in; a part built by hand is checked against itself."""
    return info.context if isinstance(info.context, Context) else Context()


def context_for(
    data: Mapping[str, object],
    path: Path,
    catalogues: Catalogues,
    filled_in: tuple[FilledIn, ...] = (),
) -> Context:
    """Return the context for the file at ``path`` with the content ``data``."""
    channels, segments = data.get("channels"), data.get("segments")
    return Context(
        catalogues,
        path,
        frozenset(map(str, channels)) if isinstance(channels, Mapping) else frozenset(),
        tuple(map(str, segments)) if isinstance(segments, list) else DEFAULT_SEGMENTS,
        filled_in,
    )
