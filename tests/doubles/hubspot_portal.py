"""What stands in a HubSpot portal of our own: records that change, leave, merge, and are found late.

portal = Portal()
acme = portal.add("companies", name="Acme")
portal.pass_time(minutes=5)
portal.change("companies", acme, name="Acme Inc")
portal.archive("companies", acme)       # does not touch hs_lastmodifieddate
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
MODIFIED = {"contacts": "lastmodifieddate"}  # everywhere else it is hs_lastmodifieddate


def iso(at: datetime) -> str:
    """An instant as HubSpot writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def modified(kind: str) -> str:
    """The property that says when a record of this kind was last changed."""
    return MODIFIED.get(kind, "hs_lastmodifieddate")


@dataclass(slots=True)
class Record:
    """One record: its states from the oldest to the newest, and who it is associated with."""

    kind: str
    id: str
    states: list[tuple[datetime, dict[str, str | None]]]
    archived_at: datetime | None = None
    associated: dict[str, list[tuple[str, str | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @property
    def properties(self) -> dict[str, str | None]:
        return self.states[-1][1]

    def as_indexed(self, until: datetime) -> dict[str, str | None] | None:
        """What the search index knows of it: nothing that is younger than ``until``."""
        return next((state for at, state in reversed(self.states) if at <= until), None)

    def history(self, name: str) -> list[dict[str, Any]]:
        """The values of a property, the newest first."""
        values: list[dict[str, Any]] = []
        before: str | None = None
        for at, state in self.states:
            if (value := state.get(name)) != before:
                values.insert(
                    0, {"value": value or "", "timestamp": iso(at), "sourceType": "CRM_UI"}
                )
                before = value
        return values


@dataclass(slots=True)
class Portal:
    """A portal with its clock, which stands still until time is made to pass."""

    now: datetime = BORN
    time_zone: str = "US/Eastern"
    currency: str = "USD"
    index_lag: timedelta = timedelta(0)
    associations_per_page: int = 500
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    owners: list[dict[str, Any]] = field(default_factory=list)
    pipelines: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    definitions: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _next_id: int = 100

    def pass_time(self, **much: float) -> None:
        """Let the clock go on, as ``timedelta`` takes it."""
        self.now += timedelta(**much)

    def add(self, kind: str, key: str = "", /, **properties: str | None) -> str:
        """A new record, made now; return its id."""
        self._next_id += 1
        key = key or str(self._next_id)
        stamp = iso(self.now)
        state = {"createdate": stamp, "hs_createdate": stamp, modified(kind): stamp, **properties}
        self.records[kind][key] = Record(kind, key, [(self.now, state | {"hs_object_id": key})])
        return key

    def change(self, kind: str, key: str, /, **properties: str | None) -> None:
        """Give a record other properties, now."""
        record = self.records[kind][key]
        state = record.properties | properties | {modified(kind): iso(self.now)}
        record.states.append((self.now, state))

    def archive(self, kind: str, key: str) -> None:
        """Delete a record: it leaves the search, and its last change stays when it was."""
        self.records[kind][key].archived_at = self.now

    def restore(self, kind: str, key: str) -> None:
        """Bring a deleted record back, again without a change."""
        self.records[kind][key].archived_at = None

    def purge(self, kind: str, key: str) -> None:
        """Forget a deleted record, as happens after three months."""
        del self.records[kind][key]

    def merge(self, kind: str, winner: str, loser: str) -> None:
        """Make two records one: the loser is gone, the winner names it."""
        gone = self.records[kind].pop(loser)
        record = self.records[kind][winner]
        if kind == "contacts":
            merged = record.properties.get("hs_calculated_merged_vids") or ""
            entry = f"{loser}:{int(self.now.timestamp() * 1000)}"
            both = ";".join(filter(None, [merged, entry]))
            self.change(kind, winner, hs_calculated_merged_vids=both)
        else:
            merged = record.properties.get("hs_merged_object_ids") or ""
            before = gone.properties.get("hs_merged_object_ids")
            both = ";".join(filter(None, [merged, loser, before]))
            self.change(kind, winner, hs_merged_object_ids=both)
        self._hand_over(kind, loser, winner)

    def _hand_over(self, kind: str, loser: str, winner: str) -> None:
        for records in self.records.values():
            for record in records.values():
                record.associated[kind] = [
                    (winner if other == loser else other, label)
                    for other, label in record.associated[kind]
                ]

    def associate(
        self, kind: str, key: str, to_kind: str, to_key: str, label: str | None = None
    ) -> None:
        """Tie two records together, both ways."""
        self.records[kind][key].associated[to_kind].append((to_key, label))
        self.records[to_kind][to_key].associated[kind].append((key, label))

    def add_owner(
        self, key: str, first: str, last: str, email: str, *, archived: bool = False
    ) -> None:
        """A new user who can own records."""
        stamp = iso(self.now)
        self.owners.append(
            {
                "id": key,
                "email": email,
                "firstName": first,
                "lastName": last,
                "userId": int(key),
                "createdAt": stamp,
                "updatedAt": stamp,
                "archived": archived,
            }
        )

    def add_pipeline(self, kind: str, key: str, label: str, *stages: dict[str, Any]) -> None:
        """A new pipeline; a stage is ``{"id", "label", "metadata"}``."""
        stamp = iso(self.now)
        common = {"createdAt": stamp, "updatedAt": stamp, "archived": False}
        made = [
            {**common, "displayOrder": at, "metadata": {}, **stage}
            for at, stage in enumerate(stages)
        ]
        self.pipelines[kind].append(
            {**common, "id": key, "label": label, "displayOrder": 0, "stages": made}
        )

    def define(
        self, kind: str, name: str, label: str, type_: str = "string", **options: str
    ) -> None:
        """A new property; ``options`` are value=label."""
        listed = [
            {"value": value, "label": shown, "hidden": False, "displayOrder": at}
            for at, (value, shown) in enumerate(options.items())
        ]
        field_type = "select" if listed else "text"
        self.definitions[kind].append(
            {
                "name": name,
                "label": label,
                "type": type_,
                "fieldType": field_type,
                "groupName": f"{kind}information",
                "description": "",
                "options": listed,
            }
        )
