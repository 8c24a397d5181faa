"""How is an episode kept? What is asked for in columns of its own, the rest of its life as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tasks.episode import Ending, Episode, Key, Mark, Phase, Push, Verdict
from tasks.model import Grain, Period, Severity
from tasks.store.alarms import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row

PERIODS = ("opened", "since", "newest")


def episode_row(episode: Episode) -> dict[str, Any]:
    """Return what is written of an episode, but for its number in the store and its version."""
    return {
        **{name: getattr(episode.key, name) for name in IDENTITY},
        "number": episode.number,
        "phase": episode.phase.value,
        "severity": episode.severity.value,
        "chance": episode.chance,
        "is_escalated": episode.is_escalated,
        "ending": episode.ending and episode.ending.value,
        "rebased_on": episode.rebased_on,
        "acknowledged_by": episode.acknowledged_by,
        "told": sorted(push.value for push in episode.told),
        "shown": sorted(push.value for push in episode.shown),
        "is_silent": episode.is_silent,
        "opened_at": episode.opened_at,
        "ended_at": episode.ended_at,
        "life": _life(episode),
    }


def episode_of(row: Row[Any]) -> Episode:
    """Return the episode that was written."""
    life = row.life
    return Episode(
        key=Key(*(getattr(row, name) for name in IDENTITY)),
        number=row.number,
        phase=Phase(row.phase),
        severity=Severity(row.severity),
        chance=row.chance,
        is_escalated=row.is_escalated,
        ending=Ending(row.ending) if row.ending else None,
        rebased_on=row.rebased_on,
        acknowledged_by=row.acknowledged_by,
        told=frozenset(map(Push, row.told)),
        shown=frozenset(map(Push, row.shown)),
        is_silent=row.is_silent,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        id=row.id,
        version=row.version,
        **{name: _read_period(life[name]) for name in PERIODS},
        ended=_read_period(life["ended"]) if life["ended"] else None,
        first=_read_mark(life["first"]),
        marks=tuple(map(_read_mark, life["marks"])),
        sentence=life["sentence"],
        reason=life["reason"],
    )


def _life(episode: Episode) -> dict[str, Any]:
    return {
        **{name: _period(getattr(episode, name)) for name in PERIODS},
        "ended": _period(episode.ended) if episode.ended else None,
        "first": _mark(episode.first),
        "marks": [_mark(mark) for mark in episode.marks],
        "sentence": episode.sentence,
        "reason": episode.reason,
    }


def _period(period: Period) -> list[str]:
    times = (period.first_day, period.end_day, period.start_at, period.end_at)
    return [period.grain.value, period.key, *(one.isoformat() for one in times)]


def _read_period(kept: Sequence[str]) -> Period:
    grain, key, first_day, end_day, start_at, end_at = kept
    return Period(
        Grain(grain),
        date.fromisoformat(first_day),
        date.fromisoformat(end_day),
        key,
        datetime.fromisoformat(start_at),
        datetime.fromisoformat(end_at),
    )


def _mark(mark: Mark) -> dict[str, Any]:
    days = {"from": mark.first_day.isoformat(), "to": mark.end_day.isoformat()}
    said = {"grain": mark.grain.value, **days, "verdict": mark.verdict.value}
    if not mark.is_loud:
        return said
    return {**said, "severity": mark.severity and mark.severity.value, "chance": mark.chance}


def _read_mark(kept: Mapping[str, Any]) -> Mark:
    severity = kept.get("severity")
    return Mark(
        Grain(kept["grain"]),
        date.fromisoformat(kept["from"]),
        date.fromisoformat(kept["to"]),
        Verdict(kept["verdict"]),
        Severity(severity) if severity else None,
        kept.get("chance"),
    )
