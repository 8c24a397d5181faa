"""Cases, with what their history and the emails on them say about replies and solutions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.connectors.properties import Reader, parsed, text, written
from tasks.connectors.salesforce.accounts import colleague
from tasks.connectors.salesforce.objects import (
    CASE_HISTORY,
    CASES,
    COMMENTS,
    CREATED,
    ID,
    MAILS,
    OWNERS,
    STAMP,
    STATUSES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tasks.connectors.salesforce.org import Org, Record

Row = dict[str, str | None]
CHANNELS = {"EMAIL": "email", "PHONE": "phone", "WEB": "web", "CHAT": "chat"}
DRAFT = "5"  # the status of an email that was never sent
MACHINE = "AutomatedProcess"  # the type of the user who writes what nobody wrote
PRIORITIES = {"LOW": "low", "MEDIUM": "medium", "HIGH": "high", "URGENT": "urgent"}


@dataclass(slots=True)
class Desk:
    """What is known around the cases, by their ids; ``None`` where nobody tells."""

    closed: Mapping[str, bool] = field(default_factory=dict)  # statuses that end a case
    statuses: Mapping[str, list[tuple[datetime, str]]] | None = None
    replies: Mapping[str, list[datetime]] | None = None


def desk(org: Org, colleagues: frozenset[str]) -> Desk:
    """Return what history, emails and comments say; ``colleagues`` are who answers."""
    closed = {
        name: text(row, "IsClosed") == "true"
        for row in org.rows(STATUSES)
        for name in (text(row, "ApiName"), text(row, "MasterLabel"))
        if name
    }
    told = org.is_read(CASE_HISTORY) and closed
    answered = org.is_read(MAILS) or org.is_read(COMMENTS)
    return Desk(
        closed, _statuses(org) if told else None, _replies(org, colleagues) if answered else None
    )


def _statuses(org: Org) -> Mapping[str, list[tuple[datetime, str]]]:
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in org.rows(CASE_HISTORY):
        at = parsed(text(row, CREATED) or "")
        if text(row, "Field") == "Status" and at is not None:
            found[text(row, "CaseId") or ""].append((at, text(row, "NewValue") or ""))
    return {case: sorted(changes) for case, changes in found.items()}


def _replies(org: Org, colleagues: frozenset[str]) -> Mapping[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    machines = {row[ID] for row in org.rows(OWNERS) if text(row, "UserType") == MACHINE}
    for row in org.rows(MAILS):
        at = parsed(text(row, "MessageDate") or "")
        by_machine = text(row, "CreatedById") in machines
        is_sent = text(row, "Incoming") == "false" and text(row, "Status") != DRAFT
        if is_sent and not by_machine and at is not None:
            found[text(row, "ParentId") or ""].append(at)
    for row in org.rows(COMMENTS):
        at, author = parsed(text(row, CREATED) or ""), text(row, "CreatedById")
        if text(row, "IsPublished") == "true" and author in colleagues and at is not None:
            found[text(row, "ParentId") or ""].append(at)
    return {case: sorted(moments) for case, moments in found.items()}


@dataclass(frozen=True, slots=True)
class Way:
    """When a case was solved for the first and the last time, and first reopened after that."""

    first: datetime | None = None
    reopened: datetime | None = None
    last: datetime | None = None


def way(row: Record, desk: Desk, reader: Reader) -> Way:
    """Return a case's way; one that is open again has no last solution."""
    is_closed = text(row, "IsClosed") == "true"
    closed = reader.instant(row, "ClosedDate") if is_closed else None
    if desk.statuses is None:
        return Way(closed, None, closed)
    first = reopened = None
    was_closed = False
    for at, status in desk.statuses.get(row[ID], ()):
        now_closed = desk.closed.get(status, False)
        first = first or (at if now_closed else None)
        if was_closed and not now_closed:
            reopened = reopened or at
        was_closed = now_closed
    return Way(first or closed, reopened, closed)


def tickets(org: Org, colleagues: frozenset[str]) -> Iterator[Row]:
    """Yield the cases as rows of tickets."""
    around, reader = desk(org, colleagues), org.reader("tickets")
    for row in org.rows(CASES):
        yield _ticket(row, org, around, reader)
    merged = org.merged(CASES)
    for row in org.states(CASES):  # the loser of a merge is deleted, and is told
        if (into := merged.get(row[ID])) and text(row, "IsDeleted") == "true":
            yield {**_ticket(row, org, around, reader), "merged_into": into}


def _ticket(row: Record, org: Org, around: Desk, reader: Reader) -> Row:
    said, passed = org.settings.fields.cases, way(row, around, reader)
    created = reader.instant(row, CREATED)
    replies = [at for at in _given(around, row) if created is None or at >= created]
    return {
        "ticket_id": row[ID],
        "customer_id": org.behind(row, "AccountId", "ContactId"),
        "requester_id": org.contact(row, "ContactId"),
        "created_at": written(created),
        "created_by": "customer" if text(row, "Origin") else None,
        "channel": reader.word(row, "Origin", CHANNELS),
        "first_agent_reply_at": written(replies[0] if replies else None),
        "first_solved_at": written(passed.first),
        "reopened_at": written(passed.reopened),
        "last_solved_at": written(passed.last),
        "replies_before_first_solve": _count(around, replies, passed.first),
        "merged_into": None,
        "is_spam": written(bool(said.is_spam and reader.flag(row, said.is_spam))),
        "subject": text(row, "Subject"),
        "body": text(row, "Description"),
        "tags": (text(row, said.tags) or "").replace(";", "|") or None,
        "priority": reader.word(row, "Priority", PRIORITIES),
        "escalated": text(row, "IsEscalated"),
        "agent_id": colleague(row),
        "updated_at": written(parsed(text(row, STAMP) or "")),
    }


def _given(around: Desk, row: Record) -> list[datetime]:
    return (around.replies or {}).get(row[ID], [])


def _count(around: Desk, replies: list[datetime], solved: datetime | None) -> str | None:
    if around.replies is None:
        return None
    return str(sum(solved is None or at <= solved for at in replies))
