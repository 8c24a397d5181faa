"""What is read from an Intercom workspace, and which of our tables need it?

Nothing tells what was deleted, or merged into another: companies are read whole each time, the
ids of contacts and conversations are listed once a week.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tasks.connectors.intercom.access import VERSION
from tasks.connectors.intercom.reading import (
    Ids,
    Search,
    as_found,
    count_of,
    day,
    second,
    with_parts,
)
from tasks.connectors.intercom.scrolling import scrolled
from tasks.connectors.intercom.settings import IntercomSettings
from tasks.connectors.reconciling import listed_name
from tasks.connectors.streams import Row, Stream
from tasks.connectors.values import instant, plain

MONTH = timedelta(days=30.5)
COMPANIES, CONTACTS, CONVERSATIONS = "companies", "contacts", "conversations"
CHANGED_CONTACTS = Search("/contacts/search", "data", day, None)
CHANGED_TALKS = Search("/conversations/search", CONVERSATIONS, second, None)
LISTS = {
    CONTACTS: ("/contacts", CHANGED_CONTACTS),
    CONVERSATIONS: ("/conversations", CHANGED_TALKS),
}
TALKS = ("tickets", "survey_responses", "survey_sends", "kb_sessions")
OF_CUSTOMERS = ("tickets", "survey_responses", "contacts")


def streams(settings: IntercomSettings) -> tuple[Stream, ...]:
    """Return every stream of a workspace."""
    found = (_companies(settings), *_searched(settings), *_ids(settings))
    return tuple(replace(one, leave_out=settings.leave_out) for one in found)


def _reach(settings: IntercomSettings) -> str:
    """Return what has to stay the same for a stream to be read on from where it was."""
    return f"{settings.home} {VERSION}"


def _companies(settings: IntercomSettings) -> Stream:
    tables = (*OF_CUSTOMERS, *(("customers",) if settings.customers else ()))
    reach = _reach(settings)
    return Stream(COMPANIES, row_id, updated, scrolled, full=True, tables=tables, config=reach)


def _searched(settings: IntercomSettings) -> tuple[Stream, ...]:
    reach, months = _reach(settings), settings.history_months
    each = with_parts if settings.parts else as_found
    talks = replace(CHANGED_TALKS, reach=months * MONTH, each=each)
    return (
        Stream(CONTACTS, row_id, updated, CHANGED_CONTACTS, tables=OF_CUSTOMERS, config=reach),
        Stream(
            CONVERSATIONS,
            row_id,
            updated,
            talks,
            tables=TALKS,
            config=f"{reach} for {months} months, parts: {settings.parts}",
            total=count_of("/conversations"),
        ),
    )


def _ids(settings: IntercomSettings) -> Iterator[Stream]:
    """Yield the ids there are, once in a while."""
    for name, (path, changed) in LISTS.items() if settings.reconcile_days else ():
        yield Stream(
            listed_name(name),
            row_id,
            made,
            Ids(path, changed),
            full=True,
            optional=True,
            config=_reach(settings),
            every=timedelta(days=settings.reconcile_days),
        )


def row_id(row: Row) -> str:
    """Return the id of a row."""
    return plain(row["id"]) or ""


def updated(row: Row) -> str:
    """Return which state of a row this is, by when it was updated."""
    return _sorts(row.get("updated_at"))


def made(row: Row) -> str:
    """Return when a row was made."""
    return _sorts(row.get("created_at"))


def _sorts(value: object) -> str:
    moment = instant(value)
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
