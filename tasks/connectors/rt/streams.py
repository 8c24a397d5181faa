"""What is read from a Request Tracker, and which of our tables need it?

RT hides deleted tickets from every search, so the weekly comparison of ids finds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tasks.connectors.reconciling import listed_name
from tasks.connectors.rt.reading import Changed, Ids, count_of, within
from tasks.connectors.rt.settings import RtSettings
from tasks.connectors.streams import Row, Stream
from tasks.connectors.values import instant, plain

MONTH = timedelta(days=30.5)
TICKETS = "tickets"
NEVER_MISSED = "~"  # sorts behind every time


def tables_of(settings: RtSettings) -> tuple[str, ...]:
    """Return the tables that a server fills."""
    scores = ("survey_responses",) if settings.satisfaction_field else ()
    return ("tickets", "contacts", *scores)


def streams(settings: RtSettings) -> tuple[Stream, ...]:
    """Return every stream of a server."""
    return tuple(replace(one, leave_out=settings.leave_out) for one in _streams(settings))


def _streams(settings: RtSettings) -> Iterator[Stream]:
    query, back = within(settings.queues), settings.history_months * MONTH
    reach = f"{settings.home} for {settings.history_months} months, {query}"
    fields = sorted(settings.fields)
    yield Stream(
        TICKETS,
        row_id,
        updated,
        Changed(query, back, settings.customer, settings.fields),
        tables=tables_of(settings),
        config=f"{reach}, of {settings.customer}, with {fields}",
        total=count_of(query),
    )
    if settings.reconcile_days:
        yield Stream(
            listed_name(TICKETS),
            row_id,
            made,
            Ids(query, back),
            full=True,
            optional=True,
            config=reach,
            every=timedelta(days=settings.reconcile_days),
        )


def row_id(row: Row) -> str:
    """Return the id of a row, as text."""
    return plain(row["id"]) or ""


def updated(row: Row) -> str:
    """Return which state of a row this is, by when it was updated."""
    return _sorts(row["LastUpdated"])


def made(row: Row) -> str:
    """Return when a row was made; what did not change since the first sync need not be ours."""
    return _sorts(row["Created"]) if row["in_reach"] else NEVER_MISSED


def _sorts(value: object) -> str:
    moment = instant(value)
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
