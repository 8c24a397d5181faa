"""The sample company in a Zendesk account: organizations, people, tickets and satisfaction.

    account = zendesk_of(Exports(folder), now)

Zendesk counts in whole minutes, in seconds only for chats, and has each ticket once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.doubles.sample_company import (
    Exports,
    Row,
    agent_id,
    at,
    company_id,
    organization_id,
    requester_id,
    ticket_id,
)
from tests.doubles.zendesk_account import Account

SCALE = 5
MINUTE = 60


def zendesk_of(exports: Exports, now: datetime) -> Account:
    """Everything the company's helpdesk knows, but for surveys that are about no satisfaction."""
    account = Account()
    tickets = exports.rows("desk", "tickets")
    customers = exports.rows("crm", "customers")
    account.now = min((at(row["created_at"]) for row in (*customers, *tickets)), default=now)
    _people(account, customers, tickets)
    for row in tickets:
        _ticket(account, row)
    account.add_survey(SCALE)
    for row in exports.rows("desk", "survey_responses"):
        if row["survey"] == "csat":
            account.now = at(row["responded_at"])
            account.respond(ticket_id(row["ticket_id"]), int(row["score"]), row["comment"] or None)
    account.now = now
    return account


def _people(account: Account, customers: list[Row], tickets: list[Row]) -> None:
    for row in customers:
        known_as = row["customer_id"]
        account.add_organization(
            id=organization_id(known_as), name=row["name"], external_id=company_id(known_as)
        )
    for agent in sorted({row["agent_id"] for row in tickets}):
        account.add_user(id=agent_id(agent), role="agent", name=f"Agent {agent}")
    for person in sorted({row["requester_id"] for row in tickets}):
        organization = organization_id(person.partition("-")[0])
        account.add_user(id=requester_id(person), organization_id=organization)


def _ticket(account: Account, row: Row) -> None:
    known_as, agent = ticket_id(row["ticket_id"]), agent_id(row["agent_id"])
    if known_as in account.tickets:
        return
    requester = requester_id(row["requester_id"])
    account.now = at(row["created_at"])
    account.add_ticket(
        requester,
        id=known_as,
        organization_id=organization_id(row["customer_id"]),
        submitter_id=requester if row["created_by"] == "customer" else agent,
        assignee_id=agent,
        subject=row["subject"],
        description=row["body"],
        priority=row["priority"],
        tags=_tags(row),
        via=_via(row),
    )
    _measure(account, known_as, row)
    account.now = at(row["updated_at"])
    account.change_ticket(known_as, status=_status(row))


def _tags(row: Row) -> list[str]:
    marks = ("spam", row["is_spam"]), ("escalated", row["escalated"])
    merged = ["closed_by_merge"] if row["merged_into"] else []
    return [row["tags"], *(mark for mark, is_set in marks if is_set == "1"), *merged]


def _via(row: Row) -> dict[str, Any]:
    source: dict[str, Any] = {"from": {}, "to": {}, "rel": None}
    if row["merged_into"]:
        source = {"from": {"ticket_id": ticket_id(row["merged_into"])}, "to": {}, "rel": "merge"}
    return {"channel": row["channel"], "source": source}


def _status(row: Row) -> str:
    if row["merged_into"]:
        return "closed"
    if row["last_solved_at"]:
        return "solved"
    return "open" if row["first_agent_reply_at"] else "new"


def _measure(account: Account, known_as: int, row: Row) -> None:
    """Fill in the metric set, and tell when clocks were stopped and started again."""
    told = account.metrics[known_as]
    told["reply_time_in_minutes"] = _minutes(row, "first_agent_reply_at")
    told["first_resolution_time_in_minutes"] = _minutes(row, "first_solved_at")
    told["full_resolution_time_in_minutes"] = _minutes(row, "last_solved_at")
    told["replies"] = int(row["replies_before_first_solve"])
    told["reopens"] = int(bool(row["reopened_at"]))
    told["solved_at"] = row["last_solved_at"] or None
    if row["channel"] == "chat" and row["first_agent_reply_at"]:
        seconds = _seconds(row, "first_agent_reply_at")
        told["reply_time_in_seconds"] = {"calendar": seconds}
    for column, metric, kind in (
        ("first_agent_reply_at", "reply_time", "fulfill"),
        ("first_solved_at", "resolution_time", "fulfill"),
        ("reopened_at", "resolution_time", "activate"),
    ):
        if row[column]:
            account.now = at(row[column])
            account._tell(known_as, metric, kind)


def _seconds(row: Row, column: str) -> int:
    return int((at(row[column]) - at(row["created_at"])).total_seconds())


def _minutes(row: Row, column: str) -> dict[str, int | None]:
    minutes = _seconds(row, column) // MINUTE if row[column] else None
    return {"calendar": minutes, "business": minutes}
