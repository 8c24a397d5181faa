"""Tickets, with what their way through the stages says about solving and reopening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.connectors.hubspot.kinds import OWNER, TICKET_STAGE
from tasks.connectors.properties import Reader, parsed, text, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tasks.connectors.hubspot.account import Account
    from tasks.connectors.hubspot.people import People
    from tasks.connectors.hubspot.records import Record
    from tasks.connectors.hubspot.settings import TicketProperties
    from tasks.connectors.hubspot.standing import Standing

Row = dict[str, str | None]
CHANNELS = {
    "EMAIL": "email",
    "CHAT": "chat",
    "FORM": "form",
    "PHONE": "phone",
    "WEBSITE": "web",
}
PRIORITIES = {"LOW": "low", "MEDIUM": "medium", "HIGH": "high", "URGENT": "urgent"}
BY_MACHINES = {"AUTOMATION_PLATFORM", "WORKFLOWS", "IMPORT", "INTEGRATION", "API", "MIGRATION"}
BY_AGENTS = {"CRM_UI", "MOBILE_IOS", "MOBILE_ANDROID", "SALES", "BATCH_UPDATE"}


@dataclass(frozen=True, slots=True)
class Way:
    """When a ticket was solved for the first and the last time, and first reopened after that."""

    first_solved: datetime | None = None
    reopened: datetime | None = None
    last_solved: datetime | None = None


def way(ticket: Record, account: Account, closed: datetime | None) -> Way:
    """Return a ticket's way; ``closed`` is its closing date, for one whose stages have no history.

    A ticket that is open again has no last solution: it is not solved.
    """
    changes = ticket.history.get(TICKET_STAGE, ())
    first = last = reopened = None
    was_closed = False
    for change in changes:
        stage = account.stages.get(change.value)
        is_closed = stage.is_closed if stage else False
        if is_closed and not was_closed:
            first, last = first or change.at, change.at
        if was_closed and not is_closed:
            reopened, last = reopened or change.at, None
        was_closed = is_closed
    if first is None and _is_closed_now(ticket, account):
        return Way(closed, None, closed)
    return Way(first, reopened, last)


def _is_closed_now(ticket: Record, account: Account) -> bool:
    stage = account.stages.get(text(ticket.properties, TICKET_STAGE) or "")
    return stage is None or stage.is_closed


def ticket(
    record: Record,
    said: TicketProperties,
    account: Account,
    people: People,
    standing: Standing,
    reader: Reader,
) -> Row:
    """Return a ticket as a row of tickets."""
    properties = record.properties
    requester, company = people.behind(record)
    passed = way(record, account, reader.instant(properties, "closed_date"))
    _remark_on_stage(record, account, reader)
    survivor = standing.now(record.id)
    return {
        "ticket_id": record.id,
        "customer_id": company,
        "requester_id": requester,
        "created_at": written(reader.instant(properties, "createdate")),
        "created_by": _created_by(properties),
        "channel": reader.word(properties, "source_type", CHANNELS),
        "first_agent_reply_at": written(reader.instant(properties, said.first_reply)),
        "first_solved_at": written(passed.first_solved),
        "reopened_at": written(passed.reopened),
        "last_solved_at": written(passed.last_solved),
        "replies_before_first_solve": _replies(reader.flag(properties, said.one_touch)),
        "merged_into": None if survivor == record.id else survivor,
        "is_spam": written(bool(said.is_spam and reader.flag(properties, said.is_spam))),
        "subject": text(properties, "subject"),
        "body": text(properties, "content"),
        "tags": _tags(properties, said.tags, account),
        "priority": reader.word(properties, "hs_ticket_priority", PRIORITIES),
        "escalated": written(reader.flag(properties, said.escalated)) if said.escalated else None,
        "agent_id": text(properties, OWNER),
        "updated_at": written(parsed(record.updated_at)),
    }


def _replies(one_touch: bool | None) -> str | None:
    """Return how many replies solved a ticket: HubSpot says only whether it was one, or not."""
    if one_touch is None:
        return None
    return "1" if one_touch else "2"


def _created_by(properties: Mapping[str, object]) -> str | None:
    """Return who asked: a ticket that came over a channel is a customer's, whoever typed it in."""
    if text(properties, "source_type"):
        return "customer"
    source = (text(properties, "hs_object_source") or "").upper()
    return "agent" if source in BY_AGENTS else "system" if source in BY_MACHINES else None


def _tags(properties: Mapping[str, object], name: str, account: Account) -> str | None:
    values = (text(properties, name) or "").replace("|", ";").split(";")
    shown = (account.label("tickets", name, value.strip()) for value in values if value.strip())
    return "|".join(label for label in shown if label) or None


def _remark_on_stage(record: Record, account: Account, reader: Reader) -> None:
    stage = text(record.properties, TICKET_STAGE)
    if stage and stage not in account.stages:
        reader.remarks.add(
            "tickets",
            f"stage {stage} is in no pipeline, so taken for closed once it has a closing date",
        )
