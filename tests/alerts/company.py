"""A small company, drawn by hand: how many left each plan and region, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import tasks.kpis  # noqa: F401 - importing it fills the catalogue
from tasks.alerts.assess import assess
from tasks.alerts.subjects import Subjects
from tasks.calendar import Calendar
from tasks.kpis.base import catalogue
from tasks.model import ALL, Cell, Goal, Grain, Observation, Period
from tasks.rules.base import Assessment

CALENDAR = Calendar()
WEEK_47 = CALENDAR.period("2026-W47")
SUBJECTS = Subjects(catalogue(), "USD")
WEEKS = 60
CALM = "1 0 0 0 0"  # one in five weeks
Histories = dict[Cell, tuple[Observation, ...]]


def cell(kpi: str, dimension: str = ALL, segment: str = ALL, grain: Grain = Grain.WEEK) -> Cell:
    """Return the cell of a KPI's default variant."""
    return Cell(kpi, SUBJECTS.default_variant(kpi), grain, dimension, segment)


def seen(
    where: Cell, numbers: Iterable[int], of: int | None = None, last: Period = WEEK_47
) -> tuple[Observation, ...]:
    """Return one observation a period up to ``last``."""
    values = list(numbers)
    return tuple(
        Observation(
            where.kpi,
            where.variant,
            where.grain,
            (period := CALENDAR.previous(last, len(values) - 1 - i)).key,
            "",
            period.end_at,
            where.segment_dimension,
            where.segment,
            Decimal(value),
            None if of is None else Decimal(of),
            of,
        )
        for i, value in enumerate(values)
    )


def usual(now: int, pattern: str = CALM, shift: int = 0) -> list[int]:
    """Return a calm past of ``WEEKS`` weeks and then ``now``; ``shift`` turns the pattern."""
    calm = [int(each) for each in pattern.split()]
    return [calm[(i + shift) % len(calm)] for i in range(WEEKS)] + [now]


def book(table: str, kpi: str = "logo_churn_rate") -> Histories:
    """Return plans, regions, their crosses and the whole, from a table of this week's losses.

    Rows are plans, columns regions, a cell is ``left/customers``; every segment lost one customer
    in five weeks before.
    """
    header, *rows = [line.split() for line in table.strip().splitlines()]
    past: dict[tuple[str, str], tuple[list[int], int]] = {}
    for number, (plan, *cells) in enumerate(rows):
        for column, (region, each) in enumerate(zip(header, cells, strict=True)):
            left, customers = each.split("/")
            past[plan, region] = (usual(int(left), shift=number + 2 * column), int(customers))
    plans, regions = [row[0] for row in rows], header
    made: Histories = {}
    for where, chosen in [
        ((ALL, ALL), list(past)),
        *(((("plan", plan)), [key for key in past if key[0] == plan]) for plan in plans),
        *((("region", region), [key for key in past if key[1] == region]) for region in regions),
        *((("plan/region", "/".join(key)), [key]) for key in past),
    ]:
        place = cell(kpi, *where)
        losses = [sum(week) for week in zip(*(past[key][0] for key in chosen), strict=True)]
        made[place] = seen(place, losses, sum(past[key][1] for key in chosen))
    return made


def assessed(
    history: Mapping[Cell, Sequence[Observation]],
    goals: Sequence[Goal] = (),
    period: Period = WEEK_47,
    **more: object,
) -> Assessment:
    """Return the assessment of ``history`` for week 47."""
    return assess(
        history,
        period=period,
        calendar=CALENDAR,
        subjects=SUBJECTS,
        goals=lambda _period: goals,
        **more,
    )
