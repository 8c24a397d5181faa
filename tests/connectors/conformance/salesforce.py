"""Salesforce in the suite: an org with three pages of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tasks.connectors.salesforce.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.salesforce import HOME, Salesforce
from tests.doubles.web import Asked

PAGE, ACCOUNTS = 4, 11


def opened() -> Salesforce:
    """An org with accounts that have bought, people, cases, a call, and a colleague."""
    salesforce = Salesforce(page=PAGE)
    org = salesforce.org
    org.add("User", "005000000000000001", Name="Ana Bo", Email="ana@x.example", IsActive=True)
    org.add("CaseStatus", ApiName="Closed", MasterLabel="Closed", IsClosed=True)
    for number in range(ACCOUNTS):
        account = org.add("Account", Name=f"Customer {number}", OwnerId="005000000000000001")
        org.pass_time(seconds=1)
        if number < 3:
            _sold(org, account)
            person = org.add("Contact", AccountId=account, Email=f"p{number}@x.example")
            org.add("Case", AccountId=account, ContactId=person, Subject="?", IsClosed=False)
    org.add("Task", WhoId=person, IsClosed=True, TaskSubtype="Call", ActivityDate="2026-01-05")
    org.pass_time(minutes=30)
    return salesforce


def _sold(org: Any, account: str) -> None:
    closed = {"IsClosed": True, "IsWon": True, "CloseDate": "2026-01-05"}
    deal = org.add("Opportunity", AccountId=account, Amount=1200.0, Type="New", **closed)
    org.add("OpportunityLineItem", OpportunityId=deal, Quantity=1.0, UnitPrice=1200.0)


def is_page(asked: Asked) -> bool:
    """Whether accounts are read: not their ids alone, nor how many there are."""
    return asked.route == "more" or (
        asked.route == "query_all" and " FROM Account " in asked.query.get("q", "")
    )


def counts(salesforce: Any) -> dict[str, int]:
    """The rows of each stream that has any."""
    named_so = {
        "accounts": "Account",
        "contacts": "Contact",
        "opportunities": "Opportunity",
        "opportunity lines": "OpportunityLineItem",
        "cases": "Case",
        "tasks": "Task",
        "owners": "User",
    }
    return {name: len(salesforce.org.rows[sobject]) for name, sobject in named_so.items()}


def _account(salesforce: Any, number: int) -> str:
    return str(list(salesforce.org.rows["Account"])[number])


def change(salesforce: Any) -> Check:
    key = _account(salesforce, 0)
    salesforce.org.change("Account", key, Name="Renamed")

    def check(tables: Any) -> None:
        assert named(tables, "customers", key)["name"] == "Renamed"

    return check


def _deleted(salesforce: Any) -> Check:
    key = _account(salesforce, 4)
    salesforce.org.delete("Account", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key) is None

    return check


def _restored(salesforce: Any) -> Check:
    key = _account(salesforce, 4)
    salesforce.org.undelete("Account", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key)

    return check


def _destroyed(salesforce: Any) -> Check:
    key = _account(salesforce, 5)
    salesforce.org.purge("Account", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key) is None

    return check


def _merged(salesforce: Any) -> Check:
    winner, loser = _account(salesforce, 1), _account(salesforce, 2)
    salesforce.org.merge("Account", winner, loser)

    def check(tables: Any) -> None:
        assert named(tables, "customers", loser)["merged_into"] == winner
        assert named(tables, "customers", winner)

    return check


def _vanished(salesforce: Any) -> Check:
    key = _account(salesforce, -1)
    salesforce.org.vanish("Account", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key) is None

    return check


def _circle(proper: Reply) -> Reply:
    locator = f"{HOME}/query/01g000000000000-4"
    return Reply({**proper.data, "done": False, "nextRecordsUrl": locator})


def _now(salesforce: Any) -> datetime:
    return salesforce.org.now  # type: ignore[no-any-return]


def _settings(base_url: str, token: str) -> dict[str, Any]:
    said = {"base_url": base_url, "client_id": "keepwell", "client_secret": token}
    return {**said, "currency": "USD", "calls_per_s": 100_000}


SALESFORCE = Case(
    key="salesforce",
    main="accounts",
    table="customers",
    other="owners",
    route="*",
    open=opened,
    api=api,
    settings=_settings,
    token=lambda salesforce: salesforce.client[1],
    now=_now,
    wait=lambda salesforce, minutes: salesforce.org.pass_time(minutes=minutes),
    is_page=is_page,
    counts=counts,
    add=lambda salesforce: salesforce.org.add("Account", Name="New"),
    change=change,
    circle=_circle,
    inside=saying({"error": "internal"}),
    expire=lambda salesforce: salesforce.expire(),
    renew=lambda _salesforce: None,
    gate=lambda salesforce: salesforce.org.forbidden.add("Case"),
    gated="cases",
    absent=("tickets",),
    vanish=_vanished,
    reconciled="accounts",
    private="Name",
    renews=True,
    events=(
        Event("deleted", _deleted),
        Event("destroyed", _destroyed),
        Event("merged", _merged),
        Event("restored", _restored, later=True),
    ),
)
