"""Which tables stay in the database they are in, as the engine computes on that very server?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import URL, make_url

from tasks.config import Settings
from tasks.connectors.sql.settings import SqlSettings
from tasks.connectors.sql.statements import statement_of
from tasks.engine.base import Live
from tasks.errors import Fix
from tasks.store import Store, current_loads


def live_of(settings: Settings) -> tuple[Live, ...]:
    """Return the tables of all sources that stay in place.

    Raises ``Fix`` where the engine computes elsewhere.
    """
    return tuple(
        live
        for source in settings.sources
        if isinstance(source, SqlSettings) and source.in_place
        for live in _tables(settings, source)
    )


def _tables(settings: Settings, source: SqlSettings) -> Iterator[Live]:
    _must_be_there(settings, source)
    zone = source.timezone or settings.company.timezone
    for name, table in source.tables.items():
        statement = statement_of(table.sql, settings.root, f"tables.{name}.sql")
        yield Live(source.name, name, statement, zone)


def _must_be_there(settings: Settings, source: SqlSettings) -> None:
    engine = settings.engine
    there = make_url(engine.url.get_secret_value()) if engine.url else None
    if engine.kind != "postgres" or there is None or _place(there) != _place(source.address):
        raise Fix(
            f"{source.name} cannot stay in place: the engine computes elsewhere.",
            where=f"It is {source.place}; engine.kind is {engine.kind}.",
            todo="Set engine.kind to postgres and engine.url to its database, or leave out "
            "'in_place'.",
        )


def _place(url: URL) -> tuple[object, ...]:
    """Return which database this is, whoever asks."""
    host = url.host or url.query.get("host")
    return url.get_backend_name(), host, url.port or 5432, url.database


def looked_at(store: Store, live: Iterable[Live]) -> Mapping[str, datetime]:
    """Return until when the tables that stay in place are known: until the last sync saw them."""
    loads = {load.source: load.loaded_at for load in current_loads(store)}
    return {one.table: loads[one.source] for one in live if one.source in loads}
