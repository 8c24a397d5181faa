"""What is read from a Zendesk account, and which of our tables need it?

Nothing is sifted by updated_at: system updates do not move it. The exports leave the last minute
out and may give a row again; the newest state of a ticket is the one with the latest
generated_timestamp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Row, Stream
from tasks.connectors.values import instant, plain
from tasks.connectors.zendesk.access import DELETED, EXPORTS, TALK
from tasks.connectors.zendesk.clocks import RESOLUTION, STARTS
from tasks.connectors.zendesk.exports import CursorExport, TimeExport
from tasks.connectors.zendesk.listings import Ids, Listing, Since, whole
from tasks.connectors.zendesk.settings import ZendeskSettings

if TYPE_CHECKING:
    from tasks.connectors.http import Session

MONTH = timedelta(days=30.5)
RATED_AGAIN = timedelta(days=7)
EVENTS_PAGE = 100  # they may come in pages as small as that
ANSWERED_LATE = timedelta(days=30)  # a survey can be answered until it expires

TICKETS, USERS, ORGANIZATIONS = "tickets", "users", "organizations"
EVENTS, CALLS = "metric events", "calls"
RATINGS, RESPONSES, SURVEYS = "satisfaction ratings", "survey responses", "surveys"
DELETED_TICKETS, DELETED_USERS, SCHEDULES = "deleted tickets", "deleted users", "schedules"
RECONCILED = (TICKETS, ORGANIZATIONS)
ANSWERS = ("survey_responses", "survey_sends")


def streams(settings: ZendeskSettings) -> tuple[Stream, ...]:
    """Return every stream of an account."""
    found = (*_exported(settings), *_rated(settings), *_listed(settings), *_ids(settings))
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


def _reach(settings: ZendeskSettings) -> str:
    """Return what has to stay the same for a stream to be read on from where it was."""
    return f"{settings.home} for {settings.history_months} months"


def _back(days: timedelta) -> Callable[[datetime], int]:
    return lambda now: int((now - days).timestamp())


def _exported(settings: ZendeskSettings) -> tuple[Stream, ...]:
    """Return what the incremental exports give."""
    reach = _reach(settings)
    history = _back(settings.history_months * MONTH)
    export = CursorExport(TICKETS, history, {"include": "metric_sets"})
    organizations = TimeExport(
        "/api/v2/incremental/organizations",
        "organizations",
        row_id,
        flood=whole(Listing("/api/v2/organizations", "organizations")),
    )
    calls = TimeExport(
        "/api/v2/channels/voice/stats/incremental/calls",
        "calls",
        row_id,
        history,
        TALK,
    )
    everybody = CursorExport(USERS)
    people = ("tickets", "contacts")
    return (
        Stream(
            TICKETS,
            row_id,
            generated,
            export,
            tables=("tickets",),
            config=reach,
            total=count_of(TICKETS),
        ),
        Stream(USERS, row_id, updated, everybody, tables=people, config=reach),
        Stream(
            ORGANIZATIONS,
            row_id,
            updated,
            organizations,
            tables=(*people, "customers"),
            config=reach,
        ),
        Stream(EVENTS, row_id, happened, _events(settings), config=reach),
        Stream(CALLS, row_id, updated, calls, optional=True, tables=("calls",), config=reach),
    )


def _events(settings: ZendeskSettings) -> TimeExport:
    """Return the metric events that tell when a ticket was opened again.

    They are many, and share the few exports a minute with the tickets: so the first sync reads
    the last day only. What was opened again before that is known from the metric sets; only when
    is not, which matters to nothing but tickets opened again more than a week later.
    """
    path, rows = "/api/v2/incremental/ticket_metric_events", "ticket_metric_events"
    start = _back(timedelta(days=settings.event_days))

    def flooded(session: Session, at: str) -> Iterator[tuple[Row, ...]]:
        listing = Listing(path, rows, EXPORTS, also={"start_time": at})
        for found in whole(listing)(session, at):  # the oldest first
            yield tuple(row for row in found if is_telling(row))
            if any(happened(row) > _sorts(at) for row in found):
                return

    return TimeExport(path, rows, row_id, start, keep=is_telling, full=EVENTS_PAGE, flood=flooded)


def is_telling(event: Row) -> bool:
    """Return whether a metric event may say that a ticket was opened again."""
    return event.get("metric") in RESOLUTION and event.get("type") == STARTS


def _rated(settings: ZendeskSettings) -> tuple[Stream, ...]:
    """Return satisfaction in both of Zendesk's systems; an account has one of them."""
    reach, history = _reach(settings), _back(settings.history_months * MONTH)
    ratings = Listing("/api/v2/satisfaction_ratings", "satisfaction_ratings")
    answers = Listing("/api/v2/guide/survey_responses", "survey_responses")
    surveys = Listing("/api/v2/guide/en-us/surveys", "surveys")
    return (
        Stream(
            RATINGS,
            row_id,
            updated,
            Since(ratings, "start_time", history, RATED_AGAIN),
            optional=True,
            tables=ANSWERS,
            config=reach,
        ),
        Stream(
            RESPONSES,
            row_id,
            answered,
            Since(answers, "filter[created_at_start]", history, ANSWERED_LATE),
            optional=True,
            tables=ANSWERS,
            config=reach,
        ),
        Stream(SURVEYS, row_id, updated, surveys, full=True, optional=True, config=reach),
    )


def _listed(settings: ZendeskSettings) -> tuple[Stream, ...]:
    """Return what was deleted in the last 30 days, and when the account works."""
    reach = _reach(settings)
    tickets = Listing("/api/v2/deleted_tickets", "deleted_tickets", DELETED)
    users = Listing("/api/v2/deleted_users", "deleted_users")
    schedules = Listing("/api/v2/business_hours/schedules", "schedules")
    return (
        Stream(DELETED_TICKETS, row_id, deleted, tickets, full=True, config=reach),
        Stream(DELETED_USERS, row_id, updated, users, full=True, optional=True, config=reach),
        Stream(SCHEDULES, row_id, updated, schedules, full=True, optional=True, config=reach),
    )


def _ids(settings: ZendeskSettings) -> Iterator[Stream]:
    """Yield the ids there are, once in a while; the list of users is too long for what it tells."""
    for name in RECONCILED if settings.reconcile_days else ():
        yield Stream(
            listed_name(name),
            row_id,
            made,
            Ids(Listing(f"/api/v2/{name}", name)),
            full=True,
            optional=True,
            config=_reach(settings),
            every=timedelta(days=settings.reconcile_days),
        )


def count_of(name: str) -> Callable[[Session], int]:
    """Return a way to ask how many there are."""

    def total(session: Session) -> int:
        answer = session.get(f"/api/v2/{name}/count", expects={"count": dict})
        return int(answer.data["count"]["value"])

    return total


def row_id(row: Row) -> str:
    """Return the id of a row, as text."""
    return plain(row.get("id")) or ""


def _sorts(*values: object) -> str:
    """Return the first of these instants as text that sorts like it."""
    moments = (instant(value) for value in values)
    return next((f"{one:%Y-%m-%dT%H:%M:%S.%f}" for one in moments if one is not None), "")


def generated(ticket: Row) -> str:
    """Return which state of a ticket this is."""
    return _sorts(ticket.get("generated_timestamp"), ticket.get("updated_at"))


def updated(row: Row) -> str:
    """Return which state of a row this is, by when it was updated."""
    return _sorts(row.get("updated_at"), row.get("created_at"))


def made(row: Row) -> str:
    """Return when a row was made."""
    return _sorts(row.get("created_at"))


def happened(event: Row) -> str:
    """Return when an event happened."""
    return _sorts(event.get("time"))


def deleted(ticket: Row) -> str:
    """Return when a ticket was deleted."""
    return _sorts(ticket.get("deleted_at"))


def answered(response: Row) -> str:
    """Return which state of a survey response this is, by its latest answer."""
    answers = response.get("answers")
    found = answers if isinstance(answers, list) else ()
    return max((updated(one) for one in found if isinstance(one, dict)), default="")
