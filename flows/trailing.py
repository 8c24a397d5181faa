"""What do the newest days say? Whole days and seven days, each KPI as far as its sources reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flows.history import as_called_now, by_cell, variant_of
from flows.lakeside import facts_of
from flows.ledger import MEASURE, last_done, note
from flows.measure import How, compute_and_record, compute_only
from flows.plan import Scope, changed_since, measured_on, told
from flows.steps import Steps
from flows.touched import touched_by
from flows.workspace import Workspace
from tasks.alerts.cases import Known
from tasks.alerts.families import rests_on_few
from tasks.alerts.trailing import Histories, including_today, trail, whole
from tasks.config import Settings
from tasks.kpis.base import kpi_named
from tasks.model import ALL, Base, Cell, Grain, Observation, Period, Status
from tasks.store import history, read

DAYS = "days"  # what the ledger calls the measuring of single days
DAYS_BACK = 84  # as many as the rules remember
NO_NEWS = timedelta(days=8)  # data that end earlier tell nothing of these days
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class View:
    """One look at the data: a period and what came before it, to be judged with ``settings``.

    ``trails`` are the days it is about, where it is not a period that people know by name: then
    ``period`` is only its place in the history. ``is_over`` is false while its last day runs.
    ``known`` is what rules have to know besides values.
    """

    settings: Settings
    period: Period
    past: Histories
    trails: Period | None = None
    is_over: bool = True
    known: Known | None = None

    @property
    def days(self) -> Period:
        """The days it is about."""
        return self.trails or self.period

    @property
    def slides(self) -> bool:
        """Whether it moves on every day: then it is looked at more often than it has news."""
        return self.trails is not None or self.period.grain is Grain.DAY


@dataclass(frozen=True, slots=True)
class Reach:
    """KPIs whose newest data are of one day, ``last_day``.

    Days before it are whole. ``until`` is the moment up to which something may be known: of files
    that is now, as their newest row only says that they reach so far at least. Where it is not
    the newest, days of long ago are looked at again.
    """

    last_day: date
    until: datetime
    kpis: tuple[str, ...]
    is_newest: bool = True


def views(
    steps: Steps,
    workspace: Workspace,
    own_weeks: Histories,
    *,
    now: datetime,
    keeps: bool = True,
) -> tuple[View, ...]:
    """Return the looks at the newest days; what is missing of single days is measured first.

    ``own_weeks`` are the histories of the company's own weeks. Unless it ``keeps`` what it
    measures, the store stays as it is.
    """
    found = reaches(workspace, now)
    if not found:
        return ()
    last = max(one.last_day for one in found) - DAY
    fresh = measure_days(steps, workspace, last, now=now, keeps=keeps)
    return tuple(
        view
        for one in found
        for view in (
            *week_views(steps, workspace, one, own_weeks, now),
            *last_day_view(workspace, one, fresh),
        )
    )


def reaches(workspace: Workspace, now: datetime) -> tuple[Reach, ...]:
    """Return the KPIs by the day on which their data end; where they are old there is no news."""
    facts, calendar = facts_of(workspace), workspace.settings.calendar
    by_day: dict[date, list[tuple[str, datetime]]] = {}
    for kpi in told(workspace.settings):
        known = _marks(workspace.settings, kpi, facts.watermarks)
        end = min((now, *known.values()))
        until = min((now, *(mark for table, mark in known.items() if table in facts.exact)))
        if end > now - NO_NEWS:
            by_day.setdefault(calendar.local_day(end), []).append((kpi, until))
    return tuple(
        Reach(day, min(until for _, until in ends), tuple(kpi for kpi, _ in ends))
        for day, ends in sorted(by_day.items())
    )


def _marks(settings: Settings, kpi: str, known: Mapping[str, datetime]) -> Mapping[str, datetime]:
    """Return until when each table speaks that places the KPI in time."""
    value = kpi_named(kpi).value_of(variant_of(settings, kpi))
    tables = {measure.panel.dated_by[0] for measure in value.measures}
    return {table: known[table] for table in tables if table in known}


def week_views(
    steps: Steps, workspace: Workspace, reach: Reach, own_weeks: Histories, now: datetime
) -> Iterator[View]:
    """Yield the seven days before the last one, and those that end with today if it runs on."""
    calendar = workspace.settings.calendar
    today = calendar.local_day(reach.until)
    runs_on = reach.is_newest and reach.until > calendar.midnight(today)
    made = trail(calendar, reach.last_day, today=today if runs_on else None)
    own = {
        "calendar": made.calendar,  # what is derived once and kept is set like a field
        "company": workspace.settings.company.model_copy(
            update={"week_start": made.calendar.week_start}
        ),
        "goals": (),  # a goal is for a period that has a name
    }
    settings = workspace.settings.model_copy(update=own)
    how = How(as_of=reach.until, kpis=reach.kpis)
    shifted = replace(workspace, settings=settings)
    found = compute_only(steps, shifted, made.periods, now=now, how=how).observations
    computed = tuple(_judged(workspace.settings, found))
    rising = {kpi for kpi in reach.kpis if kpi_named(kpi).base is Base.RISING}
    past = whole(made, computed, own_weeks, rising)
    yield View(settings, made.newest, past, made.newest)
    if made.so_far:
        with_today = including_today(made, computed, past)
        days = replace(made.so_far, key=made.newest.key, end_at=reach.until)
        yield View(settings, made.newest, with_today, days, is_over=False)


def _judged(settings: Settings, found: tuple[Observation, ...]) -> Iterator[Observation]:
    """Yield the observations of the variants people mean, under the names of today."""
    for one in as_called_now(settings, found):
        if one.variant == variant_of(settings, one.kpi):
            yield one


def last_day_view(
    workspace: Workspace, reach: Reach, fresh: tuple[Observation, ...]
) -> Iterator[View]:
    """Yield the last whole day, with those before it as they are stored.

    It is not asked of revenue: on one day that is the luck of single customers.
    """
    settings = workspace.settings.model_copy(update={"goals": ()})
    last = settings.calendar.containing(Grain.DAY, reach.last_day - DAY)
    keys = [one.key for one in _days_up_to(settings, last)]
    kpis = tuple(kpi for kpi in reach.kpis if not rests_on_few(kpi))
    stored = history(workspace.store, grain=Grain.DAY, periods=keys, kpis=kpis)
    mine = (one for one in fresh if one.kpi in kpis and one.period <= last.key)
    everything = (*(one for seen in stored.values() for one in seen), *mine)
    known = by_cell(_judged(settings, everything))
    current: Mapping[Cell, tuple[Observation, ...]] = {
        cell: seen for cell, seen in known.items() if seen[-1].period == last.key
    }
    if current:
        yield View(settings, last, current)


def _days_up_to(settings: Settings, last: Period) -> tuple[Period, ...]:
    calendar = settings.calendar
    return calendar.between(calendar.previous(last, DAYS_BACK - 1), last)


def measure_days(
    steps: Steps, workspace: Workspace, last_day: date, *, now: datetime, keeps: bool = True
) -> tuple[Observation, ...]:
    """Measure the days up to ``last_day`` that nobody has measured, or that later loads touched.

    Days whose values may still change are measured again once a day. They are cut by one attribute
    at a time: a cross of two has too few customers a day. Return what was measured.
    """
    single = tuple(one for one in workspace.settings.segments if "/" not in one)
    settings = workspace.settings.model_copy(update={"segments": single})
    narrow, scope = replace(workspace, settings=settings), Scope(DAYS)
    basis = measured_on(narrow, scope.subject)
    due = tuple(days_due(narrow, scope, last_day, now))
    how = How(kpis=told(settings))
    if not keeps:
        return compute_only(steps, narrow, due, now=now, how=how).observations
    found = compute_and_record(steps, narrow, due, now=now, how=how).observations
    note(narrow, MEASURE, DAYS, now, {**basis, "last": last_day.isoformat()})
    return found


def days_due(workspace: Workspace, scope: Scope, last_day: date, now: datetime) -> Iterator[Period]:
    """Yield the days up to ``last_day`` whose values may be others now than the store says."""
    settings = workspace.settings
    everything = _days_up_to(settings, settings.calendar.containing(Grain.DAY, last_day))
    stretches = changed_since(workspace, scope, now)
    if stretches is None:
        yield from everything
        return
    settled, is_touched = _settled(workspace, now), touched_by(settings, stretches)
    for day in everything:
        if day.key not in settled or is_touched(day):
            yield day


def _settled(workspace: Workspace, now: datetime) -> set[str]:
    """Return the days that are known and need no other look today."""
    stored = read(workspace.store, dimension=ALL, kpis=told(workspace.settings), grain=Grain.DAY)
    known = {one.period for one in stored}
    if _looked_today(workspace, now):
        return known
    return known - {one.period for one in stored if one.status is Status.PROVISIONAL}


def _looked_today(workspace: Workspace, now: datetime) -> bool:
    run, calendar = last_done(workspace, MEASURE, DAYS), workspace.settings.calendar
    return run is not None and calendar.local_day(run.started_at) == calendar.local_day(now)
