"""How does it stand: are the sources fresh, did the digests go out, and does a message wait?

Everything is read from the store; nothing is brought in, measured or sent, and Prefect is not
needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flows.alerts import known_alerts
from flows.datanotes import freshness
from flows.due import COMPANY, DIGEST, STILL_DUE, dimension_of
from flows.entries import Clock, clock_of, recent
from flows.lakeside import files_now
from flows.ledger import MEASURE, REMEMBERED, SYNC
from flows.reaching import every_span
from flows.trial import is_live
from flows.workspace import Workspace
from tasks.config import Audience, Settings, due_at
from tasks.config.people import OWNERS
from tasks.model import Grain, Period
from tasks.outbox.delivering import needs_a_person
from tasks.store import (
    TERMINAL,
    UNDELIVERED,
    Entry,
    Outcome,
    State,
    current_loads,
    is_abandoned,
    runs,
)

OPS = "ops"  # the operators are not told that they could not be told


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """When a source was last loaded, how far its data reach, and what went wrong since.

    ``read_back_to`` is where an API's history begins; None for what is no API.
    """

    name: str
    loaded_at: datetime | None
    watermark: datetime | None
    is_late: bool
    problems: tuple[str, ...] = ()
    read_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class LastDigest:
    """The newest digest of an audience, and how far it has come, in words."""

    period: str
    how: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class AudienceStatus:
    """What an audience got last, what it gets next and when, and what nobody ever wrote to it."""

    name: str
    grain: Grain
    last: LastDigest | None
    next_period: str
    next_at: datetime
    overdue: str | None


@dataclass(frozen=True, slots=True)
class AlertStatus:
    """Whom alerts are for, whether they reach them or the operators only, and how many are open.

    ``by_phase`` counts the open ones by where they stand for people: open, muted, acknowledged...
    """

    to: tuple[str, ...]
    is_live: bool
    by_phase: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """Everything `keepwell status` has to say."""

    clock: Clock
    has_run: bool
    sources: tuple[SourceStatus, ...]
    measured_at: datetime | None
    audiences: tuple[AudienceStatus, ...]
    alerts: AlertStatus
    counts: Mapping[str, int]
    undelivered: tuple[Entry, ...] = field(repr=False)
    nobody_was_told: bool

    @property
    def exit_code(self) -> int:
        """3 while a message is held up, 1 where something else needs a look, else 0."""
        if any(is_held_up(one, self.clock.now) for one in self.undelivered):
            return 3
        is_ill = any(one.is_late or one.problems for one in self.sources)
        is_overdue = any(one.overdue for one in self.audiences)
        return 1 if self.has_run and (is_ill or is_overdue) else 0


def status(workspace: Workspace, *, now: datetime) -> Status:
    """Return how everything stands at ``now``; the outbox is seen by the store's own clock."""
    clock = clock_of(workspace.store, workspace.settings.company.timezone)
    posted = recent(workspace.store, clock)
    undelivered = tuple(one for one in posted if one.state in UNDELIVERED)
    measured = [run.started_at for run in runs(workspace.store, kind=MEASURE)]  # newest first
    sources = _sources(workspace, now)
    return Status(
        clock=clock,
        has_run=bool(measured or posted or any(one.loaded_at for one in sources)),
        sources=sources,
        measured_at=measured[0] if measured else None,
        audiences=_audiences(workspace.settings, posted, min(measured, default=now), now),
        alerts=_alerts(workspace, now),
        counts=Counter(str(one.state) for one in posted),
        undelivered=undelivered,
        nobody_was_told=not workspace.settings.operators.to and _is_news(undelivered),
    )


def _alerts(workspace: Workspace, now: datetime) -> AlertStatus:
    today = workspace.settings.calendar.local_day(now)
    phases = Counter(one.phase.value for one in known_alerts(workspace.store, today))
    to = workspace.settings.alerts.to
    return AlertStatus(to, is_live=is_live(workspace, now), by_phase=phases)


def is_held_up(entry: Entry, now: datetime) -> bool:
    """Return whether an entry is refused, failed, or waits after a failure or past its time."""
    if entry.state is State.WAITING:
        is_time = entry.not_before is None or entry.not_before <= now
        return is_time or entry.problem is not None
    return entry.state in TERMINAL or is_abandoned(entry, now)


def _is_news(undelivered: Sequence[Entry]) -> bool:
    return any(needs_a_person(one) and one.kind != OPS for one in undelivered)


def _sources(workspace: Workspace, now: datetime) -> tuple[SourceStatus, ...]:
    """Return how each source stands, seen from the newest period that a digest tells about.

    A file that is dropped once a week is not late on Thursday: nobody waits for it until Monday.
    """
    settings = workspace.settings
    grains = {one.digest for one in settings.audiences} or {Grain.WEEK}
    finest = next(grain for grain in Grain if grain in grains)
    told_about = settings.calendar.last_complete(finest, now)
    loaded = {load.source: load.loaded_at for load in current_loads(workspace.store)}
    problems, begins = _problems(workspace), _begins(workspace)
    return tuple(
        SourceStatus(
            name=one.source,
            loaded_at=loaded.get(one.source),
            watermark=one.watermark,
            is_late=one.is_late,
            problems=problems.get(one.source, ()),
            read_back_to=begins.get(one.source),
        )
        for one in freshness(workspace, told_about)
    )


def _begins(workspace: Workspace) -> Mapping[str, datetime]:
    """Return since when all that was read back of an API is whole."""
    found: dict[str, datetime] = {}
    for span in every_span(workspace, files_now(workspace)):
        if span.begins is not None:
            found[span.source] = max(span.begins, found.get(span.source, span.begins))
    return found


def _problems(workspace: Workspace) -> Mapping[str, tuple[str, ...]]:
    """Return why each source's newest sync failed, for those that did."""
    newest = {run.subject: run for run in runs(workspace.store, kind=SYNC, limit=REMEMBERED)[::-1]}
    return {
        name: tuple(map(str, run.summary.get("problems", ())))
        for name, run in newest.items()
        if run.outcome is Outcome.FAILED
    }


def _audiences(
    settings: Settings, posted: Sequence[Entry], began: datetime, now: datetime
) -> tuple[AudienceStatus, ...]:
    digests = [one for one in posted if one.kind == DIGEST]
    return tuple(_audience(settings, one, digests, began, now) for one in settings.audiences)


def _audience(
    settings: Settings,
    audience: Audience,
    digests: Sequence[Entry],
    began: datetime,
    now: datetime,
) -> AudienceStatus:
    """Return how ``audience`` stands; what was due before anything ``began`` is nobody's fault."""
    calendar = settings.calendar
    period = calendar.last_complete(audience.digest, now)
    planned = due_at(settings, audience, period)
    mine = [one for one in digests if _is_for(audience, one, settings.segments)]
    is_over = now >= planned + STILL_DUE
    is_missed = is_over and began <= planned and not _is_posted(audience, mine, period)
    coming = calendar.following(period) if is_over else period
    while _is_posted(audience, mine, coming):
        coming = calendar.following(coming)
    return AudienceStatus(
        name=audience.name,
        grain=audience.digest,
        last=_last(settings, audience, mine),
        next_period=coming.key,
        next_at=due_at(settings, audience, coming),
        overdue=period.key if is_missed else None,
    )


def _is_for(audience: Audience, entry: Entry, dimensions: Iterable[str]) -> bool:
    """Return whether an entry is a digest of ``audience``: the whole, or a part where it is split.

    Who the owners are stands in the lake, which is not read here: every part may be an owner's.
    """
    if audience.split_by is None:
        return entry.subject_key == COMPANY and entry.to in audience.to
    is_part = dimension_of(entry.subject_key, dimensions) == audience.split_by
    return is_part and (entry.to in audience.to or not set(audience.to).isdisjoint(OWNERS))


def _is_posted(audience: Audience, mine: Sequence[Entry], period: Period) -> bool:
    there = {one.to for one in mine if one.period == period.key}
    return bool(there) and set(audience.to) - set(OWNERS) <= there


def _last(settings: Settings, audience: Audience, mine: Sequence[Entry]) -> LastDigest | None:
    periods = {one.period: settings.calendar.period(one.period) for one in mine}
    of_grain = [period for period in periods.values() if period.grain is audience.digest]
    if not of_grain:
        return None
    newest = max(of_grain).key
    group = [one for one in mine if one.period == newest]
    sent = [one.settled_at for one in group if one.state is State.SENT and one.settled_at]
    return LastDigest(newest, _how([one.state for one in group]), max(sent, default=None))


def _how(states: Sequence[State]) -> str:
    """Return how far a digest has come, given how far it has come to each recipient."""
    counted = {state for state in states if state is not State.CANCELLED}
    if not counted:
        return "cancelled"
    if counted == {State.SENT}:
        return "sent"
    if State.SENT in counted:
        return "partly sent"
    return "not delivered" if counted <= TERMINAL else "waiting"
