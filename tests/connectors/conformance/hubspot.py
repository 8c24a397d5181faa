"""HubSpot in the suite: a portal with three pages of companies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tasks.connectors.hubspot.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.connectors.hubspot.company import DEAL_STAGES, TICKET_STAGES, customer
from tests.doubles.faults import Reply, saying
from tests.doubles.hubspot import TOKEN, HubSpot
from tests.doubles.hubspot_portal import iso
from tests.doubles.web import Asked

COMPANIES = 120  # fifty on a page


def opened() -> HubSpot:
    """A portal with companies, deals, people, tickets, an answer and a call."""
    hubspot = HubSpot()
    portal = hubspot.portal
    portal.add_owner("31", "Ana", "Bo", "ana@x.example")
    portal.add_pipeline("deals", "default", "Sales", *DEAL_STAGES)
    portal.add_pipeline("tickets", "0", "Support", *TICKET_STAGES)
    firms = [
        customer(hubspot, f"Customer {number}", "1200", "2026-01-05T14:00:00Z", tier="SMB")
        for number in range(6)
    ]
    firms += [portal.add("companies", name=f"Prospect {n}") for n in range(COMPANIES - 6)]
    for number in range(5):
        portal.add("contacts", email=f"p{number}@x.example", associatedcompanyid=firms[number])
        ticket = portal.add("tickets", subject=f"Question {number}", hs_pipeline_stage="1")
        portal.associate("tickets", ticket, "companies", firms[number])
    vote = portal.add(
        "feedback_submissions",
        hs_survey_type="NPS",
        hs_value="9",
        hs_submission_timestamp=iso(portal.now),
    )
    portal.associate(
        "feedback_submissions", vote, "contacts", next(iter(portal.records["contacts"]))
    )
    portal.pass_time(minutes=30)
    return hubspot


def is_page(asked: Asked) -> bool:
    """Whether companies are listed or searched: not their ties, the deleted ones, or a count."""
    return (
        asked.part.get("k") == "companies"
        and asked.route in {"listed", "search"}
        and asked.query.get("archived") != "true"
        and b'"limit":1,' not in asked.body.replace(b" ", b"")
    )


def counts(hubspot: Any) -> dict[str, int]:
    """The rows of each stream that is listed."""
    kinds = ("companies", "contacts", "deals", "tickets", "feedback_submissions")
    records = {kind: len(hubspot.portal.records[kind]) for kind in kinds}
    return {**records, "owners": len(hubspot.portal.owners)}


def _first(hubspot: Any) -> str:
    return str(next(iter(hubspot.portal.records["companies"])))


def change(hubspot: Any) -> Check:
    key = _first(hubspot)
    hubspot.portal.change("companies", key, name="Renamed")

    def check(tables: Any) -> None:
        assert named(tables, "customers", key)["name"] == "Renamed"

    return check


def _archived(hubspot: Any) -> Check:
    key = list(hubspot.portal.records["companies"])[1]
    hubspot.portal.archive("companies", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key) is None

    return check


def _merged(hubspot: Any) -> Check:
    _, _, winner, loser, *_ = hubspot.portal.records["companies"]
    hubspot.portal.merge("companies", winner, loser)

    def check(tables: Any) -> None:
        row = named(tables, "customers", loser)
        assert row is None or row["merged_into"] == winner
        assert named(tables, "customers", winner)

    return check


def _vanished(hubspot: Any) -> Check:
    key = list(hubspot.portal.records["companies"])[-1]
    hubspot.portal.purge("companies", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key) is None

    return check


def _restored(hubspot: Any) -> Check:
    key = list(hubspot.portal.records["companies"])[1]
    hubspot.portal.restore("companies", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key)

    return check


def _circle(proper: Reply) -> Reply:
    return Reply({**proper.data, "paging": {"next": {"after": "101"}}})


def _token(hubspot: Any, *, expired: bool) -> None:
    hubspot.expired = expired


def _now(hubspot: Any) -> datetime:
    return hubspot.portal.now  # type: ignore[no-any-return]


def _settings(base_url: str, token: str) -> dict[str, Any]:
    fast = {"calls_per_10s": 1_000_000, "searches_per_s": 100_000}
    return {"base_url": base_url, "token": token, **fast}


HUBSPOT = Case(
    key="hubspot",
    main="companies",
    table="customers",
    other="contacts",
    route="listed",
    open=opened,
    api=api,
    settings=_settings,
    token=lambda _hubspot: TOKEN,
    now=_now,
    wait=lambda hubspot, minutes: hubspot.portal.pass_time(minutes=minutes),
    is_page=is_page,
    counts=counts,
    add=lambda hubspot: customer(hubspot, "New", "600", "2026-01-05T14:00:00Z"),
    change=change,
    circle=_circle,
    inside=saying({"status": "error", "message": "internal", "category": "X"}),
    expire=lambda hubspot: _token(hubspot, expired=True),
    renew=lambda hubspot: _token(hubspot, expired=False),
    gate=lambda hubspot: hubspot.forbidden.add("feedback_submissions"),
    gated="feedback_submissions",
    absent=("survey_responses",),
    vanish=_vanished,
    reconciled="companies",
    private="name",
    events=(
        Event("archived", _archived),
        Event("merged", _merged),
        Event("restored", _restored, later=True),
    ),
)
