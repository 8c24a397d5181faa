"""The store: what was measured, loaded, what ran and what goes out; SQLite or PostgreSQL."""

from __future__ import annotations

from tasks.store.database import Store, open_store
from tasks.store.entries import TERMINAL, UNDELIVERED, Entry, Problem, State, content, entries
from tasks.store.loaded import Loaded, current_loads, notes, quarantined, totals, watermarks
from tasks.store.manifest import Load, current_files, files, forget_files, superseded, swap
from tasks.store.outbox import (
    Outgoing,
    Written,
    address,
    cancel,
    is_abandoned,
    put,
    requeue,
    written,
)
from tasks.store.reading import history, read
from tasks.store.recording import Recorded, Restated, record
from tasks.store.runs import Outcome, Run, finish_run, runs, start_run

__all__ = [
    "TERMINAL",
    "UNDELIVERED",
    "Entry",
    "Load",
    "Loaded",
    "Outcome",
    "Outgoing",
    "Problem",
    "Recorded",
    "Restated",
    "Run",
    "State",
    "Store",
    "Written",
    "address",
    "cancel",
    "content",
    "current_files",
    "current_loads",
    "entries",
    "files",
    "finish_run",
    "forget_files",
    "history",
    "is_abandoned",
    "notes",
    "open_store",
    "put",
    "quarantined",
    "read",
    "record",
    "requeue",
    "runs",
    "start_run",
    "superseded",
    "swap",
    "totals",
    "watermarks",
    "written",
]
