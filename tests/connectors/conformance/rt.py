"""Request Tracker in the suite: a server with three pages of tickets."""

from __future__ import annotations

from typing import Any

from tasks.connectors.rt.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.rt import TOKEN, RequestTracker
from tests.doubles.web import Asked

PAGE, TICKETS = 4, 11
ADA, ANA = 7, 8


def opened() -> RequestTracker:
    """A server with a customer's Ada, our Ana, and the tickets between them."""
    rt = RequestTracker(page=PAGE)
    rt.add_user("ada@example.com", organization="Acme Ltd", known_as=ADA)
    rt.add_user("ana", privileged=True, known_as=ANA)
    for number in range(1, TICKETS + 1):
        rt.add_ticket(ADA, id=1_000 + number)
        rt.pass_time(seconds=2)
    rt.correspond(1_001, ANA)
    rt.status(1_001, "resolved", ANA)
    rt.pass_time(hours=20)  # what changed in the last 16 hours is listed in every run
    return rt


def counts(rt: Any) -> dict[str, int]:
    """The rows of each stream that has any."""
    return {"tickets": sum(row["Status"] != "deleted" for row in rt.there.values())}


def add(rt: Any) -> str:
    return str(rt.add_ticket(ADA))


def change(rt: Any) -> Check:
    rt.change(1_002, Subject="Renamed")

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1002")["subject"] == "Renamed"

    return check


def _merged(rt: Any) -> Check:
    rt.merge(1_003, 1_004)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1003")["merged_into"] == "1004"
        assert named(tables, "tickets", "1004")["merged_into"] is None

    return check


def _reopened(rt: Any) -> Check:
    rt.status(1_001, "open", ADA)

    def check(tables: Any) -> None:
        row = named(tables, "tickets", "1001")
        assert row["reopened_at"] > row["first_solved_at"]
        assert row["last_solved_at"] is None

    return check


def _solved_again(rt: Any) -> Check:
    rt.status(1_001, "resolved", ANA)

    def check(tables: Any) -> None:
        row = named(tables, "tickets", "1001")
        assert row["last_solved_at"] > row["reopened_at"] > row["first_solved_at"]

    return check


def _vanished(rt: Any) -> Check:
    rt.status(1_005, "deleted", ANA)

    def check(tables: Any) -> None:
        assert named(tables, "tickets", "1005") is None
        assert len(tables["tickets"]) == TICKETS - 1

    return check


def _is_page(asked: Asked) -> bool:
    return asked.route == "tickets" and "Status" in asked.query.get("fields", "")


def _circle(proper: Reply) -> Reply:
    return Reply({**proper.data, "items": ROUND, "next_page": "https://rt.example.com", "pages": 9})


ROUND = [
    {"id": str(number), "Created": "2026-01-01T09:00:00Z", "LastUpdated": "2026-01-01T09:00:00Z"}
    for number in range(1, PAGE + 1)
]


def _token(rt: Any, token: str) -> None:
    rt.token = token


RT = Case(
    key="rt",
    main="tickets",
    table="tickets",
    other="",
    route="tickets",
    open=opened,
    api=api,
    settings=lambda base_url, token: {
        "base_url": base_url,
        "token": token,
        "requests_per_second": 1_000_000,
    },
    token=lambda _rt: TOKEN,
    now=lambda rt: rt.now,
    wait=lambda rt, minutes: rt.pass_time(minutes=minutes),
    is_page=_is_page,
    counts=counts,
    add=add,
    change=change,
    circle=_circle,
    inside=saying({"message": "Internal"}),
    expire=lambda rt: _token(rt, "another"),
    renew=lambda rt: _token(rt, TOKEN),
    gate=lambda _rt: None,
    gated="",
    absent=(),
    vanish=_vanished,
    reconciled="tickets",
    private="Subject",
    events=(
        Event("merged", _merged),
        Event("opened again", _reopened),
        Event("solved again", _solved_again, later=True),
    ),
)
