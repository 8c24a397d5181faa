"""Intercom in the suite: a workspace with three pages of conversations."""

from __future__ import annotations

from typing import Any

from tasks.connectors.intercom.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.intercom import TOKEN, Intercom

PAGE, TALKS = 4, 11


def opened() -> Intercom:
    """A workspace with two companies, their people, and conversations of a minute ago."""
    intercom = Intercom(page=PAGE, scroll=1)
    there = intercom.workspace
    acme, other = there.add_company("C01", "Acme"), there.add_company("C02", "Otherwise")
    there.add_contact("Ada", acme, id="ada")
    there.add_contact("Eve", acme, id="eve")
    there.add_contact("Bob", other, id="bob")
    for number in range(1, TALKS + 1):
        there.converse("ada", id=1_000 + number)
        there.pass_time(seconds=1)
    there.converse("eve", id=1_100)
    there.reply("1001")
    there.close("1001")
    there.rate("1001", 5, "Quick!")
    there.pass_time(hours=2)
    return intercom


def counts(intercom: Any) -> dict[str, int]:
    """The rows of each stream that has any."""
    there = intercom.workspace
    return {
        "conversations": len(there.conversations),
        "contacts": len(there.contacts),
        "companies": len(there.companies),
    }


def add(intercom: Any) -> str:
    return str(intercom.workspace.converse("bob"))


def change(intercom: Any) -> Check:
    intercom.workspace.change("1002", title="Renamed")

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1002")["subject"] == "Renamed"

    return check


def _vanished(intercom: Any) -> Check:
    intercom.workspace.delete("1003")

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1003") is None
        assert len(tables["tickets"]) == TALKS

    return check


def _merged(intercom: Any) -> Check:
    intercom.workspace.merge("eve", "ada")

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1100")["customer_id"] == "C01"

    return check


def _company_deleted(intercom: Any) -> Check:
    del intercom.workspace.companies["icC02"]

    def check(tables: Any) -> None:
        assert {row["customer_id"] for row in tables["contacts"]} >= {"C01"}

    return check


def _reopened(intercom: Any) -> Check:
    intercom.workspace.answer("1001")

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1001")["reopened_at"] is not None

    return check


def _circle(proper: Reply) -> Reply:
    pages = {"type": "pages", "next": {"per_page": PAGE, "starting_after": "WzEsIjEiXQ=="}}
    return Reply({**proper.data, "pages": pages})


def _token(intercom: Any, token: str) -> None:
    intercom.token = token


INTERCOM = Case(
    key="intercom",
    main="conversations",
    table="tickets",
    other="contacts",
    route="conversations",
    open=opened,
    api=api,
    settings=lambda base_url, token: {
        "base_url": base_url,
        "token": token,
        "calls_per_10s": 10_000_000,
    },
    token=lambda _intercom: TOKEN,
    now=lambda intercom: intercom.workspace.now,
    wait=lambda intercom, minutes: intercom.workspace.pass_time(minutes=minutes),
    is_page=lambda asked: asked.route == "conversations",
    counts=counts,
    add=add,
    change=change,
    circle=_circle,
    inside=saying({"type": "error.list", "errors": [{"code": "server_error", "message": "no"}]}),
    expire=lambda intercom: _token(intercom, "another"),
    renew=lambda intercom: _token(intercom, TOKEN),
    gate=lambda _intercom: None,
    gated="",
    absent=(),
    vanish=_vanished,
    reconciled="conversations",
    private="title",
    events=(
        Event("merged", _merged),
        Event("company deleted", _company_deleted),
        Event("reopened", _reopened, later=True),
    ),
)
