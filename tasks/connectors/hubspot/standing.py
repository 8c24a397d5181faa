"""Which records still stand? Deleted ones do not, and of merged ones the survivor does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tasks.connectors.latest import survivors
from tasks.connectors.properties import parsed, text
from tasks.connectors.streams import GONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tasks.connectors.hubspot.records import Record

KEPT = timedelta(days=85)  # deleted records are listed for 90 days; what leaves sooner is restored


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of the records of one kind: ``survivors`` by the id that was merged into them."""

    survivors: Mapping[str, str] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()

    def now(self, key: str | None) -> str | None:
        """Return the record that stands for this one today; None where none does."""
        found = self.survivors.get(key, key) if key else None
        return None if found in self.deleted else found

    def has(self, key: str) -> bool:
        """Return whether it stands under its own id."""
        return key not in self.deleted and key not in self.survivors


def standing(records: Iterable[Record], archived: Iterable[Mapping[str, Any]]) -> Standing:
    """Return what became of ``records``, given the list of deleted ones."""
    updated: dict[str, datetime | None] = {}
    merged: list[tuple[str, str]] = []
    for record in records:
        updated[record.id] = parsed(record.updated_at)
        merged += [(loser, record.id) for loser in _merged(record)]
    return Standing(
        survivors(merged),
        frozenset(
            str(row["id"]) for row in archived if _is_deleted(row, updated.get(str(row["id"])))
        ),
    )


def _merged(record: Record) -> Iterable[str]:
    listed = text(record.properties, "hs_merged_object_ids") or ""
    contacts = text(record.properties, "hs_calculated_merged_vids") or ""
    ids = (*listed.split(";"), *(entry.partition(":")[0] for entry in contacts.split(";")))
    return {key.strip() for key in ids if key.strip() and key.strip() != record.id}


def _is_deleted(row: Mapping[str, Any], updated: datetime | None) -> bool:
    """Return whether a row of the list of deleted records is still true."""
    at = parsed(str(row.get("archivedAt") or ""))
    if at is None:
        return row.get(GONE) is None
    if updated is not None and updated > at:
        return False  # it was changed afterwards, so somebody had restored it
    left = parsed(str(row.get(GONE) or ""))
    return left is None or left - at > KEPT
