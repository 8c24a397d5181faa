"""Which periods are worth measuring: those asked for, or those that may have changed?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flows.asking import Asked
from flows.lakeside import facts_of
from flows.ledger import MEASURE, basis_print, last_done
from flows.workspace import Workspace
from tasks.config import Settings
from tasks.engine.coverage import reach
from tasks.kpis.base import catalogue
from tasks.model import ALL, Grain, Period, Status
from tasks.store import read

# what rules remember, and the same period a year before; older ones are measured when asked for
PERIODS_BACK = {Grain.DAY: 400, Grain.WEEK: 60, Grain.MONTH: 25, Grain.QUARTER: 9, Grain.YEAR: 4}
ALWAYS = (Grain.WEEK, Grain.MONTH)
DAY = timedelta(days=1)


def periods_asked(workspace: Workspace, wanted: Asked, now: datetime) -> tuple[Period, ...]:
    """Return the periods of ``wanted``; what it leaves open is a year and more, up to today."""
    settings = workspace.settings
    grains = (wanted.grain,) if wanted.grain else grains_of(settings)
    last = wanted.last.end_day - DAY if wanted.last else settings.calendar.local_day(now)
    begins = earliest_day(workspace, now)
    return tuple(
        period
        for grain in grains
        for period in _between(settings, grain, _ends(settings, wanted, grain, begins, last))
        if wanted.holds(period)
    )


def _ends(
    settings: Settings, wanted: Asked, grain: Grain, begins: date, last: date
) -> tuple[date, date]:
    if wanted.first:
        return wanted.first.first_day, last
    newest = settings.calendar.containing(grain, last)
    back = settings.calendar.previous(newest, PERIODS_BACK[grain])
    return max(begins, back.first_day), last


def periods_due(workspace: Workspace, now: datetime) -> tuple[Period, ...]:
    """Return the periods whose values may be others now than the store says.

    That is every period where facts, settings or definitions have changed since, else those
    that were still open or that nobody has measured.
    """
    everything = periods_asked(workspace, Asked(), now)
    before = last_done(workspace, MEASURE, ALL)
    if before is None or not before.summary.items() >= basis_print(workspace).items():
        return everything
    settled = _settled(workspace)
    return tuple(period for period in everything if (period.grain, period.key) not in settled)


def _settled(workspace: Workspace) -> set[tuple[Grain, str]]:
    stored = read(workspace.store, dimension=ALL)
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
