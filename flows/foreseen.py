"""What would a watch say now? Found out without writing anything, and told as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from flows.alerting import Desk
from flows.alerts import plain
from flows.incidents import as_stepped, stepped
from flows.judging import Judged, judged
from flows.measure import How, compute_only
from flows.plan import TOLD, Scope, periods_due, told
from flows.pushing import owed
from flows.silence import Silence
from flows.speaking import incidents
from flows.steps import Steps
from flows.untouched import facts_as_they_would_be, is_there
from flows.watch import TITLES, Watched, has_values, rows
from flows.workspace import Workspace, settings_at
from tasks.alerts.dated import dated
from tasks.episode import Episode, Key, Step
from tasks.errors import KeepwellError
from tasks.model import ALL
from tasks.store import open_store
from tasks.store.episodes import newest_episodes

HEARD = Silence((), (), date.min)  # nothing is muted
SCREEN = ("screen:you",)  # who reads it here, whoever would get it
Told = Mapping[Key, Sequence[Episode]]  # which alerts speak for an incident, and for which others


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a watch would do: the messages it would push, and where the alerts would stand."""

    text: str
    rows: tuple[Mapping[str, str], ...]
    is_worth_attention: bool
    problems: tuple[KeepwellError, ...]
    exit_code: int


def foreseen(steps: Steps, config: Path, environ: Mapping[str, str], now: datetime) -> Foreseen:
    """Return what a watch would say at ``now``; neither store nor lake are written to."""
    with facts_as_they_would_be(steps, config, environ, now) as view:
        workspace = view.workspace
        due = periods_due(workspace, now, Scope(TOLD))
        how = How(kpis=told(workspace.settings))
        fresh = compute_only(steps, workspace, due, now=now, how=how).observations
        known = _known(config, environ)
        found = judged(steps, workspace, now=now, known=known.values(), fresh=fresh)
        made = stepped(workspace.settings, known, found, now)
        alerts = as_stepped(known, made)
        messages = _messages(steps, workspace, found, alerts, now)
        silence = Silence.on(workspace.store, workspace.settings.calendar.local_day(now))
    open_ = tuple(one for one in alerts if one.is_open)
    watched = Watched(found, made, open_)
    return Foreseen(
        "\n\n".join([*messages, lines(watched, silence)]),
        tuple(rows(open_)),
        bool(open_) or not has_values(found),
        view.problems,
        view.exit_code,
    )


def _known(config: Path, environ: Mapping[str, str]) -> Mapping[Key, Episode]:
    """Return the newest episodes of the company's own store, whatever store is looked at."""
    settings = settings_at(config, environ)
    if not is_there(settings):
        return {}
    with open_store(settings.store_url) as store:
        return newest_episodes(store)


def _messages(
    steps: Steps,
    workspace: Workspace,
    found: Judged,
    alerts: Sequence[Episode],
    now: datetime,
) -> list[str]:
    """Return the text of each message that would be pushed, to whomever."""
    desk = replace(Desk.at(steps, workspace, found, now), people=SCREEN, operators=SCREEN)
    return [outgoing.message.text for notice in owed(desk, alerts) for outgoing in notice.outgoing]


def lines(watched: Watched, silence: Silence = HEARD) -> str:
    """Return a line for each alert that is new, over, or still open; or that all is quiet.

    What is muted stands below, in a line for each mute.
    """
    if watched.found is None:
        return "Nothing is new since the last look."
    week = watched.found.week.view.period
    if not has_values(watched.found):
        return f"No data for {week}: nothing can be said."
    heard, silent = silence.split(watched.open)
    told = {speaker.key: others for speaker, others in incidents(heard).items()}
    said = [*_news(watched.events, silence, told), *_still_open(heard, watched.events, told)]
    quiet = [] if said else [f"All quiet in {week}."]
    return "\n".join([*said, *quiet, *_muted(silent, silence)])


def _news(events: Iterable[Step], silence: Silence, told: Told) -> Iterator[str]:
    """Yield a line for each incident that begins or gets worse, and each alert that ends."""
    for step in events:
        one = step.episode
        if step.event is None or one is None or silence.mute_of(one):
            continue
        if not one.is_open or one.key in told:
            said = step.reason or one.sentence
            yield f"{TITLES[step.event]}: {_where(one)}{said}{_also(told.get(one.key, ()))}"


def _still_open(heard: Iterable[Episode], events: Iterable[Step], told: Told) -> Iterator[str]:
    new = {step.episode.key for step in events if step.episode is not None}
    for one in heard:
        if one.key in told and one.key not in new:
            since = f"Open since {one.since.first_day}"
            yield f"{since}: {_where(one)}{dated(one)}{_also(told[one.key])}"


def _also(others: Iterable[Episode]) -> str:
    """Return which other alerts say the same, in brackets."""
    places = [_place(one) for one in others]
    return f" (also {', '.join(places)})" if places else ""


def _muted(silent: Iterable[Episode], silence: Silence) -> Iterator[str]:
    by_mute: dict[str, list[str]] = {}
    for one in silent:
        if mute := silence.mute_of(one):
            until = f"Muted until {mute.until} by {plain(mute.who)}"
            by_mute.setdefault(until, []).append(_where(one).rstrip(". "))
    for until, places in by_mute.items():
        yield f"{until}: {', '.join(places)}."


def _where(episode: Episode) -> str:
    return f"{_place(episode)} ({episode.severity}). "


def _place(episode: Episode) -> str:
    key = episode.key
    return key.kpi if key.segment == ALL else f"{key.kpi} {key.segment}"
