"""A ticket from the export as a row of ``tickets``, or none where it is out of every count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tasks.connectors.values import (
    Raw,
    Row,
    flag,
    inside,
    instant,
    plain,
    several,
    when,
    written,
)
from tasks.connectors.zendesk.clocks import Clock
from tasks.connectors.zendesk.people import Person

MERGED = "closed_by_merge"  # the tag of a ticket that was merged into another
SCRUBBED = frozenset({"SCRUBBED", "X"})
MACHINES = frozenset({"rule", "system", "automation", "trigger", "facebook_page_sync"})


@dataclass(frozen=True, slots=True)
class Around:
    """What the other streams say about tickets; ids are text.

    ``customers`` is by organization, ``people`` by user, ``deleted`` says when a ticket was
    deleted. ``spam_tags`` and ``escalated_tags`` are from the settings; ``schedule`` is the
    account's only business schedule, if it has just one.
    """

    customers: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    deleted: Mapping[str, datetime] = field(default_factory=dict)
    spam_tags: frozenset[str] = frozenset({"spam"})
    escalated_tags: frozenset[str] = frozenset()
    schedule: str | None = None


def is_gone(ticket: Raw, around: Around) -> bool:
    """Return whether a ticket was deleted or emptied: it is kept raw, and not counted."""
    if ticket.get("status") == "deleted" or _is_scrubbed(ticket):
        return True
    deleted = around.deleted.get(plain(ticket.get("id")) or "")
    return deleted is not None and deleted >= (generated(ticket) or deleted)


def _is_scrubbed(ticket: Raw) -> bool:
    return ticket.get("subject") == "SCRUBBED" and ticket.get("description") in SCRUBBED


def generated(ticket: Raw) -> datetime | None:
    """Return when this state of the ticket came about; system updates do not move updated_at."""
    return instant(ticket.get("generated_timestamp")) or instant(ticket.get("updated_at"))


def ticket_row(ticket: Raw, clock: Clock, around: Around) -> Row:
    """Return ``ticket`` with the instants of ``clock`` as a row of ``tickets``."""
    tags = several(ticket.get("tags"))
    return {
        "ticket_id": plain(ticket.get("id")),
        "customer_id": customer_of(ticket, around),
        "requester_id": plain(ticket.get("requester_id")),
        "created_at": when(ticket.get("created_at")),
        "created_by": created_by(ticket, around.people),
        "channel": plain(inside(ticket, "via", "channel")),
        "first_agent_reply_at": written(clock.first_reply),
        "first_solved_at": written(clock.first_solved),
        "reopened_at": written(clock.reopened),
        "last_solved_at": written(clock.last_solved),
        "replies_before_first_solve": plain(clock.replies),
        "merged_into": merged_into(ticket),
        "is_spam": flag(is_spam(ticket, around)),
        "subject": plain(ticket.get("subject")),
        "body": plain(ticket.get("description")),
        "tags": "|".join(tags) or None,
        "priority": plain(ticket.get("priority")),
        "escalated": flag(_escalated(tags, around.escalated_tags)),
        "agent_id": plain(ticket.get("assignee_id")),
        "business_schedule": around.schedule,
        "updated_at": when(ticket.get("updated_at")),
    }


def customer_of(ticket: Raw, around: Around) -> str | None:
    """Return the customer of the ticket's organization, else of its requester's."""
    own = plain(ticket.get("organization_id"))
    requester = around.people.get(plain(ticket.get("requester_id")) or "")
    theirs = requester.organization if requester else None
    return around.customers.get(own or theirs or "")


def created_by(ticket: Raw, people: Mapping[str, Person]) -> str:
    """Return whether a customer, an agent or a machine opened the ticket.

    Who wrote the first comment is the submitter; an unknown one who is not the requester is
    taken for an agent, as only they can open tickets for others.
    """
    if inside(ticket, "via", "channel") in MACHINES:
        return "system"
    submitter, requester = plain(ticket.get("submitter_id")), plain(ticket.get("requester_id"))
    known = people.get(submitter or requester or "")
    if known is not None:
        return "agent" if known.is_agent else "customer"
    return "customer" if submitter in {None, requester} else "agent"


def is_merged(ticket: Raw) -> bool:
    """Return whether the ticket was closed because it was merged into another."""
    by_source = inside(ticket, "via", "source", "rel") == "merge"
    return MERGED in several(ticket.get("tags")) or (by_source and ticket.get("status") == "closed")


def merged_into(ticket: Raw) -> str | None:
    """Return the ticket this one was merged into; itself where Zendesk does not say into which."""
    if not is_merged(ticket):
        return None
    if inside(ticket, "via", "source", "rel") != "merge":
        return plain(ticket.get("id"))
    source = inside(ticket, "via", "source")
    said = inside(source, "to", "ticket_id") or inside(source, "from", "ticket_id")
    return plain(said) or plain(ticket.get("id"))


def is_spam(ticket: Raw, around: Around) -> bool:
    """Return whether a tag says spam, or the requester is suspended."""
    requester = around.people.get(plain(ticket.get("requester_id")) or "")
    suspended = requester is not None and requester.suspended
    return suspended or bool(around.spam_tags & set(several(ticket.get("tags"))))


def _escalated(tags: tuple[str, ...], words: frozenset[str]) -> bool | None:
    return bool(words & set(tags)) if words else None
