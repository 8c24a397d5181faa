"""Which alerts would the rules have opened, had they judged every period of a past?

Every period is judged by what was known when it closed. What is found goes through the same law as
in daily use (`lifecycle.advance`): an incident opens once and ends when it is over. What opens in
one period about one KPI is one alert, as people would have got it, and what only repeats an alert
that is still open (the revenue of customers who left) is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tasks.alerts.assess import trusted
from tasks.alerts.cases import Question, goal_cases
from tasks.alerts.discovery import toned_down
from tasks.alerts.grouping import grouped
from tasks.alerts.lifecycle import advance
from tasks.alerts.limits import limits_of
from tasks.alerts.past import Past, Then
from tasks.alerts.screens import Screened, screens_of
from tasks.alerts.telling import told_by
from tasks.episode import LOUD, Episode, Event, Key, Limits, Phase, Sign
from tasks.model import Alert, Cell, Finding, Grain, Period
from tasks.rules.base import About, Assessment, Case, Comparison, Rule, SimpleSettings
from tasks.rules.outlook import has_law

AskedAt = Callable[[Period], Question]
Chosen = Mapping[tuple[str, Grain], tuple[tuple[Rule, SimpleSettings], ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as people would have got it: what opened it, and its incident as it went on."""

    alert: Alert
    opened: Period
    episode: Episode


@dataclass(slots=True)
class _Run:
    """The incidents so far, by key, and the alerts that opened them."""

    past: Past
    screens: Mapping[tuple[str, Cell], Screened]
    episodes: dict[Key, Episode] = field(default_factory=dict)
    told: list[tuple[Alert, Period, str]] = field(default_factory=list)
    incidents: dict[str, Episode] = field(default_factory=dict)
    rebased: dict[Cell, date] = field(default_factory=dict)

    def screen(self, rule: Rule, cell: Cell) -> Screened | None:
        """Return what is known at once; a screen of the whole past knows no new normal."""
        return None if cell in self.rebased else self.screens.get((rule.key, cell))


def rerun(past: Past, asked_at: AskedAt, periods: Sequence[Period]) -> tuple[Told, ...]:
    """Return the alerts of ``periods`` in the order in which they would have opened."""
    if not periods:
        return ()
    newest = asked_at(periods[-1])
    run = _Run(past, screens_of(past, newest, periods[-1].grain))
    for period in periods:
        _step(run, asked_at(period))
    return tuple(_told(run))


def _step(run: _Run, question: Question) -> None:
    """Judge one period and let every incident go on."""
    book = Then(run.past, question, run.rebased)
    goals = tuple(goal_cases(question, book))
    findings = (*_findings(run, question, book), *_of_goals(question, goals))
    opened: dict[Finding, str] = {}
    for key, sign, limits in _signs(run, question, book, findings, goals):
        step = advance(run.episodes.get(key), sign, limits)
        if step.episode is not None:
            run.episodes[key] = step.episode
            run.incidents[str(step.episode)] = step.episode
        if step.event is Event.NEW_NORMAL and step.episode is not None:
            _learn(run, step.episode)
        if step.event is Event.OPENED and sign.finding is not None:
            opened[sign.finding] = str(step.episode)
    run.told += _alerts(run, question, findings, opened)


def _learn(run: _Run, episode: Episode) -> None:
    """Take note from which day on a level counts as normal."""
    key, grain = episode.key, episode.opened.grain
    cell = Cell(key.kpi, key.variant, grain, key.segment_dimension, key.segment)
    if episode.rebased_on is not None:
        run.rebased[cell] = episode.rebased_on


def _findings(run: _Run, question: Question, book: Then) -> Iterator[Finding]:
    """Yield what is found in the period, as loud as so many cells allow."""
    cases = list(_cases(run, question, book))
    judged = (subject for cell, subject in book.cells() if question.may_alert(cell))
    looked_at = sum(1 for subject in judged if has_law(subject))
    found = (one for case, rules in cases for one in _judged(case, rules))
    yield from toned_down(trusted(found), looked_at)


def _of_goals(question: Question, goals: Iterable[Case]) -> Iterator[Finding]:
    for case in goals:
        cell = case.history.cell
        rules = question.rules_for(cell.kpi, cell.grain)
        yield from _judged(case, (each for each in rules if each[0].about is About.GOAL))


def _cases(
    run: _Run, question: Question, book: Then
) -> Iterator[tuple[Case, list[tuple[Rule, SimpleSettings]]]]:
    """Yield the cells in which something may be found, each with the rules that may find it."""
    period = question.period
    on: dict[str, list[tuple[Rule, SimpleSettings]]] = {}
    for cell, subject in book.cells():
        if not question.may_alert(cell):
            continue
        if cell.kpi not in on:
            on[cell.kpi] = list(question.rules_for(cell.kpi, cell.grain))
        rules = [each for each in on[cell.kpi] if _may_speak(run, each[0], cell, period)]
        history = book.history(cell) if rules else None
        if history and history.newest and history.newest.period == period.key:
            yield Case(subject, history, period, siblings=book.siblings(cell)), rules


def _may_speak(run: _Run, rule: Rule, cell: Cell, period: Period) -> bool:
    screen = run.screen(rule, cell)
    is_looked_at = screen is None or period.key in screen.loud
    return rule.about is About.CELL and is_looked_at


def _judged(case: Case, rules: Iterable[tuple[Rule, SimpleSettings]]) -> Iterator[Finding]:
    for rule, settings in rules:
        yield from rule.judge(case, settings)


def _signs(
    run: _Run,
    question: Question,
    book: Then,
    findings: Sequence[Finding],
    goals: Sequence[Case],
) -> Iterator[tuple[Key, Sign, Limits]]:
    """Yield what the period says of everything loud, and of all incidents that are under way."""
    by_key = {Key.of(one): one for one in findings}
    loud = [key for key, one in by_key.items() if one.severity in LOUD]
    going_on = [key for key, one in run.episodes.items() if one.phase is not Phase.CLOSED]
    for key in dict.fromkeys([*loud, *going_on]):
        finding = by_key.get(key)
        grain = finding.cell.grain if finding else run.episodes[key].opened.grain
        rules = (each for each in question.rules_for(key.kpi, grain) if each[0].key == key.rule)
        for rule, settings in rules:
            sign = _sign(run, (question, book, goals), (key, grain, rule, settings), finding)
            if sign is not None:
                yield key, sign, limits_of(settings)


def _sign(
    run: _Run,
    known: tuple[Question, Then, Sequence[Case]],
    asked: tuple[Key, Grain, Rule, SimpleSettings],
    finding: Finding | None,
) -> Sign | None:
    """Return what one rule says of one key; None where it says nothing, as it was not asked."""
    question, book, goals = known
    key, grain, rule, settings = asked
    if finding is not None:
        return Sign(grain, run.past.calendar.period(finding.period), finding)
    cell = Cell(key.kpi, key.variant, grain, key.segment_dimension, key.segment)
    if rule.about is About.GOAL:
        return _of_goal(question, rule, cell, goals)
    history, period = book.history(cell), question.period
    seen = history.of(period.key)
    if seen is None or seen.value is None:
        return Sign(grain, period)
    screen = run.screen(rule, cell)
    if screen is not None and screen.calm is not None and key.direction in screen.calm:
        return Sign(grain, period, is_calm=period.key in screen.calm[key.direction])
    subject = question.subjects.of(cell)
    if rule.is_calm is None or subject is None:
        return Sign(grain, period, is_calm=True)
    case = Case(subject, history, period, siblings=book.siblings(cell))
    return Sign(grain, period, is_calm=rule.is_calm(case, settings, key.direction))


def _of_goal(question: Question, rule: Rule, cell: Cell, goals: Sequence[Case]) -> Sign | None:
    """Return that a goal is not missed: told when its period is over, or while it has a pace."""
    case = next((one for one in goals if one.history.cell == cell), None)
    period = case.goal_period if case else None
    if case is None or period is None or case.history.of(period.key) is None:
        return None
    is_over = period.end_day <= question.period.end_day
    return Sign(cell.grain, period, is_calm=True) if is_over is (rule.key == "goal_miss") else None


def _alerts(
    run: _Run, question: Question, findings: Sequence[Finding], opened: Mapping[Finding, str]
) -> Iterator[tuple[Alert, Period, str]]:
    """Yield one alert for each KPI of which something opened now, with the incident it is about.

    What repeats an alert that people had, and that is still open, would not have reached them.
    """
    if not opened:
        return
    had = [one for _, _, name in run.told if (one := run.incidents[name]).is_open]
    kept = tuple(one for one in findings if one in opened or one.severity not in LOUD)
    there = {cell: Comparison(cell, None) for cell in run.past.histories}
    for alert in grouped(Assessment(question.period, kept, (), there), question.subjects):
        spoken = next((one for one in (alert.lead, *alert.others) if one in opened), None)
        if spoken is None:
            continue
        incident = run.incidents[opened[spoken]]
        if told_by(incident, had) is None:
            had.append(incident)
            yield alert, question.period, opened[spoken]


def _told(run: _Run) -> Iterator[Told]:
    """Yield every alert with its incident, as that ended or stands now."""
    for alert, period, incident in run.told:
        yield Told(alert, period, run.incidents[incident])
