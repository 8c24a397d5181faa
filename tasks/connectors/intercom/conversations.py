"""A conversation as a row of ``tickets``, or as a visit to help that no person was needed for.

The statistics say when it was first answered and closed. When it was opened again, and how many
replies it took, only its parts tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from tasks.connectors.values import Raw, Row, flag, inside, instant, plain, when, whole, written

RESOLVED = frozenset({"assumed_resolution", "confirmed_resolution"})
OPENS = frozenset({"open", "assign_and_reopen"})
SAYS = frozenset({"comment", "close", "open", "assign_and_reopen"})
OF_CONTACTS = frozenset({"user", "lead", "contact"})
OF_TEAMS = frozenset({"admin", "team"})
OPENED_BY = {"customer_initiated": "customer", "admin_initiated": "agent"}
BY_BOT = "operator_initiated"
URGENT = "priority"
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Around:
    """What the other streams say about conversations, and which tags mean what.

    ``customers`` is by contact, None for one that has none.
    """

    customers: Mapping[str, str | None] = field(default_factory=dict)
    spam_tags: frozenset[str] = frozenset({"spam"})
    escalated_tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Course:
    """What the parts of a conversation tell.

    ``estimated``: it was opened again, nobody knows when; ``short``: some of its parts are missing.
    """

    reopened: datetime | None = None
    replies: int | None = None
    estimated: bool = False
    short: bool = False


def course(talk: Raw) -> Course:
    """Return what happened in a conversation after it was first closed, and before."""
    parts, closed = parts_of(talk), _stated(talk, "first_close_at")
    counted = whole(inside(talk, "statistics", "count_conversation_parts"))
    short = counted is not None and parts is not None and len(parts) < counted
    reopened, estimated = _reopened(talk, parts or (), closed)
    replies = None if parts is None or short else _replies(parts, closed)
    return Course(reopened, replies, estimated, short)


def parts_of(talk: Raw) -> tuple[Raw, ...] | None:
    """Return the parts of a conversation, the oldest first; None where they were not read."""
    found = inside(talk, "conversation_parts", "conversation_parts")
    if not isinstance(found, list):
        return None
    parts = [one for one in found if isinstance(one, dict)]
    return tuple(sorted(parts, key=lambda one: whole(one.get("created_at")) or 0))


def _stated(talk: Raw, name: str) -> datetime | None:
    return instant(inside(talk, "statistics", name))


def _reopened(
    talk: Raw, parts: tuple[Raw, ...], closed: datetime | None
) -> tuple[datetime | None, bool]:
    """Return when a conversation was first opened again, and whether that is a guess.

    Where only the count is known it is taken to be right after it was closed: it then never
    counts as solved at first contact.
    """
    if closed is None or not whole(inside(talk, "statistics", "count_reopens")):
        return None, False
    later = (one for one in parts if (_at(one) or closed) > closed and _opens(one))
    found = next((_at(one) for one in later), None)
    return (found, False) if found is not None else (closed, True)


def _at(part: Raw) -> datetime | None:
    return instant(part.get("created_at"))


def _opens(part: Raw) -> bool:
    """Return whether a part opens the conversation again; so does what a contact says."""
    by_contact = inside(part, "author", "type") in OF_CONTACTS and part.get("state") == "open"
    return part.get("part_type") in OPENS or by_contact


def _replies(parts: tuple[Raw, ...], closed: datetime | None) -> int:
    """Return how often a person of ours said something until it was first closed."""
    return sum(
        one.get("part_type") in SAYS
        and one.get("is_said") is True
        and inside(one, "author", "type") in OF_TEAMS
        and (closed is None or (_at(one) or closed) <= closed)
        for one in parts
    )


def ticket_row(talk: Raw, taken: Course, around: Around) -> Row:
    """Return a conversation that took ``taken`` as a row of ``tickets``."""
    tags = tags_of(talk)
    is_closed = talk.get("state") == "closed"
    assignee = plain(talk.get("admin_assignee_id"))
    return {
        "ticket_id": plain(talk.get("id")),
        "customer_id": customer_of(talk, around),
        "requester_id": requester_of(talk),
        "created_at": when(asked_at(talk)),
        "created_by": created_by(talk),
        "channel": plain(inside(talk, "source", "type")),
        "first_agent_reply_at": written(_stated(talk, "first_admin_reply_at")),
        "first_solved_at": written(_stated(talk, "first_close_at")),
        "reopened_at": written(taken.reopened),
        "last_solved_at": written(_stated(talk, "last_close_at")) if is_closed else None,
        "replies_before_first_solve": plain(taken.replies),
        "merged_into": None,
        "is_spam": flag(bool(around.spam_tags & tags)),
        "subject": text_of(talk.get("title") or inside(talk, "source", "subject")),
        "body": text_of(inside(talk, "source", "body")),
        "tags": "|".join(sorted(tags)) or None,
        "priority": URGENT if talk.get("priority") == URGENT else None,
        "escalated": flag(bool(around.escalated_tags & tags)) if around.escalated_tags else None,
        "agent_id": None if assignee == "0" else assignee,
        "business_schedule": None,
        "updated_at": when(talk.get("updated_at")),
    }


def requester_of(talk: Raw) -> str | None:
    """Return the contact that a conversation is with: the first, where there are several."""
    contacts = inside(talk, "contacts", "contacts")
    found = contacts if isinstance(contacts, list) else ()
    return next((known_as for one in found if (known_as := plain(inside(one, "id")))), None)


def customer_of(talk: Raw, around: Around) -> str | None:
    """Return the customer of the conversation's contact."""
    return around.customers.get(requester_of(talk) or "")


def asked_at(talk: Raw) -> object:
    """Return when somebody needed something: where a bot asks first, when it was answered.

    From there on Intercom itself counts how long people wait.
    """
    answered = inside(talk, "first_contact_reply", "created_at")
    by_bot = inside(talk, "source", "delivered_as") == BY_BOT
    return answered if by_bot and answered is not None else talk.get("created_at")


def created_by(talk: Raw) -> str:
    """Return whether a customer, an agent or a machine began.

    A bot that asks first is answered by a customer who needs something; a campaign is not.
    """
    begun = inside(talk, "source", "delivered_as")
    if begun in OPENED_BY:
        return OPENED_BY[begun]
    if begun == BY_BOT and isinstance(talk.get("first_contact_reply"), dict):
        return "customer"
    by_contact = inside(talk, "source", "author", "type") in OF_CONTACTS
    return "customer" if begun is None and by_contact else "system"


def tags_of(talk: Raw) -> frozenset[str]:
    """Return the names of the tags of a conversation."""
    found = inside(talk, "tags", "tags")
    names = (plain(inside(one, "name")) for one in (found if isinstance(found, list) else ()))
    return frozenset(name for name in names if name)


def text_of(value: object) -> str | None:
    """Return what a text says, without its markup."""
    said = plain(value)
    return None if said is None else " ".join(unescape(_MARKUP.sub(" ", said)).split()) or None


def met_the_machine(talk: Raw) -> bool:
    """Return whether Intercom's AI agent took part in a conversation."""
    return talk.get("ai_agent_participated") is True or isinstance(talk.get("ai_agent"), dict)


def needed_nobody(talk: Raw) -> bool:
    """Return whether the AI agent resolved a conversation, and no person said anything in it."""
    resolved = inside(talk, "ai_agent", "resolution_state") in RESOLVED
    return resolved and _stated(talk, "first_admin_reply_at") is None


def visit_row(talk: Raw) -> Row:
    """Return a conversation with the AI agent as a row of ``kb_sessions``."""
    return {
        "session_id": f"conversation:{plain(talk.get('id'))}",
        "user_id": requester_of(talk),
        "started_at": when(talk.get("created_at")),
        "updated_at": when(talk.get("updated_at")),
    }
