"""Which streams is an org read by? Its objects, what was deleted, and all ids once in a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tasks.connectors.reconciling import listed_name
from tasks.connectors.salesforce.objects import ID, Kind, kinds
from tasks.connectors.salesforce.reading import changes, count, deleted, how, identities
from tasks.connectors.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.connectors.salesforce.settings import SalesforceSettings
    from tasks.connectors.streams import Row

MILLISECONDS = len("2026-01-05T14:00:00.000")  # what follows is Z, or +0000


@dataclass(frozen=True, slots=True)
class Field:
    """The field of a row that tells something, as text; of an instant what every API writes."""

    name: str
    length: int | None = None

    def __call__(self, row: Row) -> str:
        """Return its text."""
        return str(row[self.name])[: self.length]


def deleted_name(kind: str) -> str:
    """Return the name of the stream with the deleted rows of a kind."""
    return f"{kind} deleted"


def streams(settings: SalesforceSettings) -> tuple[Stream, ...]:
    """Return the streams of an org."""
    found = (stream for kind in kinds(settings) for stream in _of(kind, settings))
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


def _of(kind: Kind, settings: SalesforceSettings) -> Iterator[Stream]:
    reading = how(settings)
    yield Stream(
        kind.name,
        Field(ID),
        Field(kind.stamp, MILLISECONDS),
        partial(changes, kind, reading),
        optional=kind.optional,
        tables=kind.tables,
        total=partial(count, kind, reading.place) if kind.is_listed and not kind.months else None,
        config=f"{kind.sobject} {kind.months} {kind.where} {settings.version}",
    )
    if kind.has_feed:
        yield Stream(
            deleted_name(kind.name),
            Field("id"),
            Field("deletedDate", MILLISECONDS),
            partial(deleted, kind, reading.place),
            optional=True,
            tables=kind.tables,
        )
    if kind.is_listed and settings.reconcile_days:
        yield Stream(
            listed_name(kind.name),
            Field(ID),
            Field("CreatedDate"),
            partial(identities, kind, reading),
            full=True,
            optional=True,
            every=timedelta(days=settings.reconcile_days),
        )
