"""Record: loads become the current facts, measurements become history, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prefect import task

from tasks.config import Settings
from tasks.facts.folding import Folded
from tasks.facts.lake import write
from tasks.model import Observation
from tasks.store import Load, Recorded, Store, record, swap
from tasks.store.compared import change_of


@task
def record_load(
    store: Store, settings: Settings, folded: Folded, load_id: str, now: datetime
) -> None:
    """Write the files of a load, then let them take the place of what its source had."""
    written = write(settings.lake_path, folded, load_id)
    load = Load(
        id=load_id,
        source=folded.source,
        loaded_at=now,
        files=written,
        quarantined=folded.quarantined,
        notes=folded.notes,
        totals=folded.totals,
        watermark=folded.watermark,
        speaks_until=folded.speaks_until,
        keeps=frozenset(folded.failed),
        change=change_of(store, settings, folded, written),
    )
    swap(store, load)


@task
def record_values(store: Store, measured: Iterable[Observation], now: datetime) -> Recorded:
    """Add what is new or has changed to the history, and say what was restated."""
    return record(store, measured, recorded_at=now)
