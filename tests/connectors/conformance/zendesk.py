"""Zendesk in the suite: an account with three pages of tickets."""

from __future__ import annotations

from typing import Any

from tasks.connectors.zendesk.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.zendesk import Zendesk

PAGE, TICKETS, ADA = 4, 11, 7
CLIENT = ("keepwell", "zd-client-secret")


def opened() -> Zendesk:
    """An account with an organization, its Ada, tickets, ratings and a call."""
    zendesk = Zendesk(page=PAGE)
    account = zendesk.account
    account.add_organization(id=5, name="Acme", external_id="C01")
    account.add_user(id=ADA, name="Ada", organization_id=5)
    for number in range(1, TICKETS + 1):
        account.add_ticket(ADA, id=1_000 + number)
        account.pass_time(seconds=1)
    account.reply(1_001)
    account.solve(1_001)
    account.rate(1_001, "good", "Quick!")
    account.add_call()
    account.pass_time(minutes=30)
    return zendesk


def counts(zendesk: Any) -> dict[str, int]:
    """The rows of each stream that has any."""
    account = zendesk.account
    return {
        "tickets": len(account.tickets),
        "users": len(account.users),
        "organizations": len(account.organizations),
        "calls": len(account.calls),
        "satisfaction ratings": len(account.ratings),
    }


def add(zendesk: Any) -> str:
    return str(zendesk.account.add_ticket(ADA))


def change(zendesk: Any) -> Check:
    zendesk.account.change_ticket(1_002, subject="Renamed")

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1002")["subject"] == "Renamed"

    return check


def _deleted(zendesk: Any) -> Check:
    zendesk.account.delete_ticket(1_003)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1003") is None

    return check


def _vanished(zendesk: Any) -> Check:
    del zendesk.account.organizations[5]
    zendesk.account.changes += 1

    def check(tables: Any) -> None:
        assert [row["customer_id"] for row in tables["tickets"]] == [None] * TICKETS

    return check


def _restored(zendesk: Any) -> Check:
    zendesk.account.restore(1_003)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1003")

    return check


def _merged(zendesk: Any) -> Check:
    zendesk.account.merge(1_004, 1_005)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1004")["merged_into"] == "1005"

    return check


def _archived(zendesk: Any) -> Check:
    zendesk.account.close(1_006)
    zendesk.account.archive(1_006)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1006")

    return check


def _circle(proper: Reply) -> Reply:
    return Reply({**proper.data, "after_cursor": "MS4wfHwxfA==", "end_of_stream": False})


def _settings(base_url: str, token: str) -> dict[str, Any]:
    fast = {"exports_per_minute": 600_000, "requests_per_minute": 6_000_000}
    return {"base_url": base_url, "client_id": CLIENT[0], "client_secret": token, **fast}


ZENDESK = Case(
    key="zendesk",
    main="tickets",
    table="tickets",
    other="calls",
    route="tickets",
    open=opened,
    api=api,
    settings=_settings,
    token=lambda _zendesk: CLIENT[1],
    now=lambda zendesk: zendesk.account.now,
    wait=lambda zendesk, minutes: zendesk.account.pass_time(minutes=minutes),
    is_page=lambda asked: asked.route == "tickets",
    counts=counts,
    add=add,
    change=change,
    circle=_circle,
    inside=saying({"error": "InternalError", "description": "internal"}),
    expire=lambda zendesk: zendesk.expire(),
    renew=lambda _zendesk: None,
    gate=lambda zendesk: zendesk.not_in_plan.update({"calls"}),
    gated="calls",
    absent=("calls",),
    vanish=_vanished,
    reconciled="organizations",
    private="subject",
    renews=True,
    events=(
        Event("deleted", _deleted),
        Event("merged", _merged),
        Event("archived", _archived),
        Event("restored", _restored, later=True),
    ),
)
