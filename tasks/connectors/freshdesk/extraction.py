"""From an account to tables: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.connectors.base import Surroundings
from tasks.connectors.freshdesk import streams as of
from tasks.connectors.freshdesk.access import api
from tasks.connectors.freshdesk.mapping import (
    Around,
    contact_row,
    customer_id,
    customer_of,
    customer_row,
    first_solved,
    rating_row,
    score_of,
    ticket_row,
)
from tasks.connectors.freshdesk.settings import FreshdeskSettings
from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.reconciling import counted
from tasks.connectors.remarks import Remarks
from tasks.connectors.streams import GONE, Row
from tasks.connectors.tables import Rows
from tasks.connectors.values import plain, whole
from tasks.facts.raw import Extracted

CLOSED = 5  # after four months such a ticket is archived, and in no list
REOPENED = "was opened again, and Freshdesk tells of the last solution only: the first is a guess"


@dataclass(slots=True)
class _Account:
    """What was landed of an account, and what is known of its companies and contacts."""

    settings: FreshdeskSettings
    landed: Landed
    remarks: Remarks
    customers: dict[str, str] = field(default_factory=dict)
    company_of: dict[str, str | None] = field(default_factory=dict)
    of_ticket: dict[str, str | None] = field(default_factory=dict)

    @property
    def around(self) -> Around:
        spam, escalated = self.settings.spam_tags, self.settings.escalated_tags
        return Around(self.customers, self.company_of, frozenset(spam), frozenset(escalated))


def extracted(settings: FreshdeskSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the account gives; what a stream could not give is a problem."""
    declared = of.streams(settings)
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, declared, session, surroundings)
    landed = Landed(settings.name, reports, surroundings)
    account = _Account(settings, landed, Remarks(settings.name))
    tables = [table.raw() for table in _tables(account)]
    counted(surroundings, settings.name, reports, of.TICKETS, len(account.of_ticket))
    return landed.extracted(tables, account.remarks.notes())


def _tables(account: _Account) -> Iterator[Rows]:
    """Yield the tables; later ones need what earlier ones leave behind."""
    customers = _customers(account)
    if account.settings.customers:
        yield customers
    yield _contacts(account)
    yield _tickets(account)
    yield _ratings(account)


def _customers(account: _Account) -> Rows:
    table, rule = account.landed.table("customers", of.COMPANIES), account.settings.customer
    for company in account.landed.rows(of.COMPANIES):
        known_as = customer_id(company, rule)
        if known_as is None:
            account.remarks.add("customers", f"has no {rule}, so it is no customer")
            continue
        account.customers[of.row_id(company)] = known_as
        table.add(None if GONE in company else customer_row(company, rule))
    return table


def _contacts(account: _Account) -> Rows:
    """Return every contact once: in the state in which it was seen last."""
    newest: dict[str, tuple[str, str, Row]] = {}
    for state in of.STATES:
        for contact in account.landed.rows(of.contacts_name(state)):
            known_as = of.row_id(contact)
            seen = (of.updated(contact), state, contact)
            if known_as not in newest or newest[known_as][0] <= seen[0]:
                newest[known_as] = seen
    table = account.landed.table("contacts", *map(of.contacts_name, of.STATES))
    for known_as, (_, state, contact) in sorted(newest.items()):
        account.company_of[known_as] = plain(contact.get("company_id"))
        is_there = state not in {"deleted", "blocked"}
        table.add(contact_row(contact, account.around, is_there=is_there))
    return table


def _tickets(account: _Account) -> Rows:
    table, around = account.landed.table("tickets", of.TICKETS), account.around
    deleted, spam = _listed(account, of.DELETED), _listed(account, of.SPAM)
    given = account.landed.rows(of.TICKETS, stays=lambda one: _stays(one, {*deleted, *spam}))
    for ticket in given:
        known_as = of.row_id(ticket)
        if deleted.get(known_as, "") >= of.updated(ticket):
            continue
        row = ticket_row(ticket, around, is_spam=known_as in spam)
        account.of_ticket[known_as] = customer_of(ticket, around)
        _remark(account.remarks, row, ticket)
        table.add(row)
    return table


def _listed(account: _Account, stream: str) -> dict[str, str]:
    """Return what is in a list right now, and which state of it."""
    rows = (row for row in account.landed.rows(stream) if GONE not in row)
    return {of.row_id(row): of.updated(row) for row in rows}


def _stays(ticket: Row, elsewhere: set[str]) -> bool:
    """Return whether a ticket need not be listed: it may be archived, or in another list."""
    return whole(ticket.get("status")) == CLOSED or of.row_id(ticket) in elsewhere


def _remark(remarks: Remarks, row: Row, ticket: Row) -> None:
    if row["customer_id"] is None:
        remarks.add("tickets", "belongs to no customer: neither it nor its requester has a company")
    for name in ("channel", "priority"):
        if str(row[name]).startswith("other:"):
            remarks.add("tickets", f"{name} '{row[name]}' is unknown")
    if first_solved(ticket)[1]:
        remarks.add("tickets", REOPENED)


def _ratings(account: _Account) -> Rows:
    table = account.landed.table("survey_responses", of.RATINGS)
    for rating in account.landed.rows(of.RATINGS):
        if score_of(rating) is None:
            remark = "has a rating that is none of Freshdesk's numbers, and is left out"
            account.remarks.add("survey_responses", remark)
        table.add(rating_row(rating, account.of_ticket))
    return table
