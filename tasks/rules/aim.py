"""What does a goal ask of a cell, how much of its period has passed, how much is used up?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from tasks.model import Base, Family, Goal, Observation, Period
from tasks.rules.base import Case, Subject
from tasks.rules.evidence import Interval, Sample, count_interval, mean_interval, share_interval
from tasks.rules.history import History
from tasks.rules.laws import CountLaw

COVERAGE = 0.8
ADDING_UP = frozenset({Family.COUNT, Family.COUNT_RATE, Family.SUM_HEAVY})


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal, the period it is for, and the cell that should reach it.

    ``told_in`` is the period being told about: everything up to its end is known.
    """

    goal: Goal
    limit: Decimal
    is_ceiling: bool
    period: Period
    told_in: Period
    subject: Subject
    history: History

    @property
    def is_closed(self) -> bool:
        """Whether the goal's own period is over."""
        return self.told_in.end_day >= self.period.end_day

    @property
    def elapsed(self) -> Fraction:
        """The share of the goal's period that has passed, 0 to 1."""
        whole = self.period.end_day - self.period.first_day
        gone = self.told_in.end_day - self.period.first_day
        return min(max(Fraction(gone.days, whole.days), Fraction(0)), Fraction(1))

    @property
    def edge(self) -> Decimal:
        """The limit with its tolerance: the last value that still meets the goal."""
        return self.limit + (self.goal.tolerance if self.is_ceiling else -self.goal.tolerance)

    @property
    def seen(self) -> Observation | None:
        """The observation of the goal's period, if there is one with a value."""
        found = self.history.of(self.period.key)
        return found if found is not None and found.value is not None else None

    def is_missed_by(self, value: Decimal) -> bool:
        """Return whether ``value`` is on the wrong side of the goal."""
        return value > self.edge if self.is_ceiling else value < self.edge


@dataclass(frozen=True, slots=True)
class Race:
    """Something that adds up towards a limit while a period runs.

    ``seen`` of ``limit``: what a ceiling allows, or what a floor asks for. ``mark`` is the number
    a reader compares with; it differs from ``limit`` where a floor is really a ceiling on losses.
    """

    seen: Decimal
    limit: Decimal
    is_ceiling: bool
    is_counted: bool
    mark: Decimal

    @property
    def is_over(self) -> bool:
        """Whether the limit has been reached for good: a ceiling broken, a floor attained."""
        return self.seen > self.limit if self.is_ceiling else self.seen >= self.limit

    @property
    def used(self) -> Fraction:
        """The share of the limit that is used up or attained."""
        return Fraction(self.seen) / Fraction(self.limit) if self.limit > 0 else Fraction(1)

    def burn(self, elapsed: Fraction) -> float:
        """Return the share used over the share of time gone: 1 is exactly on pace."""
        if not elapsed or (self.limit <= 0 and self.seen > 0):
            return float("inf")
        return float(self.used / elapsed)

    def luck(self, elapsed: Fraction) -> float:
        """Return the chance of being this far off pace by luck; 0 or 1 for what isn't counted."""
        due = Fraction(self.limit) * elapsed
        is_behind = self.seen > due if self.is_ceiling else self.seen < due
        if not is_behind:
            return 1.0
        if not self.is_counted:
            return 0.0
        law = CountLaw(max(float(due), 1e-9))
        return law.at_least(float(self.seen)) if self.is_ceiling else law.at_most(float(self.seen))


def aim_of(case: Case) -> Aim | None:
    """Return what the case's goal asks for; None when there is no goal."""
    goal, period = case.goal, case.goal_period
    if goal is None or period is None:
        return None
    limit = goal.at_most if goal.at_most is not None else goal.at_least
    if limit is None:
        return None
    is_ceiling = goal.at_most is not None
    return Aim(goal, limit, is_ceiling, period, case.period, case.subject, case.history)


def race(aim: Aim, seen: Observation) -> Race | None:
    """Return what adds up towards the goal; None for KPIs that simply stand somewhere."""
    got, below = seen.numerator, seen.denominator
    if got is None:
        return None
    if aim.subject.base is Base.OPENING and below is not None:
        return _race_of_losses(aim, got, below)
    if aim.subject.base is not Base.RUNNING or aim.subject.family not in ADDING_UP:
        return None
    limit = aim.edge * (1 if below is None else below)
    if aim.subject.family is Family.SUM_HEAVY:
        return Race(got, limit, aim.is_ceiling, is_counted=False, mark=limit)
    whole = limit.to_integral_value(rounding=ROUND_FLOOR if aim.is_ceiling else ROUND_CEILING)
    return Race(got, whole, aim.is_ceiling, is_counted=True, mark=whole)


def interval(seen: Observation, subject: Subject, coverage: float = COVERAGE) -> Interval | None:
    """Return where the true value may lie; None for levels and families without a law."""
    if seen.value is None or seen.numerator is None or subject.base is Base.LEVEL:
        return None
    events, below = float(seen.numerator), float(seen.denominator or 1)
    if subject.family is Family.BINOMIAL:
        return share_interval(events, below, coverage) if 0 <= events <= below else None
    if subject.family in {Family.COUNT, Family.COUNT_RATE} and events >= 0:
        low, high = count_interval(events, coverage)
        return Interval(low / below, high / below)
    if subject.family is Family.MEAN_BOUNDED and seen.sum_of_squares is not None:
        return _interval_of_mean(seen.value, seen.sum_of_squares, seen.n or 0, coverage)
    return None


def _interval_of_mean(mean: Decimal, squares: Decimal, n: int, coverage: float) -> Interval | None:
    if n < 2:  # noqa: PLR2004 - one answer has no variance
        return None
    scatter = max(float(squares - n * mean**2), 0.0)
    return mean_interval(Sample(float(mean), scatter / (n - 1), n), coverage)


def _race_of_losses(aim: Aim, got: Decimal, opening: Decimal) -> Race:
    """Return losses against what the goal allows, whichever side it is written from.

    The opening is known, so "98 % stay" allows so many losses just as "2 % leave" does.
    """
    rate = aim.edge if aim.is_ceiling else 1 - aim.edge
    allowed = (rate * opening).to_integral_value(rounding=ROUND_FLOOR)
    if aim.is_ceiling:
        return Race(got, allowed, is_ceiling=True, is_counted=True, mark=allowed)
    return Race(opening - got, allowed, is_ceiling=True, is_counted=True, mark=opening - allowed)
