"""Which alerts are there, and how does each go on? What a sign changed is written once, or not.

Who writes has read before, and says what: where anybody was faster, nothing is written at all and
``Overtaken`` tells so. Whoever reads again finds that there is nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, or_, select, update

from tasks.episode import Episode, Event, Key, Phase, Step, Verdict
from tasks.errors import Overtaken
from tasks.store.alarms import IDENTITY, alert_episodes
from tasks.store.alertlog import Happening, enter
from tasks.store.clock import store_time
from tasks.store.lives import episode_of, episode_row
from tasks.store.mutes import Mute, muted_by, mutes_on
from tasks.store.outbox import SUBJECT  # alerts and what is told of them take one turn

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection

    from tasks.store.database import Store

UNSAID = frozenset({Phase.NO_DATA, Phase.ERROR})
Place = tuple[str, str, str, str]  # kpi, variant, segment dimension, segment


def episodes(store: Store, *, ended_since: datetime | None = None) -> tuple[Episode, ...]:
    """Return the episodes that are open, and those that ended since a moment, oldest first."""
    table = alert_episodes.c
    wanted: ColumnElement[bool] = table.phase.not_in([Phase.PENDING.value, Phase.CLOSED.value])
    if ended_since is not None:
        wanted = or_(wanted, table.ended_at >= ended_since)
    with store.reading() as connection:
        return episodes_on(connection, wanted)


def every_episode(store: Store) -> tuple[Episode, ...]:
    """Return all episodes that ever opened, oldest first."""
    with store.reading() as connection:
        return episodes_on(connection, alert_episodes.c.opened_at.is_not(None))


def newest_episodes(store: Store) -> Mapping[Key, Episode]:
    """Return the newest episode of every key that ever had one, pending and closed ones too."""
    with store.reading() as connection:
        return newest_on(connection)


def newest_on(connection: Connection) -> Mapping[Key, Episode]:
    """Return the same, as ``connection`` sees it."""
    table = alert_episodes.c
    columns = [table[name] for name in IDENTITY]
    last = select(*columns, func.max(table.number).label("last")).group_by(*columns).subquery()
    same = and_(*(table[name] == last.c[name] for name in IDENTITY), table.number == last.c.last)
    found = connection.execute(select(alert_episodes).join(last, same))
    return {one.key: one for one in map(episode_of, found)}


def episodes_on(connection: Connection, *wanted: ColumnElement[bool]) -> tuple[Episode, ...]:
    """Return the episodes that match, oldest first, as ``connection`` sees them."""
    asked = select(alert_episodes).where(*wanted).order_by(alert_episodes.c.id)
    return tuple(episode_of(row) for row in connection.execute(asked))


def rebased(store: Store) -> Mapping[Place, date]:
    """Return since when the level of each place counts as normal, where anybody said so."""
    table = alert_episodes.c
    place = (table.kpi, table.variant, table.segment_dimension, table.segment)
    asked = select(*place, func.max(table.rebased_on)).where(table.rebased_on.is_not(None))
    with store.reading() as connection:
        return {(a, b, c, d): day for a, b, c, d, day in connection.execute(asked.group_by(*place))}


def record(
    store: Store, steps: Iterable[Step], *, today: date, now: datetime | None = None
) -> tuple[Episode, ...]:
    """Write what ``steps`` changed, all of it or nothing; return the episodes as they are stored.

    Steps of one key follow each other. What ends while it is muted ``today`` is silent for good.
    It happens ``now``, by the store's clock where nobody says another moment.
    Raises ``Overtaken`` where an episode is not any more what a step began with.
    """
    by_key: dict[Key, list[Step]] = {}
    for step in steps:
        if step.is_news and step.episode is not None:
            by_key.setdefault(step.episode.key, []).append(step)
    if not by_key:
        return ()
    with store.writing(SUBJECT) as connection:
        known, muted = newest_on(connection), mutes_on(connection)
        for key, some in by_key.items():
            hold_on(some[0].before, known.get(key))
        at = now or store_time(connection)
        written = [
            one
            for some in by_key.values()
            for one in _written(connection, some, muted, today=today, now=at)
        ]
    return tuple(written)


def hold_on(before: Episode | None, stored: Episode | None) -> None:
    """Raise ``Overtaken`` unless what was read is still what is stored."""
    if (before and (before.id, before.version)) != (stored and (stored.id, stored.version)):
        raise Overtaken(
            f"{stored or before} was changed by another process meanwhile.",
            todo="Nothing was written; read it again.",
        )


def _written(
    connection: Connection,
    steps: Sequence[Step],
    muted: Iterable[Mute],
    *,
    today: date,
    now: datetime,
) -> list[Episode]:
    """Write the steps of one key, of which the last one of each episode counts."""
    stored: dict[int, Episode] = {}
    if (before := steps[0].before) is not None:
        stored[before.number] = before
    changed: dict[int, Episode] = {}
    for step in steps:
        if step.episode is not None:
            earlier = changed.get(step.episode.number)
            changed[step.episode.number] = _timed(step, earlier, muted, today=today, now=now)
    for number, episode in changed.items():
        changed[number] = save(connection, episode, stored.get(number))
    _note(connection, steps, changed, now)
    return list(changed.values())


def _timed(
    step: Step, earlier: Episode | None, muted: Iterable[Mute], *, today: date, now: datetime
) -> Episode:
    """Return the episode of a step with what the law does not know: when, and how loudly."""
    episode = step.episode
    if episode is None:
        raise ValueError("a step without an episode is no news")
    if earlier is not None:
        episode = replace(episode, opened_at=earlier.opened_at)
    if step.event is Event.OPENED:
        episode = replace(episode, opened_at=now)
    if episode.phase is Phase.CLOSED:
        is_silent = muted_by(episode, muted, today) is not None
        episode = replace(episode, ended_at=now, is_silent=is_silent)
    return episode


def save(connection: Connection, episode: Episode, before: Episode | None) -> Episode:
    """Write an episode that was ``before``, or was not; raise ``Overtaken`` where that changed."""
    row = episode_row(episode)
    if before is None:
        row["version"] = 1
        asked = insert(alert_episodes).values(row).returning(alert_episodes.c.id)
        return replace(episode, id=connection.execute(asked).scalar_one(), version=1)
    table, version = alert_episodes.c, before.version + 1
    same = and_(table.id == before.id, table.version == before.version)
    done = connection.execute(
        update(alert_episodes).where(same).values({**row, "version": version})
    )
    if not done.rowcount:
        hold_on(before, None)
    return replace(episode, id=before.id, version=version)


def _note(
    connection: Connection, steps: Iterable[Step], stored: Mapping[int, Episode], now: datetime
) -> None:
    happened = (
        _happening(step, step.episode, stored, what, now)
        for step in steps
        if (what := _happened(step)) and step.episode is not None
    )
    enter(connection, happened)


def _happened(step: Step) -> str:
    """Return the event of a step, or the phase in which nothing can be said, when it is new."""
    before, after = step.before, step.episode
    if step.event is not None or after is None:
        return step.event or ""
    is_new = after.phase in UNSAID and (before is None or before.phase is not after.phase)
    return after.phase.value if is_new else ""


def _happening(
    step: Step, episode: Episode, stored: Mapping[int, Episode], what: str, now: datetime
) -> Happening:
    is_loud = step.sign.verdict is Verdict.LOUD
    return Happening(
        about=str(episode),
        what=what,
        at=now,
        note=step.reason or step.sign.reason or (episode.sentence if is_loud else ""),
        episode_id=stored[episode.number].id,
        period=step.sign.period.key,
        severity=episode.severity.value if is_loud else None,
        chance=step.sign.finding.chance if step.sign.finding else None,
    )
