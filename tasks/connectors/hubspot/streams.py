"""Which streams is a HubSpot account read by? Records, deleted records, and what explains them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from tasks.connectors.hubspot.kinds import kinds
from tasks.connectors.hubspot.places import Places
from tasks.connectors.hubspot.reading import (
    Kind,
    archived,
    at_once,
    changes,
    count,
    identities,
    listed,
    once,
)
from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Row, Stream

if TYPE_CHECKING:
    from tasks.connectors.hubspot.settings import HubSpotSettings

CUSTOMERS = ("customers", "customer_versions")
SUBSCRIPTIONS = ("subscription_versions", "contracts")
NEEDED_FOR = {
    "companies": (*CUSTOMERS, *SUBSCRIPTIONS),
    "contacts": ("contacts",),
    "deals": SUBSCRIPTIONS,
    "line_items": SUBSCRIPTIONS,
    "tickets": ("tickets",),
    "feedback_submissions": ("survey_responses",),
    "calls": ("touches",),
    "meetings": ("touches",),
    "emails": ("touches",),
}
REQUIRED = {"companies", "deals"}  # without these an account tells nothing about customers
RECONCILED = ("companies", "contacts", "deals", "line_items")
PIPED = ("deals", "tickets")
LABELLED = ("companies", "deals", "tickets")
ACCOUNT = "account"


def archived_name(kind: str) -> str:
    """Return the name of the stream with the deleted records of a kind."""
    return f"{kind} archived"


def pipelines_name(kind: str) -> str:
    """Return the name of the stream with the pipelines of a kind."""
    return f"{kind} pipelines"


def properties_name(kind: str) -> str:
    """Return the name of the stream with the properties of a kind."""
    return f"{kind} properties"


def streams(settings: HubSpotSettings) -> tuple[Stream, ...]:
    """Return the streams of an account, what explains the others first."""
    places = Places(settings.version)
    of_kind = [_records(kind, settings, places) for kind in kinds(settings).values()]
    records = (stream for pair in of_kind for stream in pair)
    found = (*_explaining(places), *records, *_ids(settings, places))
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


@dataclass(frozen=True, slots=True)
class Field:
    """The field of a row that tells something, as text."""

    name: str

    def __call__(self, row: Row) -> str:
        """Return its text; nothing where the row has none."""
        value = row.get(self.name)
        return "" if value is None else str(value)


def _records(kind: Kind, settings: HubSpotSettings, places: Places) -> tuple[Stream, Stream]:
    optional, tables = kind.name not in REQUIRED, NEEDED_FOR[kind.name]
    asked = (settings.version, str(kind.months), *kind.asked, *kind.histories, *kind.ties)
    live = Stream(
        kind.name,
        Field("id"),
        Field("updatedAt"),
        partial(changes, kind, places),
        optional=optional,
        tables=tables,
        total=partial(count, places.search(kind.name)) if kind.months is None else None,
        config=sha256(" ".join(asked).encode()).hexdigest()[:16],
    )
    gone = Stream(
        archived_name(kind.name),
        Field("id"),
        Field("archivedAt"),
        partial(archived, places.objects(kind.name)),
        full=True,
        optional=optional,
        tables=tables,
    )
    return live, gone


def _ids(settings: HubSpotSettings, places: Places) -> Iterator[Stream]:
    """Yield the ids there are, once in a while."""
    for kind in RECONCILED if settings.reconcile_days else ():
        yield Stream(
            listed_name(kind),
            Field("id"),
            Field("createdAt"),
            partial(identities, places.objects(kind)),
            full=True,
            optional=True,
            every=timedelta(days=settings.reconcile_days),
        )


def _explaining(places: Places) -> tuple[Stream, ...]:
    owners = ("owners",)
    about = partial(once, places.account)
    return (
        Stream(ACCOUNT, Field("portalId"), Field("none"), about, full=True, optional=True),
        _list("owners", places.owners, tables=owners),
        _list(archived_name("owners"), places.owners, archived=True, tables=owners),
        *(
            Stream(
                pipelines_name(kind),
                Field("id"),
                Field("updatedAt"),
                partial(at_once, places.pipelines(kind)),
                full=True,
                optional=kind not in REQUIRED,
                tables=NEEDED_FOR[kind],
            )
            for kind in PIPED
        ),
        *(
            Stream(
                properties_name(kind),
                Field("name"),
                Field("updatedAt"),
                partial(at_once, places.properties(kind)),
                full=True,
                optional=True,
            )
            for kind in LABELLED
        ),
    )


def _list(name: str, path: str, *, archived: bool = False, tables: tuple[str, ...] = ()) -> Stream:
    """Return a stream that is listed as a whole each time."""
    pages = partial(listed, path, archived=archived)
    return Stream(name, Field("id"), Field("updatedAt"), pages, full=True, tables=tables)
