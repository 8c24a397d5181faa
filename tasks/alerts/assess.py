"""What is there to say about a period: findings, goals, and every cell beside its past?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from tasks.alerts.cases import Book, GoalsOf, Histories, Question, goal_cases
from tasks.alerts.discovery import toned_down
from tasks.alerts.subjects import Subjects
from tasks.calendar import Calendar
from tasks.config import Rules
from tasks.model import Cell, Finding, Grain, Period
from tasks.rules.base import Assessment, Case, Comparison, Rule, RuleSettings
from tasks.rules.change import compared
from tasks.rules.outlook import has_law
from tasks.rules.standing import standing


def assess(
    history: Histories,
    *,
    period: Period,
    calendar: Calendar,
    subjects: Subjects,
    rules: Rules | None = None,
    goals: GoalsOf = lambda _period: (),
    scorecard: Collection[str] | None = None,
    variants: Mapping[str, str] | None = None,
) -> Assessment:
    """Return everything there is to say about ``period``.

    ``history`` holds each cell's observations, oldest first, the current one last; for goals of
    another grain it holds cells of that grain too, whose last observation is the period to date.
    ``goals`` is asked for the goals of a period: ``partial(goals_for, settings)``.
    """
    question = Question(
        period, calendar, subjects, rules or Rules(), goals, scorecard, variants or {}
    )
    book = Book(history, question)
    cases = tuple(goal_cases(question, book))
    standings = tuple(found for case in cases if (found := standing(case)))
    findings, looked_at = _findings(question, book)
    missed = tuple(_judged(question, cases, needs_goal=True))
    return Assessment(
        period,
        (*toned_down(findings, looked_at), *missed),
        standings,
        _comparisons(question, book),
    )


def _comparisons(question: Question, book: Book) -> Mapping[Cell, Comparison]:
    previous = question.calendar.previous(question.period).key
    year_before = question.calendar.year_before(question.period).key
    made = {}
    for cell, subject in book.cells():
        history = book.history(cell)
        is_current = history.newest is not None and history.newest.period == question.period.key
        made[cell] = (
            compared(history, subject, previous, year_before)
            if is_current
            else Comparison(cell, None, history.of(previous), history.of(year_before))
        )
    return made


def _findings(question: Question, book: Book) -> tuple[tuple[Finding, ...], int]:
    """Return the findings of every cell that may alert, and how many cells were judged."""
    cases = []
    for cell, subject in book.cells():
        if question.may_alert(cell):
            history = book.history(cell)
            if history.newest is not None and history.newest.period == question.period.key:
                cases.append(Case(subject, history, question.period))
    looked_at = sum(1 for case in cases if has_law(case.subject))
    return tuple(_judged(question, cases, needs_goal=False)), looked_at


def _judged(question: Question, cases: Sequence[Case], *, needs_goal: bool) -> Iterator[Finding]:
    chosen: dict[tuple[str, Grain], tuple[tuple[Rule, RuleSettings], ...]] = {}
    for case in cases:
        key = (case.history.cell.kpi, case.history.cell.grain)
        if key not in chosen:
            chosen[key] = tuple(question.rules_for(*key))
        for rule, settings in chosen[key]:
            if rule.needs_goal is needs_goal:
                yield from rule.judge(case, settings)
