"""What happened to alerts, who said it, and to whom was it told? A log that only grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from tasks.store.alarms import alert_events

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from tasks.store.database import Store

US = "keepwell"  # who says what nobody said


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the log.

    ``what`` is an event of the episode (``opened``, ``closed``...), a phase it came into without
    data, ``told`` with what was told (``alert to people``), or what somebody answered (``ack``,
    ``mute``, ``useful``...). ``about`` is the episode's name, or what is muted.
    """

    about: str
    what: str
    at: datetime
    who: str = US
    note: str = ""
    episode_id: int | None = None
    period: str | None = None
    severity: str | None = None
    chance: float | None = None


COLUMNS = tuple(Happening.__dataclass_fields__)


def alert_log(store: Store, *, episode_id: int | None = None) -> tuple[Happening, ...]:
    """Return what happened to one episode, or to all alerts, oldest first."""
    table = alert_events.c
    asked = select(*(table[name] for name in COLUMNS)).order_by(table.id)
    if episode_id is not None:
        asked = asked.where(table.episode_id == episode_id)
    with store.reading() as connection:
        return tuple(Happening(*row) for row in connection.execute(asked))


def enter(connection: Connection, happened: Iterable[Happening]) -> None:
    """Add lines to the log."""
    rows: list[dict[str, Any]] = [
        {name: getattr(one, name) for name in COLUMNS} for one in happened
    ]
    if rows:
        connection.execute(insert(alert_events), rows)
