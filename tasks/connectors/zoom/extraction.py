"""From an account to calls: every stream is read on, and all that was landed is mapped anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from tasks.connectors.base import Surroundings
from tasks.connectors.http import Session
from tasks.connectors.landed import Landed
from tasks.connectors.landing import land
from tasks.connectors.reconciling import counted
from tasks.connectors.streams import Row
from tasks.connectors.tables import Rows
from tasks.connectors.zoom.access import api
from tasks.connectors.zoom.calls import call_row, engagement_row, is_blocked, is_voice
from tasks.connectors.zoom.settings import ZoomSettings
from tasks.connectors.zoom.streams import CALLS, ENGAGEMENTS, started, streams
from tasks.facts.raw import Extracted
from tasks.model import DataNote


@dataclass(slots=True)
class Seen:
    """What was met on the way, and how often."""

    source: str
    ours: int = 0  # calls of the time that Zoom still tells of
    blocked: int = 0
    odd: Counter[str] = field(default_factory=Counter)

    def notes(self) -> Iterator[DataNote]:
        """Yield one note for each kind of thing that was met."""
        if self.blocked:
            text = (
                f"{self.source}: calls that Zoom blocked as spam are not counted: {self.blocked:,}."
            )
            yield DataNote("spam", self.source, text, self.blocked, "calls")
        for word, count in sorted(self.odd.items()):
            text = f"{self.source}: call_result '{word}' is unknown (calls: {count:,})."
            yield DataNote("mapping_issue", self.source, text, count, "calls")


def extracted(settings: ZoomSettings, surroundings: Surroundings) -> Extracted:
    """Return the calls; what could not be read is a problem, and keeps what was loaded."""
    declared = streams(settings)
    with Session(api(settings), surroundings.world) as session:
        reports = land(settings.name, declared, session, surroundings)
    landed, seen = Landed(settings.name, reports, surroundings), Seen(settings.name)
    table = landed.table("calls", *(one.name for one in declared if one.tables))
    since = f"{surroundings.now - timedelta(days=settings.history_days):%Y-%m-%dT%H:%M:%S}"
    _phone(landed, seen, table, since)
    if settings.contact_center:
        for engagement in landed.rows(ENGAGEMENTS):
            table.add(engagement_row(engagement) if is_voice(engagement) else None)
    counted(surroundings, settings.name, reports, CALLS, seen.ours)
    return landed.extracted([table.raw()], tuple(seen.notes()))


def _phone(landed: Landed, seen: Seen, table: Rows, since: str) -> None:
    """Add the calls of Zoom Phone; what is older than it tells of need not be listed any more."""

    def is_old(call: Row) -> bool:
        return started(call) < since

    for call in landed.rows(CALLS, stays=is_old):
        seen.ours += not is_old(call)
        if is_blocked(call):
            seen.blocked += 1
            continue
        row = call_row(call)
        if row["outcome"] is None:
            seen.odd[str(call.get("call_result"))] += 1
        table.add(row)
