"""From a Request Tracker to tables: tickets are read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.connectors.base import Surroundings
from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.latest import survivors
from tasks.connectors.reconciling import counted
from tasks.connectors.remarks import Remarks
from tasks.connectors.rt import streams as of
from tasks.connectors.rt.access import api
from tasks.connectors.rt.clocks import Clock, clock
from tasks.connectors.rt.mapping import (
    DELETED,
    KNOWN,
    Around,
    contact_row,
    is_on,
    merges,
    score_of,
    score_row,
    ticket_row,
)
from tasks.connectors.rt.settings import RtSettings
from tasks.connectors.streams import Row
from tasks.connectors.tables import Rows
from tasks.connectors.values import plain, whole
from tasks.facts.raw import Extracted

NO_HISTORY = (
    "tells no history, so when it was answered, solved or opened again is not known "
    "(the token's user needs ShowTicket)"
)


@dataclass(slots=True)
class _Server:
    """What was landed of a server, and how many tickets that is."""

    settings: RtSettings
    landed: Landed
    remarks: Remarks
    tickets: int = 0

    def rows(self) -> Iterator[Row]:
        return self.landed.rows(of.TICKETS)

    @property
    def solved(self) -> frozenset[str]:
        return frozenset(self.settings.solved_statuses)


def extracted(settings: RtSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the server gives; what a stream could not give is a problem."""
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, of.streams(settings), session, surroundings)
    landed = Landed(settings.name, reports, surroundings)
    server = _Server(settings, landed, Remarks(settings.name))
    tables = [table.raw() for table in _tables(server)]
    counted(surroundings, settings.name, reports, of.TICKETS, server.tickets)
    return landed.extracted(tables, server.remarks.notes())


def _tables(server: _Server) -> Iterator[Rows]:
    yield _tickets(server)
    yield _contacts(server)
    if server.settings.satisfaction_field:
        yield _scores(server, server.settings.satisfaction_field)


def _around(server: _Server) -> Around:
    settings = server.settings
    merged = survivors(pair for ticket in server.rows() for pair in merges(ticket))
    return Around(
        merged,
        frozenset(settings.spam_statuses),
        settings.tag_fields,
        frozenset(settings.spam_tags),
        frozenset(settings.escalated_tags),
    )


def _tickets(server: _Server) -> Rows:
    table, around = server.landed.table("tickets", of.TICKETS), _around(server)
    for ticket in server.rows():
        told = clock(ticket, server.solved)
        row = ticket_row(ticket, told, around)
        if row is not None:
            server.tickets += 1
            _remark(server, ticket, told)
        table.add(row)
    return table


def _remark(server: _Server, ticket: Row, told: Clock) -> None:
    status = plain(ticket.get("Status"))
    if status not in KNOWN | server.solved:
        server.remarks.add("tickets", f"status '{status}' is unknown, and counts as not solved")
    if ticket.get("customer_id") is None:
        rule = server.settings.customer
        server.remarks.add("tickets", f"belongs to no customer: it has no {rule}")
    if not told.is_told:
        server.remarks.add("tickets", NO_HISTORY)


def _contacts(server: _Server) -> Rows:
    """Return who asked, each once: at the customer of their last ticket that has one."""
    newest: dict[str, tuple[int, Row, str]] = {}
    for ticket in server.rows():
        number, customer = whole(ticket["id"]) or 0, plain(ticket.get("customer_id"))
        for person in (ticket.get("Requestor") or ()) if customer else ():
            known_as = plain(person.get("id")) or ""
            if known_as not in newest or newest[known_as][0] <= number:
                newest[known_as] = (number, person, customer or "")
    table = server.landed.table("contacts", of.TICKETS)
    for _, (_, person, customer) in sorted(newest.items()):
        table.add(contact_row(person, customer))
    return table


def _scores(server: _Server, name: str) -> Rows:
    table, scale = server.landed.table("survey_responses", of.TICKETS), server.settings
    for ticket in server.rows():
        score = score_of(ticket, name)
        if plain(ticket.get("Status")) == DELETED or score is None:
            continue
        if not is_on(scale.satisfaction_scale, score):
            remark = f"has a score in {name} that is not on the scale, and is left out"
            server.remarks.add("survey_responses", remark)
        table.add(score_row(ticket, name, scale.satisfaction_scale))
    return table
