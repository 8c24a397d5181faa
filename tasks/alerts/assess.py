"""What is there to say about a period: findings, goals, and every cell beside its past?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from tasks.alerts.cases import (
    Book,
    GoalsOf,
    Histories,
    Known,
    Question,
    arrival_cases,
    cell_cases,
    customer_cases,
    goal_cases,
)
from tasks.alerts.discovery import toned_down
from tasks.alerts.subjects import Subjects
from tasks.alerts.together import together
from tasks.calendar import Calendar
from tasks.config import Rules
from tasks.model import Cell, Finding, Grain, Period
from tasks.rules.base import About, Assessment, Case, Comparison, Rule, SimpleSettings
from tasks.rules.changes import compared
from tasks.rules.outlook import can_be_read, has_law
from tasks.rules.reading import newest_reading
from tasks.rules.standing import standing

DATA_QUALITY = "data_quality"


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
    known: Known | None = None,
) -> Assessment:
    """Return everything there is to say about ``period``.

    ``history`` holds each cell's observations, oldest first, the current one last; for goals of
    another grain it holds cells of that grain too, whose last observation is the period to date.
    ``goals`` is asked for the goals of a period: ``partial(goals_for, settings)``. ``known`` is
    what the rules about single customers and about the data have to know besides.
    """
    question = Question(
        period,
        calendar,
        subjects,
        rules or Rules(),
        goals,
        scorecard,
        variants or {},
        known or Known(),
    )
    book = Book(history, question)
    cases = tuple(goal_cases(question, book))
    standings = tuple(found for case in cases if (found := standing(case)))
    return Assessment(
        period,
        (
            *_of_cells(question, tuple(cell_cases(question, book))),
            *_judged(question, arrival_cases(question, book), About.ARRIVAL),
            *_judged(question, customer_cases(question, book), About.CUSTOMERS),
            *_judged(question, cases, About.GOAL),
        ),
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
        if not is_current:
            made[cell] = Comparison(cell, None, history.of(previous), history.of(year_before))
            continue
        if has_law(subject):
            newest_reading(history, subject, book.siblings(cell))  # all segments at once, and kept
        beside = compared(history, subject, previous, year_before)
        made[cell] = replace(beside, together=together(history, subject))
    return made


def _of_cells(question: Question, cases: tuple[Case, ...]) -> tuple[Finding, ...]:
    """Return what is found of every cell that may alert, as loud as so many cells allow."""
    looked_at = sum(1 for case in cases if can_be_read(case.subject))
    return toned_down(trusted(_judged(question, cases, About.CELL)), looked_at)


def trusted(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, without surprises in numbers that are incomplete or not comparable."""
    told = tuple(findings)
    doubtful = {one.cell for one in told if one.rule == DATA_QUALITY and one.direction == "data"}
    for one in told:
        if one.rule == DATA_QUALITY or one.cell not in doubtful:
            yield one


def _judged(question: Question, cases: Iterable[Case], about: About) -> Iterator[Finding]:
    chosen: dict[tuple[str, Grain], tuple[tuple[Rule, SimpleSettings], ...]] = {}
    for case in cases:
        key = (case.history.cell.kpi, case.history.cell.grain)
        if key not in chosen:
            chosen[key] = tuple(question.rules_for(*key))
        for rule, settings in chosen[key]:
            if rule.about is about:
                yield from rule.judge(case, settings)
