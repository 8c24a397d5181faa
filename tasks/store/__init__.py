"""The store: what was measured, what was loaded, what ran; SQLite or PostgreSQL."""

from __future__ import annotations

from tasks.store.database import Store, open_store
from tasks.store.loaded import Loaded, current_loads, notes, quarantined, totals, watermarks
from tasks.store.manifest import Load, current_files, files, forget_files, superseded, swap
from tasks.store.reading import history, read
from tasks.store.recording import Recorded, Restated, record
from tasks.store.runs import Outcome, Run, finish_run, runs, start_run

__all__ = [
    "Load",
    "Loaded",
    "Outcome",
    "Recorded",
    "Restated",
    "Run",
    "Store",
    "current_files",
    "current_loads",
    "files",
    "finish_run",
    "forget_files",
    "history",
    "notes",
    "open_store",
    "quarantined",
    "read",
    "record",
    "runs",
    "start_run",
    "superseded",
    "swap",
    "totals",
    "watermarks",
]
