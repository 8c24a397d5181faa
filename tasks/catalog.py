"""The one registry: what there is to choose from, and what was meant by a wrong name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from tasks.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic import BaseModel


class Entry(Protocol):
    """Anything that can be registered: it has a key."""

    @property
    def key(self) -> str:
        """The public name: one spelling in configuration, store, command line and templates."""
        ...


class KpiEntry(Entry, Protocol):
    """What configuration and messages need to know of a KPI."""

    @property
    def name(self) -> str:
        """The name a reader sees."""
        ...

    @property
    def unit(self) -> str:
        """What it is counted in: a ratio is stored from 0 to 1."""
        ...

    @property
    def parameters(self) -> Sequence[object]:
        """What makes further variants out of settings or data; empty for most."""
        ...

    def has_variant(self, name: str) -> bool:
        """Return whether ``name`` is a variant, or can be one with the right settings or data."""
        ...

    def shown_variant(self, settings: Mapping[str, object]) -> str:
        """Return the variant to show where nobody chose one."""
        ...

    @property
    def is_named_by_data(self) -> bool:
        """Return whether any word may be one of its variants: features and themes name them."""
        ...

    @property
    def variants(self) -> Mapping[str, object]:
        """The variants by name; the first is the default."""
        ...


class ConnectorEntry(Entry, Protocol):
    """What configuration needs to know of a connector: its key is its ``kind``."""

    @property
    def settings(self) -> type[BaseModel]:
        """The model its part of ``sources`` is checked with."""
        ...


class ChannelEntry(Entry, Protocol):
    """What configuration needs to know of a channel: its key is the name under ``channels``."""

    @property
    def settings(self) -> type[BaseModel]:
        """The model its part of ``channels`` is checked with."""
        ...

    @property
    def mistake_in(self) -> Callable[[str], str]:
        """Returns what is wrong with a recipient, in a sentence; an empty text if nothing is."""
        ...

    @property
    def spelled(self) -> Callable[[str], str]:
        """Returns the one spelling of a recipient."""
        ...


T = TypeVar("T", bound=Entry)


class Catalog(Generic[T]):
    """Entries by key, in the order in which they were added."""

    def __init__(self, kind: str) -> None:
        """Start empty; ``kind`` is the word error messages use ("KPI", "rule")."""
        self.kind = kind
        self._entries: dict[str, T] = {}

    def add(self, entry: T) -> T:
        """Register ``entry`` and return it; two entries under one key are a programming error."""
        if entry.key in self._entries:
            message = f"{self.kind} '{entry.key}' is registered twice"
            raise ValueError(message)
        self._entries[entry.key] = entry
        return entry

    def get(self, key: str) -> T:
        """Return the entry called ``key``; raise ``UnknownName`` with what was probably meant."""
        if key not in self._entries:
            raise UnknownName(self.kind, key, self._entries)
        return self._entries[key]

    def __contains__(self, key: object) -> bool:
        """Return whether something is registered under ``key``."""
        return key in self._entries

    def __iter__(self) -> Iterator[T]:
        """Iterate over the entries in the order in which they were added."""
        return iter(self._entries.values())

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._entries)

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order in which they were added."""
        return tuple(self._entries)


KPIS: Catalog[KpiEntry] = Catalog("KPI")
RULES: Catalog[Entry] = Catalog("rule")
CONNECTORS: Catalog[ConnectorEntry] = Catalog("connector")
CHANNELS: Catalog[ChannelEntry] = Catalog("channel")
ENGINES: Catalog[Entry] = Catalog("engine")
