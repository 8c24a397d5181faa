"""What time is it for everybody who shares this store? The database's own clock says.

Hosts disagree about the time; a lease that one of them has taken must end for all at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy import Connection


def store_time(connection: Connection) -> datetime:
    """Return the present moment in UTC; also inside a long transaction."""
    if connection.dialect.name == "sqlite":
        read = connection.scalar(select(func.strftime("%Y-%m-%dT%H:%M:%f", "now")))
        return datetime.fromisoformat(str(read)).replace(tzinfo=UTC)
    moment = connection.scalar(select(func.clock_timestamp()))
    if not isinstance(moment, datetime):
        raise TypeError("the database has no clock")
    return moment.astimezone(UTC)
