"""What is there to judge: every cell of the period's grain, and every goal in its own period?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

import tasks.rules  # noqa: F401 - importing it fills the catalogue
from tasks.alerts.subjects import Subjects
from tasks.calendar import Calendar
from tasks.catalog import RULES
from tasks.config import Rules
from tasks.config.aliases import WORKED_OUT
from tasks.model import ALL, Cell, Family, Goal, Grain, Observation, Period
from tasks.rules.base import Case, Rule, SimpleSettings, Subject
from tasks.rules.circumstances import Happening, Revised, Supply
from tasks.rules.history import History

DAY = timedelta(days=1)
Histories = Mapping[Cell, Sequence[Observation]]
GoalsOf = Callable[[Period], Sequence[Goal]]
LAST_PART = 0.25  # of a goal's period: what happened of late
ADDED_UP = frozenset({Family.SUM_HEAVY, Family.COUNT})
PAID = "mrr"  # the KPI that what happens at a single customer is told about


@dataclass(frozen=True)
class Known:
    """What is known besides values; rules that need what isn't known have nothing to say.

    ``revised`` is by cell, ``supplies`` by KPI.
    """

    now: datetime | None = None
    happenings: tuple[Happening, ...] = ()
    revised: Mapping[Cell, tuple[Revised, ...]] = field(default_factory=dict)
    supplies: Mapping[str, tuple[Supply, ...]] = field(default_factory=dict)


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
    known: Known = field(default_factory=Known)

    def may_alert(self, cell: Cell) -> bool:
        """Return whether rules are to look at the cell at all."""
        kpi = cell.kpi
        if cell.variant != self.variant_of(kpi) or self._moves_by_itself(cell):
            return False
        is_listed = self.scorecard is None or kpi in self.scorecard
        return is_listed or bool(self.rules.for_kpi(kpi, cell.grain))

    def _moves_by_itself(self, cell: Cell) -> bool:
        """Return whether customers grow into and out of the segment, and the KPI is no rate."""
        subject = self.subjects.of(cell)
        is_of_age = WORKED_OUT in cell.segment_dimension.split("/")
        return is_of_age and subject is not None and subject.family in ADDED_UP

    def variant_of(self, kpi: str) -> str:
        """Return the variant of a KPI that is judged."""
        return self.variants.get(kpi, self.subjects.default_variant(kpi))

    def rules_for(self, kpi: str, grain: Grain) -> Iterator[tuple[Rule, SimpleSettings]]:
        """Yield the rules that are on for a KPI, with their settings."""
        asked_for = {entry.rule for entry in self.rules.for_kpi(kpi, grain)}
        for entry in RULES:
            rule = cast("Rule", entry)
            settings = cast("SimpleSettings", self.rules.settings_of(rule, kpi, grain))
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
        self._families: dict[tuple[str, str, Grain], tuple[History, ...]] = {}

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

    def siblings(self, cell: Cell) -> tuple[History, ...]:
        """Return the histories of all segments of a cell's KPI variant and grain, its own too."""
        if not self._families:
            self._families = self._all_families()
        return self._families.get((cell.kpi, cell.variant, cell.grain), ())

    def _all_families(self) -> dict[tuple[str, str, Grain], tuple[History, ...]]:
        families: dict[tuple[str, str, Grain], list[History]] = {}
        for cell, _ in self.cells():
            family = families.setdefault((cell.kpi, cell.variant, cell.grain), [])
            family.append(self.history(cell))
        return {key: tuple(histories) for key, histories in families.items()}

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


def cell_cases(question: Question, book: Book) -> Iterator[Case]:
    """Yield one case for every cell that may alert and was observed in the period."""
    for cell, subject in book.cells():
        history = book.history(cell) if question.may_alert(cell) else None
        if history and history.newest and history.newest.period == question.period.key:
            yield Case(
                subject,
                history,
                question.period,
                siblings=book.siblings(cell),
                revised=question.known.revised.get(cell, ()),
                supplies=question.known.supplies.get(cell.kpi, ()),
                now=question.known.now,
            )


def arrival_cases(question: Question, book: Book) -> Iterator[Case]:
    """Yield one case for every KPI as a whole that may alert, with a value or without."""
    known = question.known
    for cell, subject in book.cells() if known.now else ():
        if cell.segment_dimension == ALL and question.may_alert(cell):
            supplies = known.supplies.get(cell.kpi, ())
            history = book.history(cell)
            yield Case(subject, history, question.period, supplies=supplies, now=known.now)


def customer_cases(question: Question, book: Book) -> Iterator[Case]:
    """Yield the one case of what happened at single customers, if anything did."""
    known = question.known
    if known.happenings and PAID in question.subjects:
        cell = Cell(PAID, question.variant_of(PAID), question.period.grain)
        subject = cast("Subject", question.subjects.of(cell))
        history = book.history(cell)
        happenings = known.happenings
        yield Case(subject, history, question.period, happenings=happenings, now=known.now)


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
    recent = _recent(question, book, cell, period)
    return Case(subject, book.history(cell), question.period, goal, period, recent=recent)


def _recent(question: Question, book: Book, cell: Cell, period: Period) -> History | None:
    """Return the last quarter of ``period`` in periods of the grain that is told about."""
    told = question.period
    history = book.history(replace(cell, grain=told.grain))
    is_there = history.newest is not None and history.newest.period == told.key
    if cell.grain is told.grain or not is_there:
        return None
    days = (period.end_day - period.first_day) / (told.end_day - told.first_day)
    count = max(1, round(days * LAST_PART))
    return History(history.cell, history.periods[-count:], history.observations[-count:])
