"""Companies and their people become customers, their versions, owners and contacts."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from tasks.connectors.properties import Reader, first, parsed, text, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from tasks.connectors.hubspot.account import Account
    from tasks.connectors.hubspot.records import Change, Record
    from tasks.connectors.hubspot.settings import CompanyProperties, ContactProperties, Names
    from tasks.connectors.hubspot.standing import Standing

Row = dict[str, str | None]
KIND = "companies"


def customer(
    company: Record,
    said: CompanyProperties,
    over_time: Mapping[str, Names],
    account: Account,
    standing: Standing,
    reader: Reader,
) -> Row:
    """Return a company as a row of customers; ``over_time`` are its attributes' properties."""
    properties = company.properties
    shown = {
        name: account.first_label(KIND, names, properties)
        for name, names in over_time.items()
        if name not in {"parent_id", "owner_id"}
    }
    parent = standing.now(first(properties, over_time["parent_id"]))
    return {
        "customer_id": company.id,
        "name": text(properties, "name") or text(properties, "domain"),
        **shown,
        "industry": account.first_label(KIND, (said.industry,), properties),
        "country": account.first_label(KIND, (said.country,), properties),
        "acquired_via": account.first_label(KIND, (said.acquired_via,), properties),
        "referrer_id": None,
        "is_test": written(bool(said.is_test and reader.flag(properties, said.is_test))),
        "merged_into": None,
        "parent_id": None if parent == company.id else parent,
        "owner_id": first(properties, over_time["owner_id"]),
        "created_at": written(reader.instant(properties, "createdate")),
        "external_ids": _external_ids(properties, said.external_ids),
        "updated_at": written(parsed(company.updated_at)),
    }


def _external_ids(properties: Mapping[str, object], names: Names) -> str | None:
    given = ((name, text(properties, name)) for name in names)
    return "|".join(f"{name}:{value}" for name, value in given if value) or None


def merged_customer(loser: str, survivor: Row) -> Row:
    """Return what is left of a company that was merged: its id, and whom it stands for now."""
    nothing: Row = dict.fromkeys(survivor)
    return nothing | {
        "customer_id": loser,
        "name": survivor["name"],
        "is_test": "false",
        "merged_into": survivor["customer_id"],
        "updated_at": survivor["updated_at"],
    }


def versions(
    company: Record, over_time: Mapping[str, Names], account: Account, standing: Standing
) -> list[Row]:
    """Return what a company's attributes were from when to when, from their history."""
    names = {column: _with_history(company, names) for column, names in over_time.items()}
    moments = sorted({change.at for found in names.values() for change in found[1]})
    rows: list[Row] = []
    for start, end in zip_longest(moments, moments[1:]):
        row: Row = {"customer_id": company.id, "valid_from": written(start)}
        row["valid_to"] = written(end)
        for column, (name, changes) in names.items():
            value = _at(changes, start)
            if column == "parent_id":
                value = standing.now(value)
            row[column] = account.label(KIND, name, value)
        rows.append(row)
    return _joined(rows)


def _with_history(company: Record, names: Names) -> tuple[str, tuple[Change, ...]]:
    name = next((name for name in names if company.history.get(name)), names[0])
    return name, company.history.get(name, ())


def _at(changes: Sequence[Change], at: datetime) -> str | None:
    said = [change.value for change in changes if change.at <= at]
    return (said[-1] or None) if said else None


def _joined(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with those made one that follow each other and say the same."""
    joined: list[Row] = []
    for row in rows:
        if joined and _attributes(joined[-1]) == _attributes(row):
            joined[-1]["valid_to"] = row["valid_to"]
        else:
            joined.append(row)
    return joined


def _attributes(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("valid_")}


def owner(row: Mapping[str, Any], *, active: bool) -> Row:
    """Return a HubSpot user as a row of owners."""
    email = text(row, "email")
    names = (text(row, "firstName"), text(row, "lastName"))
    return {
        "owner_id": str(row["id"]),
        "name": " ".join(name for name in names if name) or email,
        "email": email,
        "active": written(active),
        "updated_at": written(parsed(text(row, "updatedAt") or "")),
    }


def company_of(contact: Record, companies: Standing) -> str | None:
    """Return the company that a contact belongs to."""
    return companies.now(text(contact.properties, "associatedcompanyid"))


def contact(
    record: Record, said: ContactProperties, companies: Standing, reader: Reader
) -> Iterator[Row]:
    """Yield a contact as a row of contacts; nothing for one without a company."""
    company = company_of(record, companies)
    if company is None:
        reader.remarks.add("contacts", "contacts without a company are left out")
        return
    yield {
        "contact_id": record.id,
        "customer_id": company,
        "email": text(record.properties, "email"),
        "role": text(record.properties, said.role),
        "active": "true",
        "last_seen_at": written(reader.instant(record.properties, said.last_seen_at)),
        "updated_at": written(parsed(record.updated_at)),
    }
