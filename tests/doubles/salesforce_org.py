"""What stands in a Salesforce org of our own: rows that change, leave, come back, merge, and vanish.

org = Org()
acme = org.add("Account", Name="Acme")
org.pass_time(minutes=5)
org.change("Account", acme, Name="Acme Inc")
org.delete("Account", acme)       # moves SystemModstamp; org.purge() empties the recycle bin
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
Row = dict[str, Any]
EVERYWHERE = ("Id", "CreatedDate", "SystemModstamp", "IsDeleted")
FIELDS = {
    "Account": "Name MasterRecordId ParentId OwnerId Industry BillingCountry AccountSource",
    "AccountHistory": "AccountId Field OldValue NewValue",
    "Contact": "AccountId MasterRecordId Email Title",
    "User": "Name Email IsActive ManagerId UserType",
    "Opportunity": "AccountId Amount CloseDate IsClosed IsWon Type StageName",
    "OpportunityLineItem": "OpportunityId Quantity UnitPrice ServiceDate Discount Product2Id "
    "SortOrder",
    "Product2": "Name",
    "Task": "AccountId WhoId OwnerId IsClosed TaskSubtype ActivityDate CompletedDateTime",
    "Event": "AccountId WhoId OwnerId StartDateTime IsChild IsAllDayEvent",
    "Case": "AccountId ContactId ClosedDate IsClosed Origin Subject Description Priority Status "
    "OwnerId IsEscalated MasterRecordId Reason",
    "CaseHistory": "CaseId Field OldValue NewValue",
    "EmailMessage": "ParentId Incoming MessageDate Status CreatedById",
    "CaseComment": "ParentId IsPublished CreatedById",
    "CaseStatus": "ApiName MasterLabel IsClosed",
}
PREFIXES = {"Account": "001", "Contact": "003", "User": "005", "Opportunity": "006", "Case": "500"}
NOT_MARKED = frozenset({"User", "CaseStatus"})  # without IsDeleted
HISTORIES = frozenset({"AccountHistory", "CaseHistory"})  # without SystemModstamp
LOOKUPS = {"Product2Id": "Product2", "AccountId": "Account", "OwnerId": "Owner"}


def iso(at: datetime) -> str:
    """An instant as REST writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


@dataclass(slots=True)
class Org:
    """An org with its clock, which stands still until time is made to pass."""

    now: datetime = BORN
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    fields: dict[str, list[str]] = field(
        default_factory=lambda: {name: said.split() for name, said in FIELDS.items()}
    )
    formulas: dict[tuple[str, str], Callable[[Row], Any]] = field(default_factory=dict)
    hidden: set[tuple[str, str]] = field(default_factory=set)  # fields the user may not see
    forbidden: set[str] = field(default_factory=set)  # objects the user may not see
    tracked: set[tuple[str, str]] = field(default_factory=set)  # fields with a history
    log: dict[str, list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))
    _next_id: int = 0

    def pass_time(self, **much: float) -> None:
        """Let the clock go on, as ``timedelta`` takes it."""
        self.now += timedelta(**much)

    def define(self, sobject: str, *names: str) -> None:
        """Give an object fields of its own; make the object if there is none."""
        self.fields.setdefault(sobject, []).extend(names)

    def formula(self, sobject: str, name: str, of: Callable[[Row], Any]) -> None:
        """Give an object a field that is worked out whenever a row is read."""
        self.define(sobject, name)
        self.formulas[sobject, name] = of

    def add(self, sobject: str, key: str = "", /, **values: Any) -> str:
        """A new row, made now; return its id."""
        self._next_id += 1
        key = key or f"{PREFIXES.get(sobject, 'a00')}{self._next_id:015d}"
        stamp = iso(self.now)
        row = {"Id": key, "CreatedDate": stamp, "SystemModstamp": stamp, "IsDeleted": False}
        self.rows[sobject][key] = row | values
        return key

    def change(self, sobject: str, key: str, /, **values: Any) -> None:
        """Give a row other values, now; tracked fields leave a trace."""
        row = self.rows[sobject][key]
        for name, value in values.items():
            if (sobject, name) in self.tracked and row.get(name) != value:
                self._trace(sobject, key, name, row.get(name), value)
        row |= {**values, "SystemModstamp": iso(self.now)}

    def _trace(self, sobject: str, key: str, name: str, before: Any, after: Any) -> None:
        told = name.removesuffix("Id") if name in {"OwnerId", "ParentId"} else name
        about = {f"{sobject}Id": key, "Field": told}
        self.add(f"{sobject}History", **about, OldValue=before, NewValue=after)
        if told != name:  # lookups are told a second time, by name
            self.add(f"{sobject}History", **about, OldValue="Somebody", NewValue="Another")

    def delete(self, sobject: str, key: str) -> None:
        """Put a row into the recycle bin."""
        self.change(sobject, key, IsDeleted=True)
        self.log[sobject].append((key, self.now))

    def undelete(self, sobject: str, key: str) -> None:
        """Take a row out of the recycle bin."""
        self.change(sobject, key, IsDeleted=False)
        self.log[sobject] = [one for one in self.log[sobject] if one[0] != key]

    def purge(self, sobject: str, key: str) -> None:
        """Delete a row for good: only the log of deleted rows still knows it."""
        del self.rows[sobject][key]
        if not any(one == key for one, _ in self.log[sobject]):
            self.log[sobject].append((key, self.now))

    def vanish(self, sobject: str, key: str) -> None:
        """Let a row go without a word."""
        del self.rows[sobject][key]

    def merge(self, sobject: str, winner: str, loser: str) -> None:
        """Make two rows one: the loser is in the recycle bin and names the winner."""
        self.change(sobject, loser, MasterRecordId=winner)
        self.delete(sobject, loser)
        self.change(sobject, winner)
        for others in self.rows.values():
            for key, row in others.items():
                for name in ("AccountId", "ContactId", "WhoId"):
                    if row.get(name) == loser:
                        row |= {name: winner, "SystemModstamp": iso(self.now)}
                        assert key

    def there(self, sobject: str) -> list[Row]:
        """The rows that are not deleted."""
        return [row for row in self.rows[sobject].values() if not row["IsDeleted"]]

    def described(self, sobject: str) -> list[Row]:
        """The fields of an object, as the user may see them."""
        return [
            {
                "name": name,
                "label": name,
                "type": "string",
                "calculated": (sobject, name) in self.formulas,
                "relationshipName": LOOKUPS.get(name),
            }
            for name in self.visible(sobject)
        ]

    def visible(self, sobject: str) -> Iterator[str]:
        """The names of an object's fields that the user may see."""
        without = {"IsDeleted"} if sobject in NOT_MARKED else set()
        without |= {"SystemModstamp"} if sobject in HISTORIES else set()
        for name in dict.fromkeys((*EVERYWHERE, *self.fields[sobject])):
            if (sobject, name) not in self.hidden and name not in without:
                yield name

    def value(self, sobject: str, row: Row, name: str) -> Any:
        """What a field of a row says now."""
        of = self.formulas.get((sobject, name))
        return of(row) if of else row.get(name)
