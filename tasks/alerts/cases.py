"""What is there to judge: every cell of the period's grain, and every goal in its own period?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import tasks.rules  # noqa: F401 - importing it fills the catalogue
from tasks.alerts.subjects import Subjects
from tasks.calendar import Calendar
from tasks.catalog import RULES
from tasks.config import Rules
from tasks.model import Cell, Goal, Grain, Observation, Period
from tasks.rules.base import Case, Rule, RuleSettings, Subject
from tasks.rules.history import History

DAY = timedelta(days=1)
Histories = Mapping[Cell, Sequence[Observation]]
GoalsOf = Callable[[Period], Sequence[Goal]]


@dataclass(frozen=True)
class Question:
    """Everything an assessment is asked with.

    ``subjects`` are the KPIs that are known, ``scorecard`` those that may alert (None: all);
    KPIs with rules of their own may too. ``variants`` names the variant of a KPI that is judged,
    where it is not its default. ``goals`` gives the goals in force in a period.
    """

    period: Period
    calendar: Calendar
    subjects: Subjects
    rules: Rules
    goals: GoalsOf
    scorecard: Collection[str] | None
    variants: Mapping[str, str]

    def may_alert(self, cell: Cell) -> bool:
        """Return whether rules are to look at the cell at all."""
        kpi = cell.kpi
        if cell.variant != self.variants.get(kpi, self.subjects.default_variant(kpi)):
            return False
        is_listed = self.scorecard is None or kpi in self.scorecard
        return is_listed or bool(self.rules.for_kpi(kpi, cell.grain))

    def rules_for(self, kpi: str, grain: Grain) -> Iterator[tuple[Rule, RuleSettings]]:
        """Yield the rules that are on for a KPI, with their settings."""
        asked_for = {entry.rule for entry in self.rules.for_kpi(kpi, grain)}
        for entry in RULES:
            rule = cast("Rule", entry)
            settings = cast("RuleSettings", self.rules.settings_of(rule, kpi, grain))
            if settings.enabled and (rule.is_on or rule.key in asked_for):
                yield rule, settings


class Book:
    """The histories by cell, as arrays, each made once and only as far as the period reaches."""

    def __init__(self, observations: Histories, question: Question) -> None:
        """Take the observations as they come from the store."""
        self._observations = observations
        self._question = question
        self._periods: dict[str, Period] = {}
        self._made: dict[Cell, History] = {}

    def cells(self) -> Iterator[tuple[Cell, Subject]]:
        """Yield the cells of the period's own grain whose KPI is known."""
        for cell in self._observations:
            subject = self._question.subjects.of(cell)
            if cell.grain is self._question.period.grain and subject is not None:
                yield cell, subject

    def history(self, cell: Cell) -> History:
        """Return a cell's history, empty when there is none."""
        if cell not in self._made:
            self._made[cell] = self._history(cell)
        return self._made[cell]

    def _history(self, cell: Cell) -> History:
        newest = {seen.period: seen for seen in self._observations.get(cell, ())}
        known = [
            (period, seen)
            for key, seen in newest.items()
            if (period := self._period(key)).first_day < self._question.period.end_day
        ]
        known.sort(key=lambda pair: pair[0].first_day)
        return History(cell, tuple(each for each, _ in known), tuple(seen for _, seen in known))

    def _period(self, key: str) -> Period:
        if key not in self._periods:
            self._periods[key] = self._question.calendar.period(key)
        return self._periods[key]


def goal_cases(question: Question, book: Book) -> Iterator[Case]:
    """Yield one case for every goal: its own period, over or still running.

    A goal's period that ended inside the period being told about is told then, and not the few
    days of the next one.
    """
    for goal in question.goals(question.period):
        if goal.kpi not in question.subjects:
            continue
        running = _case(question, book, goal, _goal_period(question, goal))
        yield _just_closed(question, book, running) or running


def _goal_period(question: Question, goal: Goal) -> Period:
    """Return the goal's period that is under way, or the last whole one in a longer period."""
    told, calendar = question.period, question.calendar
    running = calendar.containing(goal.grain, told.end_day - DAY)
    is_shorter = running.end_day - running.first_day < told.end_day - told.first_day
    return calendar.previous(running) if is_shorter and running.end_day > told.end_day else running


def _just_closed(question: Question, book: Book, running: Case) -> Case | None:
    period = running.goal_period
    if period is None or period.end_day <= question.period.end_day:
        return None
    before = question.calendar.previous(period)
    if before.end_day <= question.period.first_day:
        return None
    then = next((goal for goal in question.goals(before) if _is_same(goal, running.goal)), None)
    closed = _case(question, book, then, before) if then else None
    return closed if closed and closed.history.of(before.key) else None


def _is_same(goal: Goal, other: Goal | None) -> bool:
    """Return whether two goals are one, whose value may have moved since (a ramp)."""
    return other is not None and (
        (goal.kpi, goal.variant, goal.grain, goal.segment_dimension, goal.segment)
        == (other.kpi, other.variant, other.grain, other.segment_dimension, other.segment)
    )


def _case(question: Question, book: Book, goal: Goal, period: Period) -> Case:
    usual = question.variants.get(goal.kpi, question.subjects.default_variant(goal.kpi))
    cell = Cell(goal.kpi, goal.variant or usual, goal.grain, goal.segment_dimension, goal.segment)
    subject = cast("Subject", question.subjects.of(cell))  # goal_cases has asked for the KPI
    return Case(subject, book.history(cell), question.period, goal, period)
