"""Which alerts are open, since when, and what have people made of them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.figures import text_table
from flows.silence import Silence
from flows.speaking import incidents
from tasks.alerts.dated import dated
from tasks.episode import Episode, Phase
from tasks.messages.ongoing import OpenEpisode
from tasks.model import ALL, Cell, Period
from tasks.store import Store
from tasks.store.alertlog import Happening, alert_log
from tasks.store.answers import ACK, MUTE, NOTE
from tasks.store.episodes import episodes, every_episode
from tasks.store.mutes import Mute, muted_by, mutes

COLUMNS = ("number", "kpi", "segment", "rule", "severity", "state", "since")
NOTHING = "No alert is open."


@dataclass(frozen=True, slots=True)
class Known:
    """One alert, what silences it today, and the last thing people wrote about it."""

    episode: Episode
    mute: Mute | None = None
    note: str = ""

    @property
    def phase(self) -> Phase:
        """Where it stands for people."""
        return self.episode.phase_at(is_muted=self.mute is not None)

    @property
    def by(self) -> str:
        """Who muted or acknowledged it."""
        return self.mute.who if self.mute else self.episode.acknowledged_by


def known_alerts(store: Store, today: date, *, every: bool = False) -> tuple[Known, ...]:
    """Return the open alerts, or with ``every`` those that are over as well, oldest first."""
    found = every_episode(store) if every else episodes(store)
    muted, notes = mutes(store), _notes(alert_log(store)) if found else {}
    return tuple(
        Known(one, muted_by(one, muted, today), notes.get(one.id or 0, "")) for one in found
    )


def open_episodes(store: Store, period: Period, *, today: date) -> tuple[OpenEpisode, ...]:
    """Return the open alerts as a digest of ``period`` tells them; new is what began in it.

    What would only repeat a muted one is left out, and of an incident only what speaks for it.
    """
    silence = Silence.on(store, today)
    heard = [
        one
        for one in known_alerts(store, today)
        if one.mute or not silence.repeats(one.episode.key)
    ]
    return tuple(_told(one, period) for one in _speaking(heard))


def _speaking(heard: Sequence[Known]) -> tuple[Known, ...]:
    """Return one alert of each incident, and each that is muted."""
    speakers = incidents(one.episode for one in heard if one.mute is None)
    return tuple(one for one in heard if one.mute or one.episode in speakers)


def muted_today(store: Store, today: date) -> tuple[Mute, ...]:
    """Return what is muted besides single alerts: KPIs and segments of them."""
    return tuple(one for one in mutes(store) if one.episode_id is None and today < one.until)


def as_table(found: Sequence[Known]) -> str:
    """Return a line for each alert, and below it what was found, why it ended, what was noted."""
    table = text_table(COLUMNS, [_line(one) for one in found], right=("number",))
    head, *lines = table.splitlines()
    told = ("\n".join([line, *_below(one)]) for line, one in zip(lines, found, strict=True))
    return "\n".join([head, *told])


def as_record(known: Known) -> dict[str, object]:
    """Return an alert for JSON."""
    one = known.episode
    return {
        "number": one.id,
        "name": str(one),
        "rule": one.key.rule,
        "kpi": one.key.kpi,
        "variant": one.key.variant,
        "segment_dimension": one.key.segment_dimension,
        "segment": one.key.segment,
        "direction": one.key.direction,
        "severity": one.severity,
        "phase": known.phase,
        "since": one.since.key,
        "opened": one.opened.key,
        "newest": one.newest.key,
        "chance": one.chance,
        "sentence": one.sentence,
        "is_escalated": one.is_escalated,
        "acknowledged_by": one.acknowledged_by or None,
        "muted_until": known.mute.until.isoformat() if known.mute else None,
        "note": known.note or None,
        "told": sorted(one.told),
        "shown_on_trial": sorted(one.shown),
        "ended": one.ended.key if one.ended else None,
        "ending": one.ending,
        "reason": one.reason or None,
    }


def mute_record(mute: Mute) -> dict[str, object]:
    """Return what is muted, for JSON."""
    return {"what": str(mute), "until": mute.until.isoformat(), "by": mute.who, "note": mute.note}


def state(known: Known) -> str:
    """Return where an alert stands in words: ``acknowledged by Ana``."""
    phase = known.phase
    if phase is Phase.MUTED and known.mute:
        return f"muted until {known.mute.until}"
    if phase is Phase.ACKNOWLEDGED:
        return f"acknowledged by {known.by}"
    if phase is Phase.CLOSED and known.episode.ending:
        return f"over: {known.episode.ending.value.replace('_', ' ')}"
    return phase.value.replace("_", " ")


def _line(known: Known) -> list[str]:
    one = known.episode
    key = one.key
    segment = ALL if key.segment_dimension == ALL else f"{key.segment_dimension}={key.segment}"
    since = one.since.first_day.isoformat()  # seven days may have begun on any day
    said = (key.kpi, plain(segment), key.rule, one.severity, state(known), since)
    return [str(one.id), *said]


def _below(known: Known) -> Iterator[str]:
    note = f"note: {known.note}" if known.note else ""
    for said in (dated(known.episode), known.episode.reason, note):
        if said:
            yield f"        {plain(said)}"


def plain(text: str) -> str:
    """Return what people wrote so that it neither moves the cursor nor turns the line around."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _told(known: Known, period: Period) -> OpenEpisode:
    one, key = known.episode, known.episode.key
    place = (key.segment_dimension, key.segment)
    return OpenEpisode(
        number=one.id or 0,
        cell=Cell(key.kpi, key.variant, one.opened.grain, *place),
        severity=one.severity,
        direction=key.direction,
        since=one.since.first_day,
        is_new=one.since.end_day > period.first_day,
        phase=known.phase.value,
        by=known.by,
        note=known.note,
        until=known.mute.until if known.mute else None,
        rule=key.rule,
        sentence=one.sentence,
    )


def _notes(log: Iterable[Happening]) -> Mapping[int, str]:
    written = {NOTE, ACK, MUTE}
    return {
        one.episode_id: said
        for one in log
        if one.what in written and one.episode_id is not None and (said := _said(one))
    }


def _said(one: Happening) -> str:
    """Return what somebody wrote: a mute is logged with its end before that."""
    return " ".join(one.note.split(" ")[2:]) if one.what == MUTE else one.note
