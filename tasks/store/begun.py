"""When was each stream of a source begun, and when was each of its loads made?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tasks.store.tables import loads, stream_runs, streams

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tasks.store.database import Store


def begun(store: Store, source: str) -> Mapping[str, datetime]:
    """Return for each stream of a source the moment from which its first page was read.

    That is the first run that got anywhere, of those that read what counts now.
    """
    run, now = stream_runs.c, streams.c
    first = (
        select(func.min(run.id))
        .select_from(stream_runs)
        .join(streams, (now.source == run.source) & (now.name == run.stream))
        .where(run.source == source, run.generation == now.generation, run.cursor_out.is_not(None))
        .group_by(run.stream)
    )
    asked = select(run.stream, run.watermark, run.started_at).where(run.id.in_(first))
    with store.reading() as connection:
        found = connection.execute(asked).all()
    return {name: watermark or started_at for name, watermark, started_at in found}


def loaded_at(store: Store, source: str) -> Mapping[str, datetime]:
    """Return when each load of a source was made, by its id, those that were replaced included."""
    asked = select(loads.c.id, loads.c.loaded_at).where(loads.c.source == source)
    with store.reading() as connection:
        return {row.id: row.loaded_at for row in connection.execute(asked)}
