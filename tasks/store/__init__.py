"""The store: what was measured, loaded, what ran and what goes out; SQLite or PostgreSQL."""

from __future__ import annotations

from tasks.store.actions import Action, ActionEvent, action_history, actions, add_action, end_action
from tasks.store.advice import Advice, advice_given, remember_advice
from tasks.store.alertlog import Happening, alert_log
from tasks.store.audit import Deed, deeds, note_deed
from tasks.store.begun import begun, loaded_at
from tasks.store.changes import Change, changed_between, state_of
from tasks.store.database import Store, open_store
from tasks.store.entries import TERMINAL, UNDELIVERED, Entry, Problem, State, content, entries
from tasks.store.forgotten import Tombstones, tombstones
from tasks.store.listening import is_listened
from tasks.store.loaded import Loaded, current_loads, notes, quarantined, totals, watermarks
from tasks.store.manifest import Load, current_files, files, forget_files, superseded, swap
from tasks.store.outbox import (
    Outgoing,
    Written,
    address,
    cancel,
    is_abandoned,
    moment_of,
    put,
    requeue,
    written,
)
from tasks.store.reading import history, read
from tasks.store.recording import Recorded, Restated, record
from tasks.store.runs import Outcome, Run, finish_run, runs, start_run
from tasks.store.streams import (
    LandedPage,
    Reading,
    StreamRun,
    StreamState,
    begin_reading,
    end_listing,
    forget_generations,
    land_page,
    move_cursor,
    pages_of,
    runs_of,
    start_listing_over,
    start_over,
    stop_reading,
    stream_state,
    swap_pages,
)

__all__ = [
    "TERMINAL",
    "UNDELIVERED",
    "Action",
    "ActionEvent",
    "Advice",
    "Change",
    "Deed",
    "Entry",
    "Happening",
    "LandedPage",
    "Load",
    "Loaded",
    "Outcome",
    "Outgoing",
    "Problem",
    "Reading",
    "Recorded",
    "Restated",
    "Run",
    "State",
    "Store",
    "StreamRun",
    "StreamState",
    "Tombstones",
    "Written",
    "action_history",
    "actions",
    "add_action",
    "address",
    "advice_given",
    "alert_log",
    "begin_reading",
    "begun",
    "cancel",
    "changed_between",
    "content",
    "current_files",
    "current_loads",
    "deeds",
    "end_action",
    "end_listing",
    "entries",
    "files",
    "finish_run",
    "forget_files",
    "forget_generations",
    "history",
    "is_abandoned",
    "is_listened",
    "land_page",
    "loaded_at",
    "moment_of",
    "move_cursor",
    "note_deed",
    "notes",
    "open_store",
    "pages_of",
    "put",
    "quarantined",
    "read",
    "record",
    "remember_advice",
    "requeue",
    "runs",
    "runs_of",
    "start_listing_over",
    "start_over",
    "start_run",
    "state_of",
    "stop_reading",
    "stream_state",
    "superseded",
    "swap",
    "swap_pages",
    "tombstones",
    "totals",
    "watermarks",
    "written",
]
