"""Which periods are worth measuring: those asked for, or those that may have changed?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flows.asking import Asked
from flows.lakeside import files_now
from flows.ledger import MEASURE, basis_print, last_done
from flows.workspace import Workspace
from tasks.config import Settings
from tasks.model import ALL, Grain, Period, Status
from tasks.store import read

MONTHS_BACK = 25  # two years, and the month they are compared with
ALWAYS = (Grain.WEEK, Grain.MONTH)
DAY = timedelta(days=1)


def periods_asked(workspace: Workspace, wanted: Asked, now: datetime) -> tuple[Period, ...]:
    """Return the periods of ``wanted``; what it leaves open is two years up to today."""
    settings = workspace.settings
    grains = (wanted.grain,) if wanted.grain else grains_of(settings)
    first = wanted.first.first_day if wanted.first else earliest_day(workspace, now)
    last = wanted.last.end_day - DAY if wanted.last else settings.calendar.local_day(now)
    return tuple(
        period
        for grain in grains
        for period in _between(settings, grain, first, last)
        if wanted.holds(period)
    )


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
    """Return the first day anything is known of, but no more than two years back."""
    calendar = workspace.settings.calendar
    today = calendar.containing(Grain.MONTH, calendar.local_day(now))
    two_years_ago = calendar.previous(today, MONTHS_BACK)
    months = [file.ym for file in files_now(workspace) if file.ym[:1].isdigit()]
    if not months:
        return today.first_day
    return max(two_years_ago.first_day, calendar.period(min(months)).first_day)


def _between(settings: Settings, grain: Grain, first: date, last: date) -> Sequence[Period]:
    calendar = settings.calendar
    if last < first:
        return ()
    return calendar.between(calendar.containing(grain, first), calendar.containing(grain, last))
