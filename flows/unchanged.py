"""Did a sync of an API bring anything new? If not, the load that counts goes on counting.

Nothing then has to be computed again. Until when the source is known moves on all the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from flows.ledger import REMEMBERED, SYNC
from flows.workspace import Workspace
from tasks.catalog import CONNECTORS
from tasks.config import SourceSettings
from tasks.connectors.base import Connector
from tasks.facts.folding import Folded
from tasks.store import current_files, current_loads, runs
from tasks.store.manifest import still_so


def until_now(source: SourceSettings, load: Folded, now: datetime) -> Folded:
    """Return the load of an API that was read whole: it speaks until now, however silent it is."""
    coverage = cast("Connector", CONNECTORS.get(source.kind)).coverage(source)
    if coverage is None or load.failed or load.problems:
        return load
    read = now - coverage.lag
    return replace(load, speaks_until=max(load.speaks_until or read, read))


def goes_on(
    workspace: Workspace, source: SourceSettings, load: Folded, print_: str, now: datetime
) -> str | None:
    """Return the load that goes on counting, as ``load`` is the same or nothing; None for neither.

    If it is the same, it is now known to have been so until ``now``.
    """
    if cast("Connector", CONNECTORS.get(source.kind)).coverage(source) is None:
        return None
    counts = {one.source: one.id for one in current_loads(workspace.store)}.get(load.source)
    if counts is None:
        return None
    if load.failed or load.problems:
        return counts if _brings_nothing(workspace, load) else None
    if _before(workspace, load.source) != (counts, print_):
        return None
    still_so(workspace.store, load.source, counts, now, load.watermark, load.speaks_until)
    return counts


def _brings_nothing(workspace: Workspace, load: Folded) -> bool:
    there = {one.table for one in current_files(workspace.store, sources=(load.source,))}
    return not load.tables and there <= set(load.failed)


def _before(workspace: Workspace, source: str) -> tuple[str, str] | None:
    """Return the load and the print of the newest sync of a source that tells them."""
    for run in runs(workspace.store, kind=SYNC, limit=REMEMBERED):
        if run.subject == source and run.summary and "print" in run.summary:
            return str(run.summary["load"]), str(run.summary["print"])
    return None
