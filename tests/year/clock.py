"""A store whose clock shows the simulated moment: every connection of its engine is told the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event

from flows.workspace import Workspace, settings_at
from tasks.store import open_store


@contextmanager
def opened_at(config: Path, now: Callable[[], datetime]) -> Iterator[Workspace]:
    """Give the workspace of ``config``; its store's clock shows what ``now`` returns."""
    settings = settings_at(config, {})

    def tell_time(connection, _record: object) -> None:
        def read(_format: str, _moment: str) -> str:
            return now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]

        connection.create_function("strftime", 2, read)

    with open_store(settings.store_url) as store:
        event.listen(store.engine, "connect", tell_time)
        store.engine.dispose()  # so that every connection is told
        yield Workspace(settings, store)
