"""From an account to tables: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tasks.connectors.base import Surroundings
from tasks.connectors.http import Session
from tasks.connectors.landing import land
from tasks.connectors.outcomes import notes, problems
from tasks.connectors.reconciling import counted
from tasks.connectors.streams import ALREADY_RUNNING, Row, StreamReport
from tasks.connectors.tables import Rows
from tasks.connectors.values import instant, plain
from tasks.connectors.zendesk import streams as of
from tasks.connectors.zendesk.access import api
from tasks.connectors.zendesk.account import Account, drifts
from tasks.connectors.zendesk.calls import call_row
from tasks.connectors.zendesk.clocks import clock, starts_of
from tasks.connectors.zendesk.notes import Seen, skipped
from tasks.connectors.zendesk.people import contact_row, customer_id, customer_row, person
from tasks.connectors.zendesk.settings import ZendeskSettings
from tasks.connectors.zendesk.surveys import (
    SCORES,
    Asked,
    rating_row,
    response_row,
    scales,
    sends,
    ticket_of,
)
from tasks.connectors.zendesk.tickets import Around, customer_of, is_gone, ticket_row
from tasks.facts.raw import Extracted, RawTable
from tasks.model import DataNote

DIRECTIONS = frozenset({"inbound", "outbound", "internal"})


def extracted(settings: ZendeskSettings, surroundings: Surroundings) -> Extracted:
    """Return every table the account gives; what a stream could not give is a problem."""
    declared = of.streams(settings)
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, declared, session, surroundings)
    account = Account(settings, surroundings, reports, Seen(settings.name, settings.rule))
    tables = [table.raw() for table in _tables(account)]
    failed = account.failed()
    ours = sum(table.rows.num_rows for table in tables if table.table == "tickets")
    counted(surroundings, settings.name, reports, of.TICKETS, ours)
    return Extracted(
        settings.name,
        tables=tuple(_kept(tables, failed)),
        notes=(*_left_alone(settings.name, reports), *account.seen.notes(), *drifts(account)),
        problems=problems(reports),
        failed=tuple(sorted(failed - _not_ours(settings))),
    )


def _left_alone(source: str, reports: tuple[StreamReport, ...]) -> tuple[DataNote, ...]:
    if all(one.skipped == ALREADY_RUNNING for one in reports):
        return notes(source, reports)
    return tuple(skipped(source, reports))


def _not_ours(settings: ZendeskSettings) -> frozenset[str]:
    return frozenset() if settings.customers else frozenset({"customers"})


def _kept(tables: Iterable[RawTable], failed: frozenset[str]) -> Iterator[RawTable]:
    return (table for table in tables if table.table not in failed)


def _tables(account: Account) -> Iterator[Rows]:
    """Yield the tables; later ones need what earlier ones leave behind in the account."""
    customers = _customers(account)
    if account.settings.customers:
        yield customers
    yield _contacts(account)
    yield _tickets(account)
    if account.is_there(of.RATINGS, of.RESPONSES):
        yield from _surveys(account)
    if account.is_there(of.CALLS):
        yield _calls(account)


def _customers(account: Account) -> Rows:
    table, rule = account.table("customers", of.ORGANIZATIONS), account.settings.rule
    named: set[str] = set()
    for organization in account.rows(of.ORGANIZATIONS):
        known_as = customer_id(organization, rule)
        if known_as is None:
            account.strangers[of.row_id(organization)] = plain(organization.get("name")) or "?"
        else:
            account.customers[of.row_id(organization)] = known_as
        if known_as not in named:
            table.add(customer_row(organization, rule))
            named.add(known_as or "")
    return table


def _contacts(account: Account) -> Rows:
    gone = {of.row_id(user) for user in account.rows(of.DELETED_USERS)}
    table = account.table("contacts", of.USERS)
    for user in account.rows(of.USERS):
        account.people[of.row_id(user)] = person(user)
        table.add(contact_row(user, account.customers, deleted=of.row_id(user) in gone))
    return table


def _around(account: Account) -> Around:
    settings, schedules = account.settings, list(account.rows(of.SCHEDULES))
    there = [one for one in schedules if "_gone_at" not in one]
    return Around(
        customers=account.customers,
        people=account.people,
        deleted=_deletions(account.rows(of.DELETED_TICKETS)),
        spam_tags=frozenset(settings.spam_tags),
        escalated_tags=frozenset(settings.escalated_tags),
        schedule=plain(there[0].get("name")) if len(there) == 1 else None,
    )


def _deletions(deleted: Iterable[Row]) -> dict[str, datetime]:
    """Return when each ticket was deleted."""
    moments = ((of.row_id(one), instant(one.get("deleted_at"))) for one in deleted)
    return {known_as: moment for known_as, moment in moments if moment is not None}


def _tickets(account: Account) -> Rows:
    table, around = account.table("tickets", of.TICKETS), _around(account)
    starts = starts_of(account.rows(of.EVENTS))
    for ticket in account.rows(of.TICKETS):
        if is_gone(ticket, around):
            account.seen.gone += 1
            continue
        times = clock(ticket, starts.get(of.row_id(ticket), ()))
        row = ticket_row(ticket, times, around)
        account.of_ticket[of.row_id(ticket)] = row["customer_id"]
        account.seen.estimated += times.estimated
        _remember(account, ticket, row, around)
        table.add(row)
    return table


def _remember(account: Account, ticket: Row, row: Mapping[str, str | None], around: Around) -> None:
    """Count what a reader should know about this ticket."""
    seen = account.seen
    seen.tickets += 1
    seen.survivor_unknown += row["merged_into"] == row["ticket_id"]
    if customer_of(ticket, around) is None:
        organization = plain(ticket.get("organization_id"))
        seen.no_organization += organization is None
        if organization is not None:
            seen.no_customer[account.strangers.get(organization, organization)] += 1


def _surveys(account: Account) -> Iterator[Rows]:
    asked = Asked(
        account.of_ticket,
        {
            user: account.customers.get(known.organization or "")
            for user, known in account.people.items()
        },
        scales(account.rows(of.SURVEYS)),
    )
    table = account.table("survey_responses", of.RATINGS, of.RESPONSES)
    answered = set(_responses(account, asked, table))
    ratings = list(account.rows(of.RATINGS))
    for rating in ratings:
        shadow = rating.get("score") in SCORES and plain(rating.get("ticket_id")) in answered
        account.seen.shadows += shadow
        table.add(None if shadow else rating_row(rating, asked))
    yield table
    if ratings and not answered:
        yield _sends(account, ratings)


def _responses(account: Account, asked: Asked, table: Rows) -> Iterator[str]:
    """Add the new survey responses to ``table``, and yield the tickets they are about."""
    for response in account.rows(of.RESPONSES):
        row = response_row(response, asked)
        account.seen.unscaled += row is None and is_rated(response)
        table.add(row)
        ticket = ticket_of(response)
        if row is not None and ticket is not None:
            yield ticket


def is_rated(response: Row) -> bool:
    """Return whether a survey response has a rating at all."""
    answers = response.get("answers")
    return isinstance(answers, list) and any(
        isinstance(one, dict) and one.get("rating") is not None for one in answers
    )


def _sends(account: Account, ratings: Iterable[Row]) -> Rows:
    """Return how many ratings were asked for, for whole months of the history only."""
    zone = ZoneInfo(account.surroundings.timezone)
    reach = account.settings.history_months * of.MONTH
    begins = (account.surroundings.now - reach).astimezone(zone)
    first = f"{begins.replace(day=1) + timedelta(days=32):%Y-%m}"
    table = account.table("survey_sends", of.RATINGS)
    for row in sends(ratings, zone, first):
        table.add(row)
    return table


def _calls(account: Account) -> Rows:
    table = account.table("calls", of.CALLS)
    for call in account.rows(of.CALLS):
        row = call_row(call)
        if row["outcome"] is None:
            account.seen.odd("calls", "completion_status", call.get("completion_status"))
        if row["direction"] not in DIRECTIONS:
            account.seen.odd("calls", "direction", call.get("direction"))
        table.add(row)
    return table
