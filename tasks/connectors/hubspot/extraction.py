"""What does a HubSpot account give now? Everything new is landed, and everything landed mapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tasks.connectors.http import Session
from tasks.connectors.hubspot.access import api
from tasks.connectors.hubspot.landed import Landed
from tasks.connectors.hubspot.mapping import Mapper, mapper
from tasks.connectors.hubspot.streams import RECONCILED, SUBSCRIPTIONS, streams
from tasks.connectors.hubspot.tables import raw_table
from tasks.connectors.landing import land
from tasks.connectors.latest import latest
from tasks.connectors.outcomes import absent_tables, failed_tables, notes, problems
from tasks.connectors.reconciling import (
    NEVER,
    Compared,
    compared,
    counted,
    drift,
    listed_name,
)
from tasks.connectors.remarks import Remarks
from tasks.facts.raw import Extracted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.connectors.base import Surroundings
    from tasks.connectors.hubspot.settings import HubSpotSettings
    from tasks.connectors.streams import Stream, StreamReport
    from tasks.facts.raw import RawTable

TABLES = (
    "customers",
    "customer_versions",
    "owners",
    "contacts",
    "touches",
    "tickets",
    "survey_responses",
)


def extracted(settings: HubSpotSettings, surroundings: Surroundings) -> Extracted:
    """Return all tables; a stream that could not be read keeps out the tables that need it."""
    declared = streams(settings)
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, declared, session, surroundings)
    by_name = {stream.name: stream for stream in declared}
    remarks = Remarks(settings.name)
    listed = {kind: _compared(kind, by_name, settings, surroundings) for kind in RECONCILED}
    landed = Landed(
        lambda name: latest(settings.name, by_name[name], surroundings),
        lambda kind: listed.get(kind, NEVER).unlisted,
    )
    made = mapper(
        settings,
        landed,
        remarks,
        zone=surroundings.timezone,
        now=surroundings.now,
        grace_days=surroundings.grace_days,
    )
    failed = failed_tables(reports)
    tables = tuple(_tables(made, {*failed, *absent_tables(reports), *_blind(reports)}))
    _tell_counts(settings.name, reports, landed, surroundings)
    drifted = [
        note
        for kind, found in listed.items()
        for note in drift(settings.name, kind, found, len(landed.lost.get(kind, ())))
    ]
    return Extracted(
        settings.name,
        tables,
        notes=(*notes(settings.name, reports), *remarks.notes(), *drifted),
        problems=problems(reports),
        failed=failed,
    )


def _tell_counts(
    source: str, reports: Sequence[StreamReport], landed: Landed, surroundings: Surroundings
) -> None:
    for report in reports:
        if report.server_total is not None:
            kind = report.stream.name
            standing = landed.standing(kind)
            ours = sum(standing.has(record.id) for record in landed.records(kind))
            counted(surroundings, source, (report,), kind, ours)


def _compared(
    kind: str,
    streams: Mapping[str, Stream],
    settings: HubSpotSettings,
    surroundings: Surroundings,
) -> Compared:
    listing = streams.get(listed_name(kind))
    if listing is None:
        return NEVER
    return compared(settings.name, streams[kind], listing, surroundings)


def _tables(made: Mapper, left_out: Iterable[str]) -> Iterator[RawTable]:
    """Yield the tables; a KPI without its table has no data, which is not the same as nothing."""
    for name in TABLES:
        if name not in left_out:
            yield raw_table(name, made.rows(name))
    if not set(SUBSCRIPTIONS) & set(left_out):
        for name, rows in made.subscriptions().items():
            yield raw_table(name, rows)


def _blind(reports: Sequence[StreamReport]) -> Iterator[str]:
    """Yield the tables whose rows are not given to us, even if what explains them is."""
    for report in reports:
        if report.skipped and report.stream.name in {"contacts", "tickets", "feedback_submissions"}:
            yield from report.stream.tables
