"""Zendesk's objects as small as they can be, and our rows of them drawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tasks.connectors.zendesk.clocks import Clock, clock
from tasks.connectors.zendesk.tickets import Around, ticket_row

AT = "2026-02-02T09:00:00Z"


def minutes(count: int | None) -> dict[str, int | None]:
    return {"calendar": count, "business": count}


def metrics(**changed: Any) -> dict[str, Any]:
    """A metric set; ``reply``, ``first`` and ``full`` are calendar minutes."""
    return {
        "replies": changed.pop("replies", 0),
        "reopens": changed.pop("reopens", 0),
        "reply_time_in_minutes": minutes(changed.pop("reply", None)),
        "first_resolution_time_in_minutes": minutes(changed.pop("first", None)),
        "full_resolution_time_in_minutes": minutes(changed.pop("full", None)),
        "solved_at": changed.pop("solved_at", None),
        **changed,
    }


def ticket(**changed: Any) -> dict[str, Any]:
    """A ticket of requester 7, opened by email."""
    return {
        "id": 1,
        "requester_id": 7,
        "submitter_id": 7,
        "organization_id": 5,
        "assignee_id": 900,
        "status": "new",
        "subject": "Help",
        "description": "It is broken",
        "priority": "normal",
        "tags": [],
        "via": {"channel": "email", "source": {"rel": None}},
        "created_at": AT,
        "updated_at": AT,
        "metric_set": metrics(),
        **changed,
    }


def times(changed: dict[str, Any], *starts: datetime) -> Clock:
    return clock(changed, starts)


def row(changed: dict[str, Any], around: Around | None = None) -> dict[str, str | None]:
    return ticket_row(changed, clock(changed), around or Around())
