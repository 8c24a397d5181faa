"""Freshdesk in the suite: an account with three pages of tickets."""

from __future__ import annotations

from typing import Any

from tasks.connectors.freshdesk.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.freshdesk import KEY, Freshdesk
from tests.doubles.web import Asked

PAGE, TICKETS = 4, 11
ACME, ADA = 5, 7


def opened() -> Freshdesk:
    """An account with a company, its Ada, her tickets, and a rating."""
    freshdesk = Freshdesk(page=PAGE)
    freshdesk.add_company("Acme", id=ACME)
    freshdesk.add_contact("Ada", ACME, id=ADA)
    for number in range(1, TICKETS + 1):
        freshdesk.add_ticket(ADA, id=1_000 + number)
        freshdesk.pass_time(seconds=2)
    freshdesk.reply(1_001)
    freshdesk.resolve(1_001)
    freshdesk.rate(1_001, 103, "Quick!", id=2_001)
    freshdesk.pass_time(hours=2)
    return freshdesk


def counts(freshdesk: Any) -> dict[str, int]:
    """The rows of each stream that has any."""
    usual = [row for row in freshdesk.tickets_there.values() if not row["deleted"]]
    return {
        "tickets": len(usual),
        "contacts verified": len(freshdesk.contacts_there),
        "companies": len(freshdesk.companies_there),
        "satisfaction ratings": len(freshdesk.ratings_there),
    }


def add(freshdesk: Any) -> str:
    return str(freshdesk.add_ticket(ADA))


def change(freshdesk: Any) -> Check:
    freshdesk.change(1_002, subject="Renamed")

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1002")["subject"] == "Renamed"

    return check


def _deleted(freshdesk: Any) -> Check:
    freshdesk.change(1_003, deleted=True)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1003") is None

    return check


def _restored(freshdesk: Any) -> Check:
    freshdesk.change(1_003, deleted=False)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1003")

    return check


def _spam(freshdesk: Any) -> Check:
    freshdesk.change(1_004, spam=True)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1004")["is_spam"] is True

    return check


def _vanished(freshdesk: Any) -> Check:
    freshdesk.purge(1_005)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1005") is None
        assert len(tables["tickets"]) == TICKETS - 1

    return check


def _is_page(asked: Asked) -> bool:
    return asked.route == "tickets" and "include" in asked.query


def _circle(proper: Reply) -> Reply:
    row = {"id": 1, "created_at": "2026-01-01T09:00:00Z", "updated_at": "2026-01-01T09:00:00Z"}
    rows = [{**row, "id": number} for number in range(PAGE)]
    return Reply(rows, headers={"Link": '<https://example.com>; rel="next"'})


def _key(freshdesk: Any, key: str) -> None:
    freshdesk.key = key


FRESHDESK = Case(
    key="freshdesk",
    main="tickets",
    table="tickets",
    other="contacts",
    route="tickets",
    open=opened,
    api=api,
    settings=lambda base_url, token: {
        "base_url": base_url,
        "api_key": token,
        "requests_per_minute": 6_000_000,
    },
    token=lambda _freshdesk: KEY,
    now=lambda freshdesk: freshdesk.now,
    wait=lambda freshdesk, minutes: freshdesk.pass_time(minutes=minutes),
    is_page=_is_page,
    counts=counts,
    add=add,
    change=change,
    circle=_circle,
    inside=saying({"description": "Internal", "errors": []}),
    expire=lambda freshdesk: _key(freshdesk, "another"),
    renew=lambda freshdesk: _key(freshdesk, KEY),
    gate=lambda freshdesk: freshdesk.not_in_plan.update({"ratings"}),
    gated="satisfaction ratings",
    absent=("survey_responses",),
    vanish=_vanished,
    reconciled="tickets",
    private="subject",
    events=(
        Event("deleted", _deleted),
        Event("spam", _spam),
        Event("restored", _restored, later=True),
    ),
)
