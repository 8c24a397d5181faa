"""Which rows of an org still stand? Deleted ones do not, and of merged ones the survivor does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tasks.connectors.latest import latest, survivors
from tasks.connectors.properties import Reader, parsed, text
from tasks.connectors.salesforce.objects import ACCOUNTS, CONTACTS, ID, STAMP, Kind, kinds
from tasks.connectors.salesforce.streams import deleted_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tasks.connectors.landed import Landed
    from tasks.connectors.remarks import Remarks
    from tasks.connectors.salesforce.settings import SalesforceSettings

Record = dict[str, Any]  # one row, the fields of what it looks up to under Product2.Name
ABOUT = "attributes"  # what REST says of a row itself


@dataclass
class Org:
    """Everything that was landed of one org, and what was odd about it."""

    settings: SalesforceSettings
    landed: Landed
    remarks: Remarks
    now: datetime
    employer: dict[str, str | None] = field(default_factory=dict)  # the account of each contact

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The objects that are read, by their streams' names."""
        return {kind.name: kind for kind in kinds(self.settings)}

    @property
    def currency(self) -> str:
        """The currency of what names none: the org has just one."""
        return self.settings.currency or self.landed.surroundings.currency

    def reader(self, table: str) -> Reader:
        """Return what reads the fields of rows for a table."""
        return Reader(table, self.remarks, ZoneInfo(self.landed.surroundings.timezone))

    def is_read(self, name: str) -> bool:
        """Return whether an object was given to us, now or before."""
        report = next((one for one in self.landed.reports if one.stream.name == name), None)
        return report is not None and not report.skipped

    def rows(self, name: str) -> Iterator[Record]:
        """Yield the rows of an object that stand."""
        gone, unlisted = self._deletions(name), self.landed.compared(name).unlisted
        for row in self.states(name):
            if _is_deleted(row, gone.get(row[ID])):
                continue
            if row[ID] in unlisted:
                self.landed.lost.setdefault(name, set()).add(row[ID])
            else:
                yield row

    def states(self, name: str) -> Iterator[Record]:
        """Yield the newest state of every row of an object, deleted ones too."""
        if name in self.kinds:
            stream = self.landed.report(name).stream
            rows = latest(self.landed.source, stream, self.landed.surroundings)
            yield from map(flat, rows)

    def merged(self, name: str) -> Mapping[str, str]:
        """Return the survivor of each row of an object that was merged away."""
        pairs = ((row[ID], text(row, "MasterRecordId")) for row in self.states(name))
        return survivors((loser, into) for loser, into in pairs if into)

    @cached_property
    def of_account(self) -> Mapping[str, str]:
        """By an account's id the one it stands under: its own, or its survivor's."""
        ids = {row[ID]: row[ID] for row in self.rows(ACCOUNTS)}
        merged = self.merged(ACCOUNTS).items()
        return ids | {loser: into for loser, into in merged if into in ids}

    @cached_property
    def of_contact(self) -> Mapping[str, str]:
        """By a contact's id the one it stands under."""
        self.employer |= {row[ID]: self.account(row) for row in self.rows(CONTACTS)}
        merged = self.merged(CONTACTS).items()
        own = {known_as: known_as for known_as in self.employer}
        return own | {loser: into for loser, into in merged if into in own}

    def account(self, row: Record, name: str | None = "AccountId") -> str | None:
        """Return the account that a field of a row names, as it stands today."""
        return self.of_account.get(text(row, name) or "") if name else None

    def contact(self, row: Record, name: str | None) -> str | None:
        """Return the contact that a field of a row names, as it stands today."""
        return self.of_contact.get(text(row, name) or "") if name else None

    def behind(self, row: Record, account: str | None, contact: str | None) -> str | None:
        """Return the account that a row is about: its own, or its contact's."""
        person = self.contact(row, contact)
        return self.account(row, account) or self.employer.get(person or "")

    def _deletions(self, name: str) -> Mapping[str, str]:
        kind = self.kinds[name]
        if not kind.has_feed:
            return {}
        stream = self.landed.report(deleted_name(name)).stream
        rows = latest(self.landed.source, stream, self.landed.surroundings)
        return {str(row["id"]): str(row["deletedDate"]) for row in rows}


def flat(row: Mapping[str, Any]) -> Record:
    """Return a row as the Bulk API has it: what it looks up to stands under ``Product2.Name``."""
    found: Record = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            if name != ABOUT:
                found |= {f"{name}.{inner}": one for inner, one in flat(value).items()}
        else:
            found[name] = value
    return found


def _is_deleted(row: Record, at: str | None) -> bool:
    """Return whether it is marked so, or was deleted after its last change."""
    if text(row, "IsDeleted") == "true":
        return True
    deleted, changed = parsed(at or ""), parsed(text(row, STAMP) or "")
    return deleted is not None and changed is not None and deleted >= changed
