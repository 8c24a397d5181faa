"""How are several sources read? APIs side by side, as they mostly wait; files in turn."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from threading import Event
from typing import cast

from flows.steps import Steps
from flows.workspace import Workspace
from tasks.catalog import CONNECTORS
from tasks.config import SourceSettings
from tasks.connectors.base import Connector
from tasks.facts.folding import Folded


def read_all(
    steps: Steps, workspace: Workspace, sources: Sequence[SourceSettings], now: datetime
) -> list[Folded]:
    """Return what each source gave, in the order of ``sources``.

    Where one ends early (Ctrl-C, an error), the others end with their page and go on next time.
    """
    settings, store, stopping = workspace.settings, workspace.store, Event()

    def read(source: SourceSettings) -> Folded:
        return steps.extract(source, settings, now, store, stopping=stopping)

    apis = [source for source in sources if is_api(source)]
    with ThreadPoolExecutor(max(1, len(apis))) as threads:
        try:
            # Prefect knows from the context which flow run a task is part of.
            begun = {api.name: threads.submit(copy_context().run, read, api) for api in apis}
            done = {one.name: read(one) for one in sources if one.name not in begun}
            done |= {name: reading.result() for name, reading in begun.items()}
        finally:
            stopping.set()
    return [done[source.name] for source in sources]


def is_api(source: SourceSettings) -> bool:
    """Return whether a source is read by streams, and waits for a vendor more than it works."""
    connector = cast("Connector", CONNECTORS.get(source.kind))
    return bool(connector.streams(source))
