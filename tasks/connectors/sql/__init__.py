"""SQL: a warehouse or a product's database, one SELECT for each of our tables.

``settings`` is what keepwell.yaml says, ``asking`` how a database is asked and nothing but read,
``reading`` how a SELECT is read on from a row, and ``extraction`` makes our tables of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.connectors.base import Coverage, Surroundings, connector
from tasks.connectors.sql.settings import SqlSettings
from tasks.connectors.sql.streams import streams as every_stream

if TYPE_CHECKING:
    from tasks.connectors.streams import Stream
    from tasks.facts.raw import Extracted


def extract(settings: SqlSettings, surroundings: Surroundings) -> Extracted:
    """Return what each SELECT gave; one that fails does not stop the others."""
    from tasks.connectors.sql.extraction import extracted  # noqa: PLC0415 - loads Arrow

    return extracted(settings, surroundings)


def streams(settings: SqlSettings) -> tuple[Stream, ...]:
    """Return what the database is read by: a stream for each table, and one for its keys."""
    return every_stream(settings)


def coverage(settings: SqlSettings) -> Coverage | None:
    """Return of which times the database tells everything: those before the last reading.

    None where it is not said to be live: a warehouse knows what was last loaded into it. What
    stays in place may have changed anywhere since it was last looked at.
    """
    is_known = settings.lag is not None and not settings.in_place
    return Coverage({}, settings.lag or timedelta(0)) if is_known else None


SQL = connector("sql", SqlSettings, extract, streams=streams, coverage=coverage)
