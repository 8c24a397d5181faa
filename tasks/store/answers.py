"""What do people make of alerts? Who said what, when, is written with what it changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.episode import Ending, Episode, Phase
from tasks.errors import UnknownName, WrongUse
from tasks.model import ALL
from tasks.store.alarms import alert_episodes
from tasks.store.alertlog import Happening, enter
from tasks.store.audit import ACKNOWLEDGED, JUDGED, MUTED, NOTED, UNMUTED, note_on
from tasks.store.clock import store_time
from tasks.store.episodes import episodes_on, save
from tasks.store.mutes import Mute, end_mute, enter_mute, muted_by, mutes_on
from tasks.store.outbox import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from tasks.store.database import Store

ACK, MUTE, UNMUTE, NOTE = "ack", "mute", "unmute", "note"
USEFUL, NOT_USEFUL = "useful", "not_useful"
ANSWERS = (ACK, MUTE, UNMUTE, NOTE, USEFUL, NOT_USEFUL)
DEEDS = {
    ACK: ACKNOWLEDGED,
    MUTE: MUTED,
    UNMUTE: UNMUTED,
    NOTE: NOTED,
    USEFUL: JUDGED,
    NOT_USEFUL: JUDGED,
}
MOST_NAMED = 20  # alerts, where nobody knows which one is meant
OF_OPEN_ONES = frozenset({ACK, MUTE})


def answer(
    store: Store,
    episode: str,
    who: str,
    what: str,
    note: str = "",
    until: date | None = None,
    *,
    rebased_on: date | None = None,
) -> Episode:
    """Write what somebody makes of an episode, called by its number or its name; return it.

    ``what`` is one of ``ANSWERS``. A ``mute`` needs ``until``, the day on which it is heard
    again; a ``note`` may say since when the level counts as normal. Raises ``UnknownName``, and
    ``WrongUse`` for what can't be done to an alert that is over.
    """
    if what not in ANSWERS:
        raise UnknownName("answer", what, ANSWERS)
    if what == MUTE and until is None:
        raise WrongUse("A mute needs an end.", todo="Say until which day.")
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        found = named(_all(connection), episode)
        if what in OF_OPEN_ONES and not found.is_open:
            raise WrongUse(f"{found} is over.", todo="See 'keepwell alerts list'.")
        after = _answered(found, who, what, rebased_on)
        if after != found:
            after = save(connection, after, found)
        _mute(connection, after, who, what, note, until, now)
        said = f"{note} (normal since {rebased_on})".strip() if rebased_on else note
        said = f"until {until} {said}".strip() if until and what == MUTE else said
        enter(connection, [Happening(str(after), what, now, who, said, after.id)])
        detail = f"until {until}" if what == MUTE else what.replace("_", " ")
        note_on(connection, who, DEEDS[what], str(after), now, detail)
    return after


def end_with(
    store: Store, explained: Episode, others: Mapping[int, bool], who: str, today: date
) -> tuple[Episode, ...]:
    """End ``others``, by number, as explained with ``explained``; return those that were open.

    Where the value is true, their level is normal since the same day, too.
    """
    day = explained.rebased_on
    why = f"It is explained with alert {explained.id}: normal is what is so since {day}."
    with store.writing(SUBJECT) as connection:
        now, muted = store_time(connection), mutes_on(connection)
        open_ = [one for one in _all(connection) if one.id in others and one.is_open]
        ended = [
            replace(
                one,
                phase=Phase.CLOSED,
                ended=one.newest,
                ending=Ending.EXPLAINED,
                reason=why,
                rebased_on=day if others[one.id or 0] else one.rebased_on,
                ended_at=now,
                is_silent=muted_by(one, muted, today) is not None,
            )
            for one in open_
        ]
        kept = [save(connection, after, one) for after, one in zip(ended, open_, strict=True)]
        what = Ending.EXPLAINED.event.value
        enter(connection, [Happening(str(one), what, now, who, why, one.id) for one in kept])
    return tuple(kept)


def mute_kpi(store: Store, mute: Mute) -> None:
    """Let a KPI, or one of its segments, be silent; an earlier mute of it gives way."""
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        enter_mute(connection, replace(mute, muted_at=now))
        note = f"until {mute.until} {mute.note}".strip()
        enter(connection, [Happening(str(mute), MUTE, now, mute.who, note)])
        note_on(connection, mute.who, MUTED, str(mute), now, f"until {mute.until}")


def unmute_kpi(store: Store, mute: Mute, who: str) -> None:
    """Let be heard again what a mute silenced."""
    with store.writing(SUBJECT) as connection:
        now = store_time(connection)
        end_mute(connection, mute, now)
        enter(connection, [Happening(str(mute), UNMUTE, now, who, "", mute.episode_id)])
        note_on(connection, who, UNMUTED, str(mute), now)


def named(episodes: Sequence[Episode], text: str) -> Episode:
    """Return the episode called ``text``: ``12``, its name, or the short form of it.

    The short form leaves out what is clear anyway: ``logo_churn_rate/ALL#3``. Raises
    ``UnknownName`` with what was probably meant, ``WrongUse`` for a number nobody has and where
    several could be meant.
    """
    wanted = text.strip()
    found = [one for one in episodes if wanted in {str(one.id), f"#{one.id}", str(one)}]
    found = found or [one for one in episodes if wanted == short_name(one)]
    if not found and wanted.lstrip("#").isdecimal():
        raise WrongUse(f"There is no alert {wanted}.", todo="See 'keepwell alerts list --all'.")
    if not found:
        raise UnknownName("alert", text, _names(episodes)[-MOST_NAMED:])
    if len(found) > 1:
        numbers = ", ".join(str(one.id) for one in found)
        raise WrongUse(f"'{text}' may be several alerts:", todo=f"give a number, {numbers}.")
    return found[0]


def short_name(episode: Episode) -> str:
    """Return ``logo_churn_rate/Pro#3``, what people type where no other alert is called so."""
    segment = ALL if episode.key.segment_dimension == ALL else episode.key.segment
    return f"{episode.key.kpi}/{segment}#{episode.number}"


def _names(episodes: Sequence[Episode]) -> list[str]:
    return [name for one in episodes for name in (short_name(one), str(one))]


def _all(connection: Connection) -> tuple[Episode, ...]:
    return episodes_on(connection, alert_episodes.c.opened_at.is_not(None))


def _answered(episode: Episode, who: str, what: str, rebased_on: date | None) -> Episode:
    if what == ACK:
        return replace(episode, acknowledged_by=episode.acknowledged_by or who)
    return replace(episode, rebased_on=rebased_on) if rebased_on else episode


def _mute(
    connection: Connection,
    episode: Episode,
    who: str,
    what: str,
    note: str,
    until: date | None,
    now: datetime,
) -> None:
    if what == MUTE and until is not None:
        mute = Mute(episode.key.kpi, until, who, now, episode_id=episode.id, note=note)
        enter_mute(connection, mute)
    if what == UNMUTE:
        end_mute(
            connection, Mute(episode.key.kpi, now.date(), who, now, episode_id=episode.id), now
        )
