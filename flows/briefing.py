"""What does a digest have to be told? History, findings, people and data notes, put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows.affected import behind_each, pooled
from flows.benchmarks import benchmarks_at
from flows.datanotes import freshness, notes_of
from flows.happenings import happenings
from flows.history import as_called_now, by_cell, variant_of
from flows.plan import PERIODS_BACK, told
from flows.reasons import split_of
from flows.rebasing import since_rebased, unexplained
from flows.restatements import restated_before
from flows.secondly import checked
from flows.silence import Silence
from flows.steps import Steps
from flows.surroundings import Moved, in_sentences, moved_beside
from flows.workspace import Workspace
from tasks.alerts.behind import asked_behind
from tasks.alerts.cases import Known
from tasks.alerts.expected import expected_ranges
from tasks.alerts.families import spoken_for
from tasks.alerts.grouping import grouped
from tasks.alerts.subjects import Subjects
from tasks.config import Settings, goals_for, scorecard
from tasks.engine.members import Question
from tasks.kpis.base import catalogue, kpi_named
from tasks.messages.inputs import DigestInputs, Freshness, Reader, Restated, Split
from tasks.model import ALL, Alert, Cell, DataNote, Finding, Grain, Observation, Period
from tasks.rules.base import Assessment, Usual
from tasks.store import history

Histories = Mapping[Cell, tuple[Observation, ...]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is to say about a period, before it is put into words.

    ``moved`` is what else moved beside each alert, by its KPI; ``beside`` the sentences about it.
    """

    period: Period
    history: Histories
    assessment: Assessment
    alerts: tuple[Alert, ...]
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moved: Moved = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a reader should know besides: numbers that are others now, and how the data are."""

    restated: tuple[Restated, ...]
    notes: tuple[DataNote, ...]
    freshness: tuple[Freshness, ...]


def found_in(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    *,
    now: datetime,
    fresh: Iterable[Observation] = (),
) -> Findings:
    """Return what there is to say about ``period``; ``fresh`` values stand above stored ones."""
    past = histories(workspace, period, fresh)
    known = Known(happenings=happenings(workspace, period, now))
    return found_from(steps, workspace, period, past, now=now, known=known)


def histories(workspace: Workspace, period: Period, fresh: Iterable[Observation] = ()) -> Histories:
    """Return what is known of every cell that is looked at for the digest of ``period``."""
    interest = _of_interest(workspace.settings, period, fresh)
    return by_cell([*_stored(workspace, period), *interest])


def found_from(
    steps: Steps,
    workspace: Workspace,
    period: Period,
    past: Histories,
    *,
    now: datetime,
    known: Known | None = None,
) -> Findings:
    """Return what there is to say about ``period`` if ``past`` is all that is known.

    Besides values, what is ``known`` of single customers is told.
    """
    settings = workspace.settings
    found = steps.assess(settings, period, since_rebased(workspace, past), known)
    assessment = unexplained(workspace, found, past)
    subjects = Subjects(catalogue(), settings.company.currency)
    heard = Silence.on(workspace.store, settings.calendar.local_day(now)).of(assessment)
    alerts = _with_members(steps, workspace, period, grouped(heard, subjects), now)
    cells = {alert.kpi: alert.lead.cell for alert in alerts if _is_of_many(settings, alert)}
    moved = moved_beside(steps, workspace, cells, assessment, past)
    beside = in_sentences(steps, workspace, moved, now)
    return Findings(period, past, assessment, alerts, beside, moved)


def circumstances(
    workspace: Workspace, period: Period, dimension: str = ALL, *, now: datetime | None = None
) -> Circumstances:
    """Return what readers should know besides; what was restated is that of ``dimension``."""
    return Circumstances(
        restated_before(workspace, period, dimension),
        notes_of(workspace, period, now),
        freshness(workspace, period),
    )


def digest_inputs(workspace: Workspace, found: Findings, known: Circumstances) -> DigestInputs:
    """Return everything the digest of a period says."""
    settings = workspace.settings
    twice = checked(workspace, found.period, found.history)
    return DigestInputs(
        reader=reader_of(settings),
        period=found.period,
        kpis=tuple(kpi_named(key) for key in scorecard(settings)),
        history=found.history,
        assessment=found.assessment,
        alerts=found.alerts,
        drivers={alert.kpi: drivers_of(found.history, alert) for alert in found.alerts},
        beside=found.beside,
        restated=known.restated,
        notes=known.notes,
        freshness=known.freshness,
        variants=settings.kpis.variants,
        benchmarks=benchmarks_at(settings, found.period.grain),
        checked=bool(twice.kpis),
        unchecked=twice.others,
        expected={one.lead.cell: _expected(settings, found, one) for one in found.alerts},
        spoken_for=frozenset().union(*(spoken_for(alert.kpi) for alert in found.alerts)),
    )


def _expected(settings: Settings, found: Findings, alert: Alert) -> Mapping[str, Usual]:
    """Return the range that was to be expected of each period in an alert's chart."""
    cell = alert.lead.cell
    subject = Subjects(catalogue(), settings.company.currency).of(cell)
    seen = found.history.get(cell, ())
    return expected_ranges(subject, seen, settings.calendar) if subject else {}


def reader_of(settings: Settings) -> Reader:
    """Return whose company it is, and how its people write."""
    company = settings.company
    return Reader(company.name, company.currency, company.locale, company.timezone)


def drivers_of(past: Histories, alert: Alert) -> Split:
    """Return which segments moved the number an alert is about, the largest first.

    The parts are those of one period: they would not add up to what several say together.
    """
    if alert.lead.window > 1:
        return Split()
    return split_of(past, alert.lead.cell, alert.period)


def _with_members(
    steps: Steps, workspace: Workspace, period: Period, alerts: Sequence[Alert], now: datetime
) -> tuple[Alert, ...]:
    of_many = [alert for alert in alerts if _is_of_many(workspace.settings, alert)]
    if not of_many:
        return tuple(alerts)
    asked = [_asked(workspace, period, alert.lead) for alert in of_many]
    answers = behind_each(steps, workspace, asked, now)
    found = {alert.kpi: members for alert, members in zip(of_many, answers, strict=True)}
    return tuple(replace(alert, members=found.get(alert.kpi, ())) for alert in alerts)


def _asked(workspace: Workspace, period: Period, lead: Finding) -> list[Question]:
    """Return who is asked for: those of all periods that are told of together."""
    cell = lead.cell
    days = pooled(workspace.settings.calendar, period, lead.window)
    place = (cell.segment_dimension, cell.segment)
    return [Question(asked_behind(cell), one, *place) for one in days]


def _is_of_many(settings: Settings, alert: Alert) -> bool:
    """Return whether an alert is about a segment: what happened at one customer names it."""
    return alert.lead.cell.segment_dimension in {ALL, *settings.segments}


def _stored(workspace: Workspace, period: Period) -> Iterator[Observation]:
    settings = workspace.settings
    variants = {kpi: variant_of(settings, kpi) for kpi in told(settings)}
    for grain, keys in _periods(settings, period).items():
        known = history(workspace.store, grain=grain, periods=keys, kpis=variants)
        for cell, seen in known.items():
            if cell.variant == variants[cell.kpi] or _has_goal(settings, cell):
                yield from as_called_now(settings, seen)


def _of_interest(
    settings: Settings, period: Period, fresh: Iterable[Observation]
) -> Iterator[Observation]:
    kpis, periods = told(settings), _periods(settings, period)
    for one in fresh:
        if one.kpi in kpis and one.period in periods.get(one.grain, ()):
            yield one


def _has_goal(settings: Settings, cell: Cell) -> bool:
    return any((goal.kpi, goal.variant) == (cell.kpi, cell.variant) for goal in settings.goals)


def _periods(settings: Settings, period: Period) -> dict[Grain, frozenset[str]]:
    """Return the periods to look at, of the digest's own grain and of those of the goals."""
    calendar = settings.calendar
    return {
        grain: frozenset(
            one.key for one in calendar.between(calendar.previous(last, PERIODS_BACK[grain]), last)
        )
        for grain, last in _ends(settings, period).items()
    }


def _ends(settings: Settings, period: Period) -> dict[Grain, Period]:
    """Return the last period to look at, for the digest's own grain and those of the goals."""
    calendar, last_day = settings.calendar, period.end_day - timedelta(days=1)
    goals = {goal.grain for goal in goals_for(settings, period)} - {period.grain}
    return {period.grain: period, **{one: calendar.containing(one, last_day) for one in goals}}
