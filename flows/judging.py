"""What is out of the ordinary now? Every look at the data is judged, and what they say is weighed.

The last week that is over is judged as its digest judges it, and the last month where weeks tell
nothing. The seven days and the day that end where the data end move on every day: they are looked
at far more often than they have news, so there only what is critical counts, among all the numbers
that were looked at together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from flows.briefing import Histories, histories
from flows.happenings import happenings, known_at
from flows.rebasing import since_rebased, unexplained
from flows.relooking import looks_back
from flows.steps import Steps
from flows.trailing import View, views
from flows.workspace import Workspace
from tasks.alerts.absent import Place
from tasks.alerts.budget import without_doubtful
from tasks.alerts.cases import Book, Known, Question
from tasks.alerts.discovery import standing_out
from tasks.alerts.longer import in_longer_view
from tasks.alerts.signs import by_key, calm_signs, loud_signs
from tasks.alerts.subjects import Subjects
from tasks.alerts.trailing import in_words, is_fair, trail
from tasks.config import Settings, goals_for, scorecard
from tasks.episode import Episode, Key, Sign
from tasks.kpis.base import catalogue
from tasks.model import Cell, Finding, Grain, Observation, Period, Severity
from tasks.rules.base import Assessment

MONTH_IS_NEWS = timedelta(days=10)  # after its end
LOOKS = 4  # seven days that move on every day surprise so many times as often as weeks do
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """What is found in one view of the data; ``assessment`` holds no more than can be believed.

    ``past`` is what it was held against: nothing from before its level became normal.
    """

    view: View
    assessment: Assessment
    past: Histories

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is found, loud or not."""
        return self.assessment.findings

    @property
    def days(self) -> Period:
        """The days it is about."""
        return self.view.days


@dataclass(frozen=True, slots=True)
class Judged:
    """All looks, the first of them at the last week that is over."""

    looks: tuple[Look, ...]

    @property
    def week(self) -> Look:
        """The last week that is over."""
        return self.looks[0]

    def signs(self, open_keys: Iterable[Key]) -> Mapping[Key, tuple[Sign, ...]]:
        """Return what the looks say of everything loud, and of the incidents ``open_keys``."""
        known = tuple(open_keys)
        found = (sign for look in self.looks for sign in _signs(look, known))
        return by_key(found)

    @property
    def places(self) -> frozenset[Place]:
        """The segments that have a value in the last week that is over."""
        view = self.week.view
        return frozenset(
            (cell.kpi, cell.variant, cell.segment_dimension, cell.segment)
            for cell, seen in view.past.items()
            if cell.grain is Grain.WEEK and _has_value(seen, view.period)
        )


def judged(
    steps: Steps,
    workspace: Workspace,
    *,
    now: datetime,
    known: Iterable[Episode] = (),
    fresh: Iterable[Observation] | None = None,
) -> Judged:
    """Return what every look at the data says now, also at the days on which ``known`` alerts rest.

    With ``fresh`` values, which stand above stored ones, the store stays as it is.
    """
    found = list(_views(steps, workspace, now, fresh))
    weeks = _of_weeks(found[0].past)
    found += looks_back(steps, workspace, known, weeks, now=now)
    looks = [_assessed(steps, workspace, one) for one in found]
    fair = [replace(look, assessment=_fair(look)) for look in looks]
    patient = [_in_longer_view(look, weeks) for look in fair]
    return Judged(tuple(_weighed(_undoubted(patient))))


def _assessed(steps: Steps, workspace: Workspace, view: View) -> Look:
    there = replace(workspace, settings=view.settings)
    past = since_rebased(there, view.past)
    found = steps.assess(view.settings, view.period, past, view.known)
    return Look(view, unexplained(there, found, view.past), past)


def _views(
    steps: Steps, workspace: Workspace, now: datetime, fresh: Iterable[Observation] | None
) -> Iterator[View]:
    settings, calendar = workspace.settings, workspace.settings.calendar
    more = tuple(fresh or ())
    week = calendar.last_complete(Grain.WEEK, now)
    weeks = histories(workspace, week, more)
    known = replace(known_at(workspace, week, now), happenings=())
    yield View(settings, week, weeks, known=known)
    yield _single_customers(workspace, now)
    month = calendar.last_complete(Grain.MONTH, now)
    if now - month.end_at <= MONTH_IS_NEWS:
        own = settings.model_copy(update={"goals": ()})  # goals are judged with the week
        months = histories(replace(workspace, settings=own), month, more)
        yield View(own, month, _only_monthly(months, weeks, week))
    yield from views(steps, workspace, _of_weeks(weeks), now=now, keeps=fresh is None)


def _single_customers(workspace: Workspace, now: datetime) -> View:
    """Return the look at what happened at large customers, up to now."""
    settings = workspace.settings.model_copy(update={"goals": ()})
    today = settings.calendar.local_day(now)
    days = trail(settings.calendar, today + DAY, weeks=1).newest
    known = Known(now=now, happenings=happenings(workspace, days, now))
    return View(settings, days, {}, known=known)


def _only_monthly(months: Histories, weeks: Histories, week: Period) -> Histories:
    """Return the months of what has no value in a week; the weeks of everything else tell more."""
    return {
        cell: seen
        for cell, seen in months.items()
        if not _has_value(weeks.get(replace(cell, grain=Grain.WEEK), ()), week)
    }


def _has_value(seen: Sequence[Observation], period: Period) -> bool:
    return bool(seen) and seen[-1].period == period.key and seen[-1].value is not None


def _of_weeks(past: Histories) -> Histories:
    return {cell: seen for cell, seen in past.items() if cell.grain is Grain.WEEK}


def _fair(look: Look) -> Assessment:
    """Return the assessment with what can be believed while a day runs, in its own words."""
    view = look.view
    if view.trails is None:
        return look.assessment
    subjects, last_day = subjects_of(view.settings), view.trails.end_day - DAY
    kept = (
        one
        for one in look.findings
        if view.is_over or ((subject := subjects.of(one.cell)) and is_fair(one, subject))
    )
    told = (replace(one, sentence=in_words(one.sentence, last_day)) for one in kept)
    return replace(look.assessment, findings=tuple(told))


def _in_longer_view(look: Look, weeks: Histories) -> Look:
    """Return the look with bursts of single days held against a year of weeks."""
    if look.view.period.grain is not Grain.DAY:
        return look
    subjects, calendar = subjects_of(look.view.settings), look.view.settings.calendar

    def longer(one: Finding) -> Finding:
        subject, seen = subjects.of(one.cell), weeks.get(replace(one.cell, grain=Grain.WEEK), ())
        first_day = look.view.period.first_day - (one.window - 1) * DAY
        week = calendar.containing(Grain.WEEK, first_day)
        return in_longer_view(one, subject, seen, week.key) if subject else one

    return _only(look, map(longer, look.findings))


def _undoubted(looks: Sequence[Look]) -> list[Look]:
    """Return the looks without surprises in numbers that another look finds incomplete."""
    believed = set(without_doubtful(one for look in looks for one in look.findings))
    return [_only(look, (one for one in look.findings if one in believed)) for look in looks]


def _only(look: Look, findings: Iterable[Finding]) -> Look:
    return replace(look, assessment=replace(look.assessment, findings=tuple(findings)))


def _weighed(looks: Sequence[Look]) -> Iterator[Look]:
    """Yield the looks with as much noise as all of them together can afford."""
    count = sum(_cells(look) * (LOOKS if look.view.slides else 1) for look in looks)
    real = standing_out((one for look in looks for one in look.findings), count)
    for look in looks:
        softer = Severity.INFO if look.view.slides else Severity.WARNING
        yield _only(look, (_softened(one, softer, real, look) for one in look.findings))


def _cells(look: Look) -> int:
    return sum(cell.grain is look.view.period.grain for cell in look.view.past)


def _softened(finding: Finding, softer: Severity, real: frozenset[Finding], look: Look) -> Finding:
    if finding.chance is None or finding.severity is Severity.GOOD:
        return finding
    is_loud = finding.severity is Severity.CRITICAL and finding in real
    is_warning = finding.severity is Severity.WARNING and not look.view.slides
    if is_loud or is_warning or finding.severity is Severity.INFO:
        return finding
    return replace(finding, severity=softer)


def _signs(look: Look, known: Sequence[Key]) -> Iterator[tuple[Key, Sign]]:
    view = look.view
    period_of = partial(_days_of, view)
    yield from loud_signs(look.findings, period_of)
    if known and view.is_over:  # a part of a day is no sign that all is well again
        question = question_of(view.settings, view.period, view.known)
        book = Book(look.past, question)
        yield from calm_signs(question, book, known, look.findings, period_of)


def _days_of(view: View, key: str) -> Period:
    """Return the days of a period that a finding is about: those looked at, or a goal's own."""
    return view.days if key == view.period.key else view.settings.calendar.period(key)


def subjects_of(settings: Settings) -> Subjects:
    """Return what the rules have to know of every KPI."""
    return Subjects(catalogue(), settings.company.currency)


def question_of(settings: Settings, period: Period, known: Known | None = None) -> Question:
    """Return what is asked about ``period``; ``known`` is so besides values."""
    return Question(
        period,
        settings.calendar,
        subjects_of(settings),
        settings.rules,
        partial(goals_for, settings),
        scorecard(settings),
        settings.kpis.variants,
        known or Known(),
    )


def is_current(look: Look, cell: Cell) -> bool:
    """Return whether a look knows a value of ``cell`` in its own period."""
    return _has_value(look.view.past.get(cell, ()), look.view.period)
