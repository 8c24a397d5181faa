"""Which version of the tables a database has, and how it gets the shipped one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import column, select, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

VERSION_TABLE = "keepwell_version"  # not alembic_version: Prefect may live in the same database
MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = Lock()  # Alembic works with what belongs to the whole process


@cache
def shipped_versions() -> tuple[str, ...]:
    """Return the versions this Keepwell knows, oldest first, as their files are numbered."""
    files = (MIGRATIONS / "versions").glob("v*.py")
    return tuple(sorted(file.stem.split("_")[0] for file in files))


def shipped_version() -> str:
    """Return the version this Keepwell works with."""
    return shipped_versions()[-1]


def stored_version(connection: Connection) -> str | None:
    """Return the version the database has; None for one that has no store yet."""
    if not connection.dialect.has_table(connection, VERSION_TABLE):
        return None
    version: str | None = connection.scalar(
        select(column("version_num")).select_from(table(VERSION_TABLE))
    )
    return version


def upgrade(connection: Connection) -> None:
    """Bring the tables to the shipped version, inside the transaction of ``connection``."""
    with ONE_AT_A_TIME:
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    # Alembic is imported here because an up-to-date store, the usual one, has no use for it.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
