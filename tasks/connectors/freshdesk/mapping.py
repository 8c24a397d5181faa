"""Tickets, contacts, companies and ratings of Freshdesk as rows of our tables."""

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
    whole,
    written,
)

FIELD = "field:"
SOURCES = {1: "email", 2: "portal", 3: "phone", 7: "chat", 9: "widget", 10: "outbound_email"}
BY_AGENTS = frozenset({10})
PRIORITIES = {1: "low", 2: "medium", 3: "high", 4: "urgent"}
SOLVED = frozenset({4, 5})  # Resolved, Closed; statuses of an account's own are none of these
MIDDLE, FURTHEST = 100, 3  # of a rating: from -103 over 100 to 103
LOWEST, HIGHEST = "1", "7"
STEPS = ("resolved_at", "closed_at")


@dataclass(frozen=True, slots=True)
class Around:
    """What the other streams say about tickets, and which tags mean what; ids are text."""

    customers: Mapping[str, str] = field(default_factory=dict)  # by company
    company_of: Mapping[str, str | None] = field(default_factory=dict)  # by contact
    spam_tags: frozenset[str] = frozenset({"spam"})
    escalated_tags: frozenset[str] = frozenset()


def named(words: Mapping[int, str], value: object) -> str | None:
    """Return the word for a number of Freshdesk's; ``other:15`` for one that has none."""
    number = whole(value)
    if number is None:
        return None
    return words.get(number, f"other:{number}")


def first_solved(ticket: Raw) -> tuple[datetime | None, bool]:
    """Return when a ticket was first solved, and whether that is a guess.

    Only its last solution is told: one that was opened again was solved before that.
    """
    reopened = instant(inside(ticket, "stats", "reopened_at"))
    if reopened is not None:
        return reopened, True
    return _solved(ticket), False


def _solved(ticket: Raw) -> datetime | None:
    resolved, closed = (instant(inside(ticket, "stats", one)) for one in STEPS)
    return resolved or closed


def ticket_row(ticket: Raw, around: Around, *, is_spam: bool = False) -> Row:
    """Return a ticket, with its ``stats``, as a row of ``tickets``."""
    tags = frozenset(several(ticket.get("tags")))
    solved, _ = first_solved(ticket)
    is_solved = whole(ticket.get("status")) in SOLVED
    escalated = bool(around.escalated_tags & tags) if around.escalated_tags else None
    return {
        "ticket_id": plain(ticket.get("id")),
        "customer_id": customer_of(ticket, around),
        "requester_id": plain(ticket.get("requester_id")),
        "created_at": when(ticket.get("created_at")),
        "created_by": "agent" if whole(ticket.get("source")) in BY_AGENTS else "customer",
        "channel": named(SOURCES, ticket.get("source")),
        "first_agent_reply_at": when(inside(ticket, "stats", "first_responded_at")),
        "first_solved_at": written(solved),
        "reopened_at": when(inside(ticket, "stats", "reopened_at")),
        "last_solved_at": written(_solved(ticket)) if is_solved else None,
        "replies_before_first_solve": None,
        "merged_into": None,
        "is_spam": flag(is_spam or ticket.get("spam") is True or bool(around.spam_tags & tags)),
        "subject": plain(ticket.get("subject")),
        "body": plain(ticket.get("description_text")),
        "tags": "|".join(sorted(tags)) or None,
        "priority": named(PRIORITIES, ticket.get("priority")),
        "escalated": flag(escalated) if escalated is not None else None,
        "agent_id": plain(ticket.get("responder_id")),
        "business_schedule": None,
        "updated_at": when(ticket.get("updated_at")),
    }


def customer_of(ticket: Raw, around: Around) -> str | None:
    """Return the customer of the ticket's company, else of its requester's."""
    theirs = around.company_of.get(plain(ticket.get("requester_id")) or "")
    return around.customers.get(plain(ticket.get("company_id")) or theirs or "")


def customer_id(company: Raw, rule: str) -> str | None:
    """Return which customer a company is: its ``id``, its ``name``, or a field of it."""
    if rule.startswith(FIELD):
        name = rule.removeprefix(FIELD)
        value = inside(company, "custom_fields", name)
        value = company.get(name) if value is None else value
        return None if isinstance(value, bool) else plain(value)
    return plain(company.get(rule))


def customer_row(company: Raw, rule: str) -> Row:
    """Return a company as a row of ``customers``."""
    return {
        "customer_id": customer_id(company, rule),
        "name": plain(company.get("name")),
        "segment": None,
        "industry": plain(company.get("industry")),
        "country": None,
        "acquired_via": None,
        "referrer_id": None,
        "is_test": None,
        "merged_into": None,
        "plan": plain(company.get("account_tier")),
        "created_at": when(company.get("created_at")),
        "external_ids": f"freshdesk:{plain(company.get('id'))}",
        "updated_at": when(company.get("updated_at")),
    }


def contact_row(contact: Raw, around: Around, *, is_there: bool) -> Row | None:
    """Return a row of ``contacts``; None where its customer is unknown."""
    customer = around.customers.get(plain(contact.get("company_id")) or "")
    if customer is None:
        return None
    return {
        "contact_id": plain(contact.get("id")),
        "customer_id": customer,
        "email": plain(contact.get("email")),
        "role": plain(contact.get("job_title")),
        "active": flag(is_there),
        "last_seen_at": None,
        "updated_at": when(contact.get("updated_at")),
    }


def score_of(rating: Raw) -> int | None:
    """Return a rating from 1 to 7; None for a number that is none of Freshdesk's.

    Happy is 101, 102 or 103, unhappy -101, -102 or -103; 100 is neither.
    """
    code = whole(inside(rating, "ratings", "default_question"))
    code = whole(rating.get("rating")) if code is None else code
    if code is None or not MIDDLE <= abs(code) <= MIDDLE + FURTHEST:
        return None
    steps = abs(code) - MIDDLE
    return FURTHEST + 1 + (steps if code > 0 else -steps)


def rating_row(rating: Raw, tickets: Mapping[str, str | None]) -> Row | None:
    """Return a rating as a row of ``survey_responses``; ``tickets`` says whose each ticket is."""
    score = score_of(rating)
    if score is None:
        return None
    ticket = plain(rating.get("ticket_id"))
    return {
        "response_id": plain(rating.get("id")),
        "survey": "csat",
        "customer_id": tickets.get(ticket or ""),
        "respondent_id": plain(rating.get("user_id")),
        "ticket_id": ticket,
        "responded_at": when(rating.get("created_at")),
        "score": str(score),
        "scale_min": LOWEST,
        "scale_max": HIGHEST,
        "high_is": "good",
        "comment": plain(rating.get("feedback")),
        "updated_at": when(rating.get("updated_at")),
    }
