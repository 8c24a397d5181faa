"""Which periods are worth measuring: those asked for, or those that may have changed?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.asking import Asked
from flows.lakeside import facts_of
from flows.ledger import FACTS, MEASURE, basis_print, last_done
from flows.touched import touched_by
from flows.workspace import Workspace
from tasks.config import Settings, scorecard
from tasks.engine.coverage import reach
from tasks.facts.stretches import Stretch
from tasks.kpis.base import catalogue
from tasks.model import ALL, Grain, Period, Status
from tasks.store import changed_between, read

# what rules remember, and the same period a year before; older ones are measured when asked for
PERIODS_BACK = {Grain.DAY: 400, Grain.WEEK: 60, Grain.MONTH: 25, Grain.QUARTER: 9, Grain.YEAR: 4}
ALWAYS = (Grain.WEEK, Grain.MONTH)
TOLD = "told"  # the KPIs that digests and alerts tell about, as a subject of the ledger
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """What has to be up to date: which KPIs, and for which digest.

    ``subject`` is ALL KPIs, or those that digests and alerts have TOLD; ``about`` is the period a
    digest is of, None for whatever is current.
    """

    subject: str = ALL
    about: Period | None = None

    def name(self, settings: Settings, now: datetime) -> str:
        """Return what the ledger calls it: a digest of long ago is caught up with by itself."""
        if self.about is None or self._is_current(settings, self.about, now):
            return self.subject
        return f"{self.subject} {self.about}"

    def _is_current(self, settings: Settings, about: Period, now: datetime) -> bool:
        newest = settings.calendar.last_complete(about.grain, now)
        return about >= newest and about.grain in grains_of(settings)

    def wanted(self, settings: Settings, now: datetime) -> tuple[Asked, ...]:
        """Return the stretches of periods to look at, one of each grain."""
        grains = grains_of(settings)
        if self.about is None or self._is_current(settings, self.about, now):
            return tuple(Asked(grain) for grain in grains)
        last_day = self.about.end_day - DAY
        seen = dict.fromkeys([self.about.grain, *(goal.grain for goal in settings.goals)])
        ends = [settings.calendar.containing(grain, last_day) for grain in seen]
        return tuple(Asked(one.grain, None, one) for one in ends)


def periods_asked(
    workspace: Workspace, stretches: Sequence[Asked], now: datetime
) -> tuple[Period, ...]:
    """Return the periods of all stretches; what they leave open is a year and more, up to today."""
    begins = earliest_day(workspace, now)
    return tuple(
        period
        for wanted in stretches
        for period in _stretch(workspace.settings, wanted, begins, now)
    )


def _stretch(settings: Settings, wanted: Asked, begins: date, now: datetime) -> Iterator[Period]:
    grains = (wanted.grain,) if wanted.grain else grains_of(settings)
    last = wanted.last.end_day - DAY if wanted.last else settings.calendar.local_day(now)
    for grain in grains:
        for period in _between(settings, grain, _ends(settings, wanted, grain, begins, last)):
            if wanted.holds(period):
                yield period


def _ends(
    settings: Settings, wanted: Asked, grain: Grain, begins: date, last: date
) -> tuple[date, date]:
    if wanted.first:
        return wanted.first.first_day, last
    newest = settings.calendar.containing(grain, last)
    back = settings.calendar.previous(newest, PERIODS_BACK[grain])
    return max(begins, back.first_day), last


def periods_due(workspace: Workspace, now: datetime, scope: Scope) -> tuple[Period, ...]:
    """Return the periods of ``scope`` whose values may be others now than the store says.

    That is every period where settings or definitions have changed since, else those that later
    loads touched, that were still open, or that nobody has measured.
    """
    settings = workspace.settings
    everything = periods_asked(workspace, scope.wanted(settings, now), now)
    stretches = changed_since(workspace, scope, now)
    if stretches is None:
        return everything
    settled = _settled(workspace, kpis_of(settings, scope.subject))
    is_touched = touched_by(settings, stretches)
    return tuple(
        period
        for period in everything
        if (period.grain, period.key) not in settled or is_touched(period)
    )


def changed_since(workspace: Workspace, scope: Scope, now: datetime) -> tuple[Stretch, ...] | None:
    """Return the days of the facts that are others since the values of ``scope`` were computed.

    None where that can't be told, or where settings or definitions changed. When all KPIs are
    measured, those that are told are too.
    """
    name = scope.name(workspace.settings, now)
    names = {name: scope.subject, **({ALL: ALL} if name == TOLD else {})}
    found = [_changed_since(workspace, one, subject) for one, subject in names.items()]
    known = [stretches for stretches in found if stretches is not None]
    return min(known, key=len, default=None)


def _changed_since(workspace: Workspace, name: str, subject: str) -> tuple[Stretch, ...] | None:
    run, basis = last_done(workspace, MEASURE, name), measured_on(workspace, subject)
    facts = basis.pop(FACTS)
    if run is None or not run.summary.items() >= basis.items():
        return None
    return changed_between(workspace.store, str(run.summary.get(FACTS)), facts)


def measured_on(workspace: Workspace, subject: str) -> dict[str, str]:
    """Return what the values of ``subject`` rest on, to be compared another time."""
    kpis = kpis_of(workspace.settings, subject)
    return {**basis_print(workspace), **({} if kpis is None else {"kpis": " ".join(kpis)})}


def kpis_of(settings: Settings, subject: str) -> tuple[str, ...] | None:
    """Return the KPIs of ``subject``: None for all, or those that digests and alerts tell about."""
    return None if subject == ALL else told(settings)


def told(settings: Settings) -> tuple[str, ...]:
    """Return the KPIs that digests and alerts tell about: scorecard, goals and rules."""
    goals = (goal.kpi for goal in settings.goals)
    return tuple(dict.fromkeys([*scorecard(settings), *goals, *settings.rules.of]))


def _settled(workspace: Workspace, kpis: Sequence[str] | None) -> set[tuple[Grain, str]]:
    stored = read(workspace.store, dimension=ALL, kpis=kpis)
    seen = {(one.grain, one.period) for one in stored}
    return seen - {(one.grain, one.period) for one in stored if one.status is Status.PROVISIONAL}


def grains_of(settings: Settings) -> tuple[Grain, ...]:
    """Return the grains somebody looks at: weeks and months, those of digests and of goals."""
    wanted = {*ALWAYS, *(one.digest for one in settings.audiences)}
    wanted |= {goal.grain for goal in settings.goals}
    return tuple(grain for grain in Grain if grain in wanted)


def earliest_day(workspace: Workspace, now: datetime) -> date:
    """Return the company's day on which the first fact that a KPI rests on happened."""
    facts, calendar = facts_of(workspace), workspace.settings.calendar
    with facts.open() as session:
        found = reach(session, facts.tables, facts.watermarks, catalogue()).first.values()
    return calendar.local_day(min(found, default=now))


def _between(settings: Settings, grain: Grain, ends: tuple[date, date]) -> Sequence[Period]:
    calendar, (first, last) = settings.calendar, ends
    if last < first:
        return ()
    return calendar.between(calendar.containing(grain, first), calendar.containing(grain, last))
