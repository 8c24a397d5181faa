"""Small accounts drawn as rows, and what Keepwell makes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tasks.connectors.hubspot.landed import Landed
from tasks.connectors.hubspot.mapping import Mapper, mapper
from tasks.connectors.hubspot.settings import HubSpotSettings
from tasks.connectors.remarks import Remarks

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
AT = "2026-02-01T10:00:00.000Z"
DEAL_STAGES = {
    "id": "default",
    "label": "Sales Pipeline",
    "stages": [
        {"id": "open", "label": "Open", "metadata": {"isClosed": "false", "probability": "0.4"}},
        {"id": "won", "label": "Won", "metadata": {"isClosed": "true", "probability": "1.0"}},
        {"id": "lost", "label": "Lost", "metadata": {"isClosed": "true", "probability": "0.0"}},
    ],
}
TICKET_STAGES = {
    "id": "0",
    "label": "Support Pipeline",
    "stages": [
        {"id": "1", "label": "New", "metadata": {"ticketState": "OPEN"}},
        {"id": "2", "label": "Waiting", "metadata": {"ticketState": "OPEN"}},
        {"id": "4", "label": "Closed", "metadata": {"ticketState": "CLOSED"}},
    ],
}
NEW_YORK = {"portalId": 1, "timeZone": "US/Eastern", "companyCurrency": "USD"}


def row(
    key: str, /, *, tied: dict[str, list[str]] | None = None, **properties: Any
) -> dict[str, Any]:
    """A record as it is landed; ``tied`` has ids by kind, the first one is the primary."""
    ties = {
        kind: [{"id": one, "primary": at == 0} for at, one in enumerate(ids)]
        for kind, ids in (tied or {}).items()
    }
    return {"id": key, "properties": properties, "createdAt": AT, "updatedAt": AT, "tied": ties}


def with_history(record: dict[str, Any], name: str, *changes: tuple[str, str]) -> dict[str, Any]:
    """The record with the values a property had, written ``(when, value)``, the oldest first."""
    newest_first = [{"timestamp": at, "value": value} for at, value in reversed(changes)]
    histories = {**record.get("propertiesWithHistory", {}), name: newest_first}
    return {**record, "propertiesWithHistory": histories}


def deleted(key: str, at: str, **more: Any) -> dict[str, Any]:
    """A row of the list of deleted records."""
    return {"id": key, "archivedAt": at, **more}


def portrait(streams: dict[str, list[dict[str, Any]]], **said: Any) -> Mapper:
    """What maps an account with these landed streams."""
    explained = {
        "account": [NEW_YORK],
        "deals pipelines": [DEAL_STAGES],
        "tickets pipelines": [TICKET_STAGES],
    }
    landed = explained | streams
    settings = {"name": "crm", "kind": "hubspot", "token": "secret", **said}
    return mapper(
        HubSpotSettings.model_validate(settings),
        Landed(lambda name: landed.get(name, [])),
        Remarks("crm"),
        zone="Europe/Berlin",
        now=NOW,
    )


def rows(made: Mapper, table: str, *columns: str) -> list[Any]:
    """The rows of a table; of these columns only, if they are named."""
    if table in {"subscription_versions", "contracts"}:
        found = [placed[2] for placed in made.subscriptions()[table]]
    else:
        found = [placed[2] for placed in made.rows(table)]
    if not columns:
        return found
    return [tuple(each.get(column) for column in columns) for each in found]


def remarks(made: Mapper) -> list[str]:
    """What is said about the rows that were mapped so far."""
    return [note.text for note in made.remarks.notes()]
