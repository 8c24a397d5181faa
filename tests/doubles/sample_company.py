"""The sample company's exports as rows, and what its customers and people are called at vendors.

The demo's CRM calls them C0001; a vendor gives numbers of its own. Each number here can be worked
out from ours, so that one SELECT in a configuration can do the same for a file.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Exports:
    """The folder with a subfolder for each of the company's systems."""

    folder: Path

    def rows(self, system: str, table: str) -> list[Row]:
        with (self.folder / "exports" / system / f"{table}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local_day(text: str) -> date:
    return at(text).astimezone(ZONE).date()


def company_id(customer: str) -> str:
    """C0001 is company 70001."""
    return f"7{customer[1:]}"


def contact_id(person: str) -> str:
    """C0001-u2 is contact 8000102."""
    customer, _, number = person.partition("-u")
    return f"8{customer[1:]}{int(number):02}"


def owner_id(owner: str) -> str:
    """O1 is user 601."""
    return f"6{int(owner[1:]):02}"


def organization_id(customer: str) -> int:
    return int(f"3{customer[1:]}")


def requester_id(person: str) -> int:
    return int(f"4{contact_id(person)}")


def agent_id(agent: str) -> int:
    """AG4 is agent 2004."""
    return 2000 + int(agent[2:])


def ticket_id(ticket: str) -> int:
    return int(ticket[1:])


def cut(folder: Path, one_in: int) -> None:
    """Keep one customer in so many, with everything that is theirs."""
    merged = {
        row["customer_id"]: row["merged_into"] for row in Exports(folder).rows("crm", "customers")
    }
    kept = {
        known_as for known_as, into in merged.items() if int((into or known_as)[1:]) % one_in == 0
    }
    for path in (folder / "exports").glob("*/*.csv"):
        with path.open(encoding="utf-8") as file:
            table = csv.DictReader(file)
            names, rows = list(table.fieldnames or ()), list(table)
        if "customer_id" in names:
            with path.open("w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, names, lineterminator="\n")
                out.writeheader()
                out.writerows(row for row in rows if row["customer_id"] in kept)
