"""Who was told what of an alert? Each thing once: it is noted with the message that says it.

The messages, and that they were told, are written in one transaction. A process that dies before
has told nobody, and the next one does; a process that dies afterwards has left the messages in the
outbox, which delivers them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.episode import Episode, Push
from tasks.errors import Overtaken
from tasks.store.alarms import alert_episodes
from tasks.store.alertlog import Happening, enter
from tasks.store.clock import store_time
from tasks.store.episodes import episodes_on, hold_on, save
from tasks.store.mutes import Mute, muted_by, mutes_on
from tasks.store.outbox import SUBJECT, Outgoing, put_on

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from tasks.store.database import Store


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of some episodes: to people where it ``is_live``, on trial to the operators.

    ``outgoing`` is the message; it may be about several episodes at once. Without one nobody gets
    a message, for the reason ``why`` ("listed in the digest"), and the matter is settled.
    """

    push: Push
    episodes: tuple[Episode, ...]
    outgoing: tuple[Outgoing, ...] = ()
    is_live: bool = True
    why: str = ""


def tell(
    store: Store,
    notices: Sequence[Notice],
    *,
    company: str,
    today: date,
    now: datetime | None = None,
) -> tuple[int, ...]:
    """Put the messages into the outbox and note that they were told; return their entries' ids.

    Raises ``Overtaken``, and then nothing was written, where an episode of a notice was changed,
    told of, or muted since it was read.
    """
    if not notices:
        return ()
    with store.writing(SUBJECT) as connection:
        at = now or store_time(connection)
        _check(connection, notices, today)
        for one in notices:
            enter(connection, _told(connection, one, at))
        outgoing = [message for one in notices for message in one.outgoing]
        return put_on(connection, outgoing, company=company)


def _check(connection: Connection, notices: Iterable[Notice], today: date) -> None:
    concerned = [episode for notice in notices for episode in notice.episodes]
    ids = [episode.id for episode in concerned]
    stored = {one.id: one for one in episodes_on(connection, alert_episodes.c.id.in_(ids))}
    muted = mutes_on(connection)
    for episode in concerned:
        hold_on(episode, stored.get(episode.id))
        _refuse_to_wake(episode, muted, today)


def _refuse_to_wake(episode: Episode, muted: Iterable[Mute], today: date) -> None:
    if mute := muted_by(episode, muted, today):
        raise Overtaken(
            f"{mute.who} has muted {episode} meanwhile.", todo="Nothing was told of it."
        )


def _told(connection: Connection, notice: Notice, now: datetime) -> Iterator[Happening]:
    """Note on each episode that it was told, and yield a line of the log for it."""
    for episode in notice.episodes:
        save(connection, marked(episode, notice.push, is_live=notice.is_live), episode)
        to = dict.fromkeys(recipient for one in notice.outgoing for recipient in one.to)
        audience = "people" if notice.is_live else "operators"
        yield Happening(
            about=str(episode),
            what=f"{notice.push} to {audience if to else 'nobody'}",
            at=now,
            note=notice.why or ", ".join(to),
            episode_id=episode.id,
            period=(episode.ended or episode.newest).key,
            severity=episode.severity.value,
            chance=episode.chance,
        )


def marked(episode: Episode, push: Push, *, is_live: bool) -> Episode:
    """Return the episode as one of which ``push`` was told.

    Who is told of an alert that has escalated already needs no second message about that.
    """
    said = {push, Push.ESCALATION} if episode.is_escalated and push is Push.ALERT else {push}
    if is_live:
        return replace(episode, told=episode.told | said)
    return replace(episode, shown=episode.shown | said)
