"""How do alerts go on? What every look says now is stepped through their law, and written once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import cast

from flows.judging import Judged
from flows.workspace import Workspace
from tasks.alerts.absent import absent_signs
from tasks.alerts.lifecycle import advance
from tasks.alerts.limits import limits_of
from tasks.catalog import RULES
from tasks.config import Settings
from tasks.episode import Episode, Key, Limits, Phase, Sign, Step
from tasks.errors import Overtaken
from tasks.model import Grain
from tasks.rules.base import Rule, SimpleSettings
from tasks.store.episodes import newest_episodes, record

TIMES = 5  # somebody else was faster: what they wrote is read, and gone on from


def followed(workspace: Workspace, found: Judged, *, now: datetime) -> tuple[Step, ...]:
    """Write how every alert goes on, and return the steps that were news.

    Raises ``Overtaken`` where other processes were faster time after time.
    """
    today = workspace.settings.calendar.local_day(now)
    for attempt in range(TIMES):
        steps = stepped(workspace.settings, newest_episodes(workspace.store), found, now)
        try:
            record(workspace.store, steps, today=today, now=now)
        except Overtaken:
            if attempt == TIMES - 1:
                raise
        else:
            return steps
    return ()


def stepped(
    settings: Settings, known: Mapping[Key, Episode], found: Judged, now: datetime
) -> tuple[Step, ...]:
    """Return what the looks make of the alerts that are ``known``, and which new ones open."""
    calendar = settings.calendar
    going_on = [key for key, one in known.items() if one.phase is not Phase.CLOSED]
    said = found.signs(going_on)
    absent = absent_signs(
        known.values(), said.keys(), calendar=calendar, now=now, there=found.places
    )
    signs = {**said, **{key: (sign,) for key, sign in absent}}
    today = calendar.local_day(now)
    return tuple(
        step
        for key, some in signs.items()
        for step in _stepped(settings, known.get(key), key, some, today)
        if step.is_news
    )


def _stepped(
    settings: Settings,
    episode: Episode | None,
    key: Key,
    signs: tuple[Sign, ...],
    today: date,
) -> Iterator[Step]:
    for sign in signs:
        step = advance(episode, sign, limits_at(settings, key, sign.grain), today=today)
        episode = step.episode
        yield step


def as_stepped(known: Mapping[Key, Episode], steps: Iterable[Step]) -> tuple[Episode, ...]:
    """Return the alerts that are open, or end with ``steps``, as they would be stored."""
    now = {one.key: one for one in known.values() if one.is_open}
    now |= {step.episode.key: step.episode for step in steps if step.episode is not None}
    return tuple(now.values())


def limits_at(settings: Settings, key: Key, grain: Grain) -> Limits:
    """Return how patient the law is with what a key is about, at ``grain``."""
    rule = cast("Rule", RULES.get(key.rule))
    return limits_of(cast("SimpleSettings", settings.rules.settings_of(rule, key.kpi, grain)))
