"""Tickets, those who asked and their scores of Request Tracker as rows of our tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tasks.connectors.rt.clocks import Clock, moment, when_set
from tasks.connectors.values import Raw, Row, flag, inside, plain, several, when, written

DELETED = "deleted"
KNOWN = frozenset({"new", "open", "stalled", "resolved", "rejected", DELETED})


@dataclass(frozen=True, slots=True)
class Around:
    """What the settings say about tickets, and which were merged into which."""

    merged: Mapping[str, str] = field(default_factory=dict)
    spam_statuses: frozenset[str] = frozenset()
    tag_fields: tuple[str, ...] = ()
    spam_tags: frozenset[str] = frozenset({"spam"})
    escalated_tags: frozenset[str] = frozenset()


def field_of(ticket: Raw, name: str) -> tuple[str, ...]:
    """Return the values of a custom field of a ticket."""
    return several(inside(ticket, "CustomFields", name, "values"))


def _requester(ticket: Raw) -> str | None:
    asking = ticket.get("Requestor") or ()
    return next((plain(one.get("id")) for one in asking), None)


def merges(ticket: Raw) -> Iterator[tuple[str, str]]:
    """Yield (gone, surviving): the ticket itself, and what its history has of others."""
    known_as, into = plain(ticket.get("id")) or "", plain(ticket.get("EffectiveId"))
    if into is not None and into != known_as:
        yield known_as, into
        return
    for one in ticket.get("History") or ():
        other = plain(one["ObjectId"])
        if other is not None and other != known_as:
            yield other, known_as


def ticket_row(ticket: Raw, clock: Clock, around: Around) -> Row | None:
    """Return a ticket as a row of ``tickets``; None for one that was deleted."""
    status, known_as = plain(ticket.get("Status")), plain(ticket.get("id"))
    if status == DELETED:
        return None
    tags = frozenset(tag for name in around.tag_fields for tag in field_of(ticket, name))
    escalated = bool(around.escalated_tags & tags) if around.escalated_tags else None
    return {
        "ticket_id": known_as,
        "customer_id": plain(ticket.get("customer_id")),
        "requester_id": _requester(ticket),
        "created_at": when(ticket.get("Created")),
        "created_by": clock.created_by,
        "channel": None,
        "first_agent_reply_at": written(clock.first_reply),
        "first_solved_at": written(clock.first_solved),
        "reopened_at": written(clock.reopened),
        "last_solved_at": written(clock.last_solved),
        "replies_before_first_solve": plain(clock.replies),
        "merged_into": around.merged.get(known_as or ""),
        "is_spam": flag(status in around.spam_statuses or bool(around.spam_tags & tags)),
        "subject": plain(ticket.get("Subject")),
        "body": None,
        "tags": "|".join(sorted(tags)) or None,
        "priority": plain(ticket.get("Priority")),
        "escalated": flag(escalated),
        "agent_id": plain(ticket.get("owner_id")),
        "business_schedule": None,
        "updated_at": when(ticket.get("LastUpdated")),
    }


def contact_row(person: Raw, customer: str | None) -> Row | None:
    """Return who asked as a row of ``contacts``; None where the customer is unknown."""
    if customer is None:
        return None
    return {
        "contact_id": plain(person.get("id")),
        "customer_id": customer,
        "email": plain(person.get("EmailAddress")),
        "role": None,
        "active": None,
        "last_seen_at": None,
    }


def score_of(ticket: Raw, name: str) -> str | None:
    """Return the score that a custom field has; None without one."""
    return next(iter(field_of(ticket, name)), None)


def is_on(scale: tuple[int, int], score: str) -> bool:
    """Return whether a score is a number of the scale."""
    try:
        return scale[0] <= float(score) <= scale[1]
    except ValueError:
        return False


def score_row(ticket: Raw, name: str, scale: tuple[int, int]) -> Row | None:
    """Return a ticket's score as a row of ``survey_responses``; None without one on the scale."""
    score = score_of(ticket, name)
    if score is None or not is_on(scale, score):
        return None
    known = plain(inside(ticket, "CustomFields", name, "field_id")) or ""
    given = when_set(ticket, known, score) or moment(ticket.get("LastUpdated"))
    return {
        "response_id": f"{plain(ticket.get('id'))}:{known}",
        "survey": "csat",
        "customer_id": plain(ticket.get("customer_id")),
        "respondent_id": _requester(ticket),
        "ticket_id": plain(ticket.get("id")),
        "responded_at": written(given),
        "score": score,
        "scale_min": str(scale[0]),
        "scale_max": str(scale[1]),
        "high_is": "good",
        "comment": None,
        "updated_at": when(ticket.get("LastUpdated")),
    }
