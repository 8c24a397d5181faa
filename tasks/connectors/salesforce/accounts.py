"""Accounts and their people become customers, their versions, owners and contacts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tasks.connectors.properties import Reader, first, parsed, text, written
from tasks.connectors.salesforce.objects import CALLED, CREATED, ID, STAMP, attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from tasks.connectors.salesforce.org import Org, Record
    from tasks.connectors.salesforce.settings import Names, SalesforceSettings

Row = dict[str, str | None]
USER = "005"  # how the ids of users begin
IDS = {"owner_id": USER, "parent_id": "001"}


def customer(row: Record, settings: SalesforceSettings, org: Org, reader: Reader) -> Row:
    """Return an account as a row of customers."""
    said, parent = settings.fields.accounts, org.account(row, "ParentId")
    over_time = {name: first(row, names) for name, names in attributes(settings).items()}
    return {
        "customer_id": row[ID],
        "name": text(row, "Name"),
        **over_time,
        "industry": text(row, "Industry"),
        "country": text(row, "BillingCountry"),
        "acquired_via": text(row, "AccountSource"),
        "referrer_id": None,
        "is_test": written(bool(said.is_test and reader.flag(row, said.is_test))),
        "merged_into": None,
        "parent_id": None if parent == row[ID] else parent,
        "created_at": written(reader.instant(row, CREATED)),
        "external_ids": _external_ids(row, said.external_ids),
        "updated_at": written(parsed(text(row, STAMP) or "")),
    }


def _external_ids(row: Record, names: Names) -> str | None:
    given = ((name, text(row, name)) for name in names)
    return "|".join(f"{name}:{value}" for name, value in given if value) or None


def merged_customer(loser: str, survivor: Row) -> Row:
    """Return what is left of an account that was merged: its id, and whom it stands for now."""
    nothing: Row = dict.fromkeys(survivor)
    return nothing | {
        "customer_id": loser,
        "name": survivor["name"],
        "is_test": "false",
        "merged_into": survivor["customer_id"],
        "updated_at": survivor["updated_at"],
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A field that was given another value at an instant."""

    at: datetime
    before: str | None
    after: str | None


Changes = dict[str, list[Change]]  # by the column they are about


def changes(rows: Iterable[Record], over_time: Mapping[str, Names]) -> dict[str, Changes]:
    """Return the changes of each account, the oldest first."""
    columns = {name: column for column, names in over_time.items() for name in names}
    found: dict[str, Changes] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        field = text(row, "Field") or ""
        column = columns.get(CALLED.get(field, field))
        at = parsed(text(row, CREATED) or "")
        if column is None or at is None:
            continue
        change = Change(at, text(row, "OldValue"), text(row, "NewValue"))
        if _is_of_ids(change, IDS.get(column)):
            found[text(row, "AccountId") or ""][column].append(change)
    for of_account in found.values():
        for of_column in of_account.values():
            of_column.sort(key=lambda change: change.at)
    return found


def _is_of_ids(change: Change, prefix: str | None) -> bool:
    """Return whether a lookup's change is told by ids: it is told a second time by names."""
    values = [value for value in (change.before, change.after) if value]
    return prefix is None or all(value.startswith(prefix) for value in values)


def versions(now: Row, of_account: Changes) -> Iterator[Row]:
    """Yield what an account's attributes were from when to when; ``now`` is its row."""
    created = parsed(now["created_at"] or "")
    moments = {change.at for of_column in of_account.values() for change in of_column}
    starts = sorted({at for at in (created, *moments) if at is not None})
    for start, end in [*pairwise(starts), *((one, None) for one in starts[-1:])]:
        row: Row = {"customer_id": now["customer_id"], "valid_from": written(start)}
        row["valid_to"] = written(end)
        for column in ("parent_id", "owner_id", "segment", "plan", "region"):
            row[column] = _at(of_account.get(column, []), start, now[column])
        yield row


def _at(of_column: list[Change], start: datetime, now: str | None) -> str | None:
    if not of_column:
        return now
    said = [change.after for change in of_column if change.at <= start]
    return said[-1] if said else of_column[0].before


def owner(row: Record) -> Row:
    """Return a user as a row of owners."""
    return {
        "owner_id": row[ID],
        "name": text(row, "Name"),
        "email": text(row, "Email"),
        "manager_id": text(row, "ManagerId"),
        "active": text(row, "IsActive"),
        "updated_at": written(parsed(text(row, STAMP) or "")),
    }


def contact(row: Record, org: Org, reader: Reader) -> Row | None:
    """Return a contact as a row of contacts; None for one without an account."""
    account = org.account(row)
    if account is None:
        reader.remarks.add("contacts", "contacts without an account are left out")
        return None
    return {
        "contact_id": row[ID],
        "customer_id": account,
        "email": text(row, "Email"),
        "role": text(row, "Title"),
        "active": "true",
        "updated_at": written(parsed(text(row, STAMP) or "")),
    }


def colleague(row: Record) -> str | None:
    """Return whose a row is; nobody's while it waits in a queue."""
    owner = text(row, "OwnerId") or ""
    return owner if owner.startswith(USER) else None


def owners_of(rows: Iterable[Record]) -> Mapping[str, Any]:
    """Return the users who are colleagues: not customers who may log in, nor machines."""
    return {row[ID]: row for row in rows if (text(row, "UserType") or "Standard") == "Standard"}
