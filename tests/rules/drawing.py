"""Histories drawn by hand: small tables and rows of numbers become cells with a past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from tasks.calendar import Calendar
from tasks.model import (
    ALL,
    Base,
    Cell,
    Direction,
    Family,
    Goal,
    NullReason,
    Observation,
    Period,
)
from tasks.rules.base import Case, Subject
from tasks.rules.history import History

CALENDAR = Calendar()
WEEK_47 = CALENDAR.period("2026-W47")
CHURN = Subject(
    "logo_churn_rate",
    "Customer churn rate",
    "ratio",
    Direction.DOWN,
    Family.BINOMIAL,
    "customers left",
    "customers",
    base=Base.OPENING,
)
RETENTION = Subject(
    "customer_retention_rate",
    "Customer retention",
    "ratio",
    Direction.UP,
    Family.BINOMIAL,
    "customers stayed",
    "customers",
    base=Base.OPENING,
)
CSAT = Subject(
    "csat", "CSAT", "ratio", Direction.UP, Family.BINOMIAL, "positive answers", "answers"
)
TICKETS = Subject("ticket_volume", "Tickets", "count", Direction.DOWN, Family.COUNT, "tickets")
LOAD = Subject(
    "tickets_per_customer",
    "Tickets per customer",
    "x",
    Direction.DOWN,
    Family.COUNT_RATE,
    "tickets",
    "customers",
)
NPS = Subject("nps", "NPS", "points", Direction.UP, Family.MEAN_BOUNDED, of="answers")
MRR = Subject(
    "mrr", "MRR", "money", Direction.UP, Family.SUM_HEAVY, currency="USD", base=Base.LEVEL
)
NRR = Subject(
    "nrr",
    "Net revenue retention",
    "ratio",
    Direction.UP,
    Family.RATIO_OF_SUMS,
    base=Base.LEVEL,
)
CHURNED_MRR = Subject(
    "churned_mrr", "Churned MRR", "money", Direction.DOWN, Family.SUM_HEAVY, currency="USD"
)
NEW_MRR = Subject("mrr_new", "New MRR", "money", Direction.UP, Family.SUM_HEAVY, currency="USD")
FIRST_RESPONSE = Subject(
    "first_response_time", "First response, median", "minutes", Direction.DOWN, Family.QUANTILE
)
QUICK_RATIO = Subject("quick_ratio", "Quick ratio", "x", Direction.UP, Family.RATIO_OF_SUMS)
ADOPTION = Subject(
    "account_adoption_rate",
    "Account adoption",
    "ratio",
    Direction.UP,
    Family.BINOMIAL,
    "customers used the product",
    "customers",
    base=Base.RISING,
)
ALL_SUBJECTS = (
    CHURN,
    RETENTION,
    CSAT,
    TICKETS,
    LOAD,
    NPS,
    MRR,
    NEW_MRR,
    FIRST_RESPONSE,
    QUICK_RATIO,
    ADOPTION,
)


def observed(
    cell: Cell, period: Period, seen: object, out_of: int | None = None, squares: object = None
) -> Observation:
    """Return an observation; ``seen`` None is a missing value."""
    return Observation(
        cell.kpi,
        cell.variant,
        cell.grain,
        period.key,
        "",
        period.end_at,
        cell.segment_dimension,
        cell.segment,
        None if seen is None else Decimal(str(seen)),
        None if out_of is None else Decimal(out_of),
        out_of,
        None if squares is None else Decimal(str(squares)),
        NullReason.INSUFFICIENT_INPUTS if seen is None else None,
    )


def weeks(
    seen: str | Iterable[object],
    of: int | Iterable[int] | None = None,
    *,
    subject: Subject = CHURN,
    last: str = "2026-W47",
    squares: Iterable[object] | None = None,
    segment: tuple[str, str] = (ALL, ALL),
    sizes: int | None = None,
) -> History:
    """Return one value a period up to ``last``: ``"0 1 0 - 5"``, where ``-`` is a missing value."""
    values = (
        [None if each == "-" else each for each in seen.split()]
        if isinstance(seen, str)
        else [*seen]
    )
    below = [of] * len(values) if of is None or isinstance(of, int) else [*of]
    dots = [None] * len(values) if squares is None else [*squares]
    newest = CALENDAR.period(last)
    cell = Cell(subject.key, "default", newest.grain, *segment)
    periods = tuple(CALENDAR.previous(newest, back) for back in range(len(values) - 1, -1, -1))
    made = tuple(
        observed(cell, period, value, n, square)
        for period, value, n, square in zip(periods, values, below, dots, strict=True)
    )
    if sizes is not None:  # a sample that is not the denominator
        made = tuple(replace(each, n=sizes) for each in made)
    return History(cell, periods, made)


def table(text: str, *, subject: Subject = CHURN, squares: object = None) -> History:
    """Return a history drawn as ``period | seen | of`` with one row a period."""
    rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    body = [row for row in rows if row[0] != "period"]
    periods = tuple(CALENDAR.period(row[0]) for row in body)
    cell = Cell(subject.key, "default", periods[0].grain)
    made = tuple(
        observed(
            cell,
            period,
            None if row[1] == "-" else row[1],
            int(row[2]) if len(row) > 2 and row[2] != "-" else None,
            squares,
        )
        for period, row in zip(periods, body, strict=True)
    )
    return History(cell, periods, made)


def case(subject: Subject, history: History, told: str = "2026-W47") -> Case:
    """Return the question what a rule finds in ``history``."""
    return Case(subject, history, CALENDAR.period(told))


def with_goal(
    subject: Subject,
    history: History,
    goal_period: str,
    told: str = "2026-W47",
    *,
    at_most: str | None = None,
    at_least: str | None = None,
    tolerance: str = "0",
) -> Case:
    """Return the question where ``history`` stands against a goal in ``goal_period``."""
    period = CALENDAR.period(goal_period)
    goal = Goal(
        subject.key,
        period.grain,
        None if at_most is None else Decimal(at_most),
        None if at_least is None else Decimal(at_least),
        tolerance=Decimal(tolerance),
    )
    return Case(subject, history, CALENDAR.period(told), goal, period)
