"""What is read from a Freshdesk account, and which of our tables need it?

A list shows neither what was deleted nor what is spam: those are lists of their own, for 30 days;
after that the weekly comparison of ids finds what has gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tasks.connectors.freshdesk.settings import FreshdeskSettings
from tasks.connectors.freshdesk.walking import Listing, Walk, back, count_tickets, long_ago
from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Row, Stream
from tasks.connectors.values import instant, plain

MONTH = timedelta(days=30.5)
RATED_AGAIN = timedelta(days=7)  # a rating may be changed for a while
TICKETS, COMPANIES, RATINGS = "tickets", "companies", "satisfaction ratings"
DELETED, SPAM = "tickets deleted", "tickets spam"
STATES = ("verified", "unverified", "blocked", "deleted")
ANSWERS = ("survey_responses",)
OF_CUSTOMERS = ("tickets", "contacts", *ANSWERS)
ID_FIELDS = ("id", "created_at")


def contacts_name(state: str) -> str:
    """Return the name of the stream of the contacts in a state."""
    return f"contacts {state}"


def streams(settings: FreshdeskSettings) -> tuple[Stream, ...]:
    """Return every stream of an account."""
    found = (*_tickets(settings), *_people(settings), _ratings(settings))
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


def _reach(settings: FreshdeskSettings) -> str:
    """Return what has to stay the same for a stream to be read on from where it was."""
    return f"{settings.home} for {settings.history_months} months"


def _tickets(settings: FreshdeskSettings) -> Iterator[Stream]:
    reach, whole = _reach(settings), {"include": "stats,description"}
    walk = Walk(back(settings.history_months * MONTH), whole)
    own = ("tickets",)
    yield Stream(TICKETS, row_id, updated, walk, tables=own, config=reach, total=count_tickets)
    for name, kind in ((DELETED, "deleted"), (SPAM, "spam")):
        listing = Walk(long_ago, {"filter": kind}, anew=True)
        yield Stream(name, row_id, updated, listing, full=True, tables=own, config=reach)
    if settings.reconcile_days:
        yield Stream(
            listed_name(TICKETS),
            row_id,
            made,
            Walk(long_ago, only=ID_FIELDS, anew=True),
            full=True,
            optional=True,
            config=reach,
            every=timedelta(days=settings.reconcile_days),
        )


def _people(settings: FreshdeskSettings) -> Iterator[Stream]:
    reach = settings.home
    tables = (*OF_CUSTOMERS, *(("customers",) if settings.customers else ()))
    whole = Listing("/companies")
    yield Stream(COMPANIES, row_id, updated, whole, full=True, tables=tables, config=reach)
    for state in STATES:
        listing = Listing("/contacts", {"state": state}, "_updated_since")
        name = contacts_name(state)
        yield Stream(name, row_id, updated, listing, tables=OF_CUSTOMERS, config=reach)


def _ratings(settings: FreshdeskSettings) -> Stream:
    since = back(settings.history_months * MONTH)
    path = "/surveys/satisfaction_ratings"
    listing = Listing(path, {}, "created_since", since, RATED_AGAIN)
    return Stream(
        RATINGS, row_id, updated, listing, optional=True, tables=ANSWERS, config=_reach(settings)
    )


def row_id(row: Row) -> str:
    """Return the id of a row, as text."""
    return plain(row["id"]) or ""


def updated(row: Row) -> str:
    """Return which state of a row this is, by when it was updated."""
    return _sorts(row.get("updated_at") or row.get("created_at"))


def made(row: Row) -> str:
    """Return when a row was made."""
    return _sorts(row.get("created_at"))


def _sorts(value: object) -> str:
    moment = instant(value)
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
