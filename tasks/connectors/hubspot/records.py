"""What is a record of HubSpot? Its properties, their history, and the records it is tied to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tasks.connectors.properties import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

PRIMARY = "primary"  # how the label of the main company begins, in every language HubSpot sets


@dataclass(frozen=True, slots=True)
class Change:
    """A value that a property was given at an instant."""

    at: datetime
    value: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was last seen; ``tied`` are the ids it is tied to by kind, primary first."""

    id: str
    properties: Mapping[str, Any]
    updated_at: str = ""
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    tied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def tied_to(self, kind: str) -> str | None:
        """Return the first record of this kind that it is tied to."""
        return next(iter(self.tied.get(kind, ())), None)

    def changes(self, names: tuple[str, ...]) -> tuple[Change, ...]:
        """Return the history of the first of these properties that has one, the oldest first."""
        return next((found for name in names if (found := self.history.get(name))), ())


def rank(key: object) -> tuple[int, str]:
    """Return the place of an id among others: ids are numbers, written as text."""
    written = str(key)
    return (int(written) if written.isdecimal() else 0), written


def record(row: Mapping[str, Any]) -> Record:
    """Return a landed row as a record."""
    return Record(
        id=str(row["id"]),
        properties=row.get("properties") or {},
        updated_at=str(row.get("updatedAt") or ""),
        history={
            name: _changes(values or ())
            for name, values in (row.get("propertiesWithHistory") or {}).items()
        },
        tied={kind: _ids(ties) for kind, ties in (row.get("tied") or {}).items()},
    )


def _changes(values: Any) -> tuple[Change, ...]:  # noqa: ANN401 - JSON
    dated = ((parsed(str(each.get("timestamp", ""))), each.get("value")) for each in values)
    found = [Change(at, str(value or "")) for at, value in dated if at is not None]
    return tuple(sorted(found, key=lambda change: change.at))


def _ids(ties: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    ordered = sorted(ties, key=lambda tie: (not tie.get("primary"), rank(tie["id"])))
    return tuple(str(tie["id"]) for tie in ordered)
