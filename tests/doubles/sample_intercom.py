"""The sample company in an Intercom workspace: companies, people, conversations and ratings.

    intercom.workspace = intercom_of(Exports(folder), now)

Intercom merges no conversations, so a ticket that was merged into another is not there; and a
conversation is of its contact's company: that of the surviving customer, where two were merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.doubles.intercom_workspace import Workspace
from tests.doubles.sample_company import (
    Exports,
    Row,
    agent_id,
    at,
    company_id,
    contact_id,
    ticket_id,
)

CHANNELS = {"chat": "conversation", "web": "conversation", "email": "email"}
BEGUN = {"customer": "customer_initiated", "agent": "admin_initiated", "system": "automated"}
URGENT = frozenset({"high", "urgent"})


def intercom_of(exports: Exports, now: datetime) -> Workspace:
    """Everything the company's helpdesk knows, but for surveys that are about no satisfaction."""
    there = Workspace()
    tickets, customers = exports.rows("desk", "tickets"), exports.rows("crm", "customers")
    there.now = min((at(row["created_at"]) for row in (*customers, *tickets)), default=now)
    for row in customers:
        there.add_company(company_id(row["customer_id"]), row["name"])
    _people(there, exports.rows("crm", "contacts"), tickets)
    for row in tickets:
        if not row["merged_into"] and str(ticket_id(row["ticket_id"])) not in there.conversations:
            _conversation(there, row)
    for row in exports.rows("desk", "survey_responses"):
        known_as = str(ticket_id(row["ticket_id"]))
        if row["survey"] == "csat" and known_as in there.conversations:
            there.now = at(row["responded_at"])
            there.rate(known_as, int(row["score"]), row["comment"] or None)
    there.now = now
    return there


def _people(there: Workspace, contacts: list[Row], tickets: list[Row]) -> None:
    seen_at = {row["contact_id"]: row for row in contacts}
    for person in sorted({*seen_at, *(row["requester_id"] for row in tickets)}):
        row, known_as = seen_at.get(person, {}), contact_id(person)
        seen = int(at(row["last_seen_at"]).timestamp()) if row.get("last_seen_at") else None
        company = f"ic{company_id(person.partition('-')[0])}"
        email = row.get("email") or f"{known_as}@example.com"
        there.add_contact(person, company, id=known_as, email=email, last_seen_at=seen)


def _conversation(there: Workspace, row: Row) -> None:
    known_as = str(ticket_id(row["ticket_id"]))
    there.now = at(row["created_at"])
    there.converse(
        contact_id(row["requester_id"]),
        row["body"],
        id=known_as,
        title=row["subject"],
        priority="priority" if row["priority"] in URGENT else "not_priority",
        admin_assignee_id=agent_id(row["agent_id"]),
        source={"type": CHANNELS[row["channel"]], "delivered_as": BEGUN[row["created_by"]]},
    )
    marks = ("spam", row["is_spam"]), ("escalated", row["escalated"])
    there.tag(known_as, row["tags"], *(mark for mark, is_set in marks if is_set == "1"))
    for moment, what in sorted(_course(row), key=lambda one: one[0]):
        there.now = moment
        getattr(there, what)(known_as)
    there.now = max(there.now, at(row["updated_at"]))
    there.change(known_as)


def _course(row: Row) -> Iterator[tuple[datetime, str]]:
    """Yield what happened in a ticket, and when: of replies only the first one's time is known."""
    if row["first_agent_reply_at"]:
        first = at(row["first_agent_reply_at"])
        for _ in range(int(row["replies_before_first_solve"])):
            yield first, "reply"
    if row["first_solved_at"]:
        yield at(row["first_solved_at"]), "close"
    if row["reopened_at"]:
        yield at(row["reopened_at"]), "answer"
        if row["last_solved_at"]:
            yield at(row["last_solved_at"]), "close"
