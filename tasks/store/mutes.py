"""What is muted, until when, and who said so? A mute has no end but its day, however far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from tasks.store.alarms import alert_mutes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection

    from tasks.episode import Episode, Key
    from tasks.store.database import Store


@dataclass(frozen=True, slots=True)
class Mute:
    """One episode, a whole KPI, or one segment of it is silent until the day ``until`` begins.

    ``segment_dimension`` is None where a segment is meant by its name alone, ``segment`` where
    the whole KPI is.
    """

    kpi: str
    until: date
    who: str
    muted_at: datetime
    segment: str | None = None
    segment_dimension: str | None = None
    episode_id: int | None = None
    note: str = ""
    id: int = 0

    def covers(self, episode: Episode, today: date) -> bool:
        """Return whether it silences ``episode`` today."""
        if self.episode_id is not None:
            return today < self.until and self.episode_id == episode.id
        return self.covers_place(episode.key, today)

    def covers_place(self, key: Key, today: date) -> bool:
        """Return whether it silences, today, whatever is said of the place of ``key``."""
        if today >= self.until or self.episode_id is not None:
            return False
        is_there = self.segment in {None, key.segment}
        is_cut_so = self.segment_dimension in {None, key.segment_dimension}
        return self.kpi == key.kpi and is_there and is_cut_so

    def __str__(self) -> str:
        """Return ``logo_churn_rate:Pro``, what it silences; an episode is said by its number."""
        if self.episode_id is not None:
            return str(self.episode_id)
        dimension = "" if self.segment_dimension is None else f"{self.segment_dimension}="
        return self.kpi if self.segment is None else f"{self.kpi}:{dimension}{self.segment}"


def mutes(store: Store) -> tuple[Mute, ...]:
    """Return every mute that nobody has ended, also those whose day has come, oldest first."""
    with store.reading() as connection:
        return mutes_on(connection)


def mutes_on(connection: Connection) -> tuple[Mute, ...]:
    """Return the same, as ``connection`` sees it."""
    table = alert_mutes.c
    asked = select(alert_mutes).where(table.ended_at.is_(None)).order_by(table.id)
    return tuple(
        Mute(
            kpi=row.kpi,
            until=row.until,
            who=row.who,
            muted_at=row.muted_at,
            segment=row.segment,
            segment_dimension=row.segment_dimension,
            episode_id=row.episode_id,
            note=row.note,
            id=row.id,
        )
        for row in connection.execute(asked)
    )


def muted_by(episode: Episode, known: Iterable[Mute], today: date) -> Mute | None:
    """Return the mute that silences ``episode`` for longest; None where none does today."""
    covering = [mute for mute in known if mute.covers(episode, today)]
    return max(covering, key=lambda mute: mute.until, default=None)


def enter_mute(connection: Connection, mute: Mute) -> None:
    """Write a mute; an earlier one of the same thing gives way to it."""
    end_mutes(connection, _same(mute), mute.muted_at)
    row = {
        "episode_id": mute.episode_id,
        "kpi": mute.kpi,
        "segment_dimension": mute.segment_dimension,
        "segment": mute.segment,
        "until": mute.until,
        "who": mute.who,
        "note": mute.note,
        "muted_at": mute.muted_at,
    }
    connection.execute(insert(alert_mutes).values(row))


def end_mute(connection: Connection, mute: Mute, now: datetime) -> None:
    """Let be heard again what ``mute`` silenced."""
    end_mutes(connection, _same(mute), now)


def end_mutes(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """End the mutes that fulfil a condition."""
    ended = update(alert_mutes).where(which, alert_mutes.c.ended_at.is_(None)).values(ended_at=now)
    connection.execute(ended)


def _same(mute: Mute) -> ColumnElement[bool]:
    table = alert_mutes.c
    return (
        table.episode_id.is_not_distinct_from(mute.episode_id)
        & (table.kpi == mute.kpi)
        & table.segment_dimension.is_not_distinct_from(mute.segment_dimension)
        & table.segment.is_not_distinct_from(mute.segment)
    )
