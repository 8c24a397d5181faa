"""From a workspace to tables: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from tasks.connectors.base import Surroundings
from tasks.connectors.http import Session
from tasks.connectors.intercom import streams as of
from tasks.connectors.intercom.access import api
from tasks.connectors.intercom.conversations import (
    Around,
    course,
    met_the_machine,
    needed_nobody,
    ticket_row,
    visit_row,
)
from tasks.connectors.intercom.notes import Seen
from tasks.connectors.intercom.people import (
    companies_of,
    contact_row,
    customer_id,
    customer_of,
    customer_row,
)
from tasks.connectors.intercom.ratings import machine_row, rating_row, sends
from tasks.connectors.intercom.settings import IntercomSettings
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.reconciling import counted
from tasks.connectors.streams import GONE, Row
from tasks.connectors.tables import Rows
from tasks.facts.raw import Extracted

ASKED = ("created_at", "rating")


@dataclass(slots=True)
class _Workspace:
    """What was landed of a workspace, and what is known of its companies and contacts."""

    settings: IntercomSettings
    landed: Landed
    seen: Seen
    customers: dict[str, str] = field(default_factory=dict)  # by company
    of_contact: dict[str, str | None] = field(default_factory=dict)


def extracted(settings: IntercomSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the workspace gives; what a stream could not give is a problem."""
    declared = of.streams(settings)
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, declared, session, surroundings)
    landed = Landed(settings.name, reports, surroundings)
    there = _Workspace(settings, landed, Seen(settings.name, settings.customer))
    tables = [table.raw() for table in _tables(there)]
    counted(surroundings, settings.name, reports, of.CONVERSATIONS, there.seen.talks)
    return landed.extracted(tables, tuple(there.seen.notes()))


def _tables(there: _Workspace) -> Iterator[Rows]:
    """Yield the tables; later ones need what earlier ones leave behind."""
    customers = _customers(there)
    if there.settings.customers:
        yield customers
    yield _contacts(there)
    yield from _talks(there)


def _customers(there: _Workspace) -> Rows:
    """Return the companies that are there; what belonged to one that is gone still does."""
    table, rule = there.landed.table("customers", of.COMPANIES), there.settings.customer
    named: set[str] = set()
    for company in there.landed.rows(of.COMPANIES):
        known_as = customer_id(company, rule)
        if known_as is None:
            there.seen.strangers[of.row_id(company)] = str(company.get("name") or "?")
            continue
        there.customers[of.row_id(company)] = known_as
        if known_as not in named and GONE not in company:
            table.add(customer_row(company, rule))
            named.add(known_as)
    return table


def _contacts(there: _Workspace) -> Rows:
    """Return the contacts that are there; one merged into another still wrote what it wrote."""
    landed, table = there.landed, there.landed.table("contacts", of.CONTACTS)
    unlisted = landed.compared(of.CONTACTS).unlisted
    for contact in landed.rows(of.CONTACTS, stays=lambda _contact: True):
        known_as = of.row_id(contact)
        there.of_contact[known_as] = customer_of(contact, there.customers)
        there.seen.several += _has_several(contact, there)
        if known_as in unlisted:
            landed.lost.setdefault(of.CONTACTS, set()).add(known_as)
        else:
            table.add(contact_row(contact, there.customers))
    return table


def _has_several(contact: Row, there: _Workspace) -> bool:
    return len({there.customers.get(one) for one in companies_of(contact)} - {None}) > 1


def _talks(there: _Workspace) -> Iterator[Rows]:
    """Yield what the conversations become; without an AI agent there are no visits to it."""
    settings, landed = there.settings, there.landed
    around = Around(
        there.of_contact, frozenset(settings.spam_tags), frozenset(settings.escalated_tags)
    )
    tickets, visits, answers = (
        landed.table(name, of.CONVERSATIONS)
        for name in ("tickets", "kb_sessions", "survey_responses")
    )
    asked: list[Row] = []
    for talk in landed.rows(of.CONVERSATIONS):
        there.seen.talk(talk, around)
        if not needed_nobody(talk):
            taken = course(talk)
            there.seen.took(taken)
            tickets.add(ticket_row(talk, taken, around))
        if met_the_machine(talk):
            there.seen.machine += 1
            visits.add(visit_row(talk))
        answers.add(rating_row(talk, around))
        answers.add(machine_row(talk, around))
        if isinstance(rating := talk.get("conversation_rating"), dict):
            asked.append({"conversation_rating": {name: rating.get(name) for name in ASKED}})
    yield tickets
    yield answers
    if asked:
        yield _sends(there, asked)
    if there.seen.machine:
        yield visits


def _sends(there: _Workspace, asked: list[Row]) -> Rows:
    """Return how many ratings were asked for, for whole months of the history only."""
    around = there.landed.surroundings
    zone = ZoneInfo(around.timezone)
    begins = (around.now - there.settings.history_months * of.MONTH).astimezone(zone)
    first = f"{begins.replace(day=1) + timedelta(days=32):%Y-%m}"
    table = there.landed.table("survey_sends", of.CONVERSATIONS)
    for row in sends(asked, zone, first):
        table.add(row)
    return table
