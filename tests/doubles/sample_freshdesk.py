"""The sample company in a Freshdesk account: companies, people, tickets and satisfaction.

    fill(freshdesk, Exports(folder), now)

Freshdesk tells of the last solution only, and of no ticket that was merged into another.
"""

from __future__ import annotations

from datetime import datetime

from tests.doubles.freshdesk import OPEN, RESOLVED, Freshdesk
from tests.doubles.sample_company import (
    Exports,
    Row,
    agent_id,
    at,
    company_id,
    contact_id,
    ticket_id,
)

SOURCES = {"email": 1, "web": 2, "chat": 7}
OUTBOUND = 10
PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
CODES = {1: -103, 2: -102, 3: 100, 4: 102, 5: 103}


def fill(freshdesk: Freshdesk, exports: Exports, now: datetime) -> None:
    """Give the account everything the helpdesk knows, but for surveys about no satisfaction."""
    tickets, customers = exports.rows("desk", "tickets"), exports.rows("crm", "customers")
    freshdesk.now = min((at(row["created_at"]) for row in (*customers, *tickets)), default=now)
    for row in customers:
        freshdesk.add_company(row["name"], id=int(company_id(row["customer_id"])))
    for person in sorted({row["requester_id"] for row in tickets}):
        company = int(company_id(person.partition("-")[0]))
        freshdesk.add_contact(person, company, id=int(contact_id(person)))
    for row in tickets:
        if not row["merged_into"] and ticket_id(row["ticket_id"]) not in freshdesk.tickets_there:
            _ticket(freshdesk, row)
    for row in exports.rows("desk", "survey_responses"):
        known_as = ticket_id(row["ticket_id"])
        if row["survey"] == "csat" and known_as in freshdesk.tickets_there:
            freshdesk.now = at(row["responded_at"])
            freshdesk.rate(known_as, CODES[int(row["score"])], row["comment"] or None)
    freshdesk.now = now


def _ticket(freshdesk: Freshdesk, row: Row) -> None:
    known_as = ticket_id(row["ticket_id"])
    freshdesk.now = at(row["created_at"])
    is_theirs = row["created_by"] == "customer"
    marks = ("spam", row["is_spam"]), ("escalated", row["escalated"])
    freshdesk.add_ticket(
        int(contact_id(row["requester_id"])),
        id=known_as,
        company_id=int(company_id(row["customer_id"])),
        responder_id=agent_id(row["agent_id"]),
        source=SOURCES[row["channel"]] if is_theirs else OUTBOUND,
        priority=PRIORITIES[row["priority"]],
        subject=row["subject"],
        description_text=row["body"],
        tags=[row["tags"], *(mark for mark, is_set in marks if is_set == "1")],
        status=RESOLVED if row["last_solved_at"] else OPEN,
        stats={
            "first_responded_at": row["first_agent_reply_at"] or None,
            "resolved_at": row["last_solved_at"] or None,
            "closed_at": None,
            "reopened_at": row["reopened_at"] or None,
        },
    )
    freshdesk.now = at(row["updated_at"])
    freshdesk.change(known_as)
