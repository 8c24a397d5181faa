"""A DuckDB of one's own for one step: in memory, bounded, and aware of the company's zone."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tasks.calendar import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

THREADS = 2
MEMORY = "1GB"  # beyond it DuckDB writes to its own temporary folder, which goes with it


@contextmanager
def duck(timezone: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection in which a timestamp without an offset is company-local.

    ``from_local(wall)`` is the UTC instant at which the company's clocks show ``wall``: the first
    of two, and for a time that clocks skip the one as far behind the change as it says.
    """
    import duckdb  # noqa: PLC0415 - costs 0.1 s and is not needed by every command

    zone = quoted(zone_named(timezone).key)
    with TemporaryDirectory(prefix="keepwell-") as spill:
        options: dict[str, str | bool | int | float | list[str]] = {
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": spill,
            "autoinstall_known_extensions": False,
        }
        with duckdb.connect(config=options) as connection:
            connection.execute(f"SET TimeZone = {zone}")
            connection.execute(_UTC_NAIVE)
            connection.execute(_FROM_LOCAL.format(zone=zone))
            connection.execute(_LOCAL_DAY.format(zone=zone))
            yield connection


def quoted(text: str) -> str:
    """Return ``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """Return ``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


_UTC_NAIVE = "CREATE MACRO in_utc(moment) AS timezone('UTC', moment)"

# ICU reads a time that happens twice as the second; the calendar takes the first. Clocks go back
# by an hour, on Lord Howe Island by half an hour.
_FROM_LOCAL = """
CREATE MACRO from_local(wall) AS in_utc(CASE
    WHEN timezone({zone}, timezone({zone}, wall) - INTERVAL 60 MINUTE) = wall
        THEN timezone({zone}, wall) - INTERVAL 60 MINUTE
    WHEN timezone({zone}, timezone({zone}, wall) - INTERVAL 30 MINUTE) = wall
        THEN timezone({zone}, wall) - INTERVAL 30 MINUTE
    ELSE timezone({zone}, wall)
END)"""

_LOCAL_DAY = "CREATE MACRO local_day(moment) AS CAST(timezone({zone}, moment) AS DATE)"
