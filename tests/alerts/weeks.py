"""Weeks of a company by hand: a history for each segment, and actions in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tasks.alerts.effect import Known
from tasks.model import ALL, Base, Cell, Direction, Family, Grain, Observation, Period
from tasks.rules.base import Subject
from tasks.rules.history import History
from tasks.store import Action

MONDAY = date(2026, 1, 5)
BEGINS = 26  # the week in which the action begins, as its number


def week(number: int) -> Period:
    """The week of that number, from 0."""
    first = MONDAY + timedelta(weeks=number)
    end = first + timedelta(weeks=1)
    year, iso, _ = first.isocalendar()
    at = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, end)]
    return Period(Grain.WEEK, first, end, f"{year}-W{iso:02d}", *at)


CHURN = Subject(
    "logo_churn_rate", "Customer churn rate", "ratio", Direction.DOWN, Family.BINOMIAL,
    "customers left", "customers", base=Base.OPENING,
)  # fmt: skip
TICKETS = Subject("tickets", "Tickets", "count", Direction.DOWN, Family.COUNT, "tickets")
CSAT = Subject("csat", "CSAT", "score", Direction.UP, Family.MEAN_BOUNDED, "answers")
MRR = Subject(
    "mrr", "MRR", "money", Direction.UP, Family.SUM_HEAVY, currency="USD", base=Base.LEVEL
)


def cell(subject: Subject, segment: str = ALL, dimension: str = "segment") -> Cell:
    """The cell of a segment."""
    return Cell(subject.key, "v", Grain.WEEK, ALL if segment == ALL else dimension, segment)


def history(where: Cell, rows, first: int = 0) -> History:
    """A history of (numerator, denominator, n, sum of squares) from week ``first`` on."""
    seen = tuple(observed(where, first + i, row) for i, row in enumerate(rows))
    return History(where, tuple(week(first + i) for i in range(len(seen))), seen)


def observed(where: Cell, number: int, row) -> Observation:
    above, below, n, squares = (*row, *(None,) * (4 - len(row)))
    return Observation(
        where.kpi, where.variant, where.grain, week(number).key, "ratio", week(number).end_at,
        where.segment_dimension, where.segment, *map(exact, (above, below)), n, exact(squares),
    )  # fmt: skip


def exact(value) -> Decimal | None:
    return None if value is None else Decimal(repr(float(value)))


def action(name="Onboarding programme", subject=CHURN, segment="SMB", begins=BEGINS, **more):
    """An action in a segment from the Monday of week ``begins`` on."""
    dimension = more.pop("dimension", "segment")
    return Action(
        name, subject.key, week(begins).first_day, ALL if segment == ALL else dimension, segment,
        **more,
    )  # fmt: skip


def known(subject: Subject, histories, *actions, until: int) -> Known:
    """What effects are judged from, at the end of week ``until``."""
    return Known(
        week(until),
        {one.cell: one for one in histories},
        actions,
        lambda one: Cell(one.kpi, "v", Grain.WEEK, one.segment_dimension, one.segment),
        lambda one: subject if one.kpi == subject.key else None,
    )


def steady(subject: Subject, segment: str, before, after, weeks: int = 52, at: int = BEGINS):
    """A segment whose weeks are ``before`` until the action and ``after`` from then on.

    Each is a list of rows that is gone through again and again.
    """
    rows = [
        before[i % len(before)] if i < at else after[(i - at) % len(after)] for i in range(weeks)
    ]
    return history(cell(subject, segment), rows)
