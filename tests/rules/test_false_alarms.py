"""How often the spike rule cries wolf, and how often it misses one: measured on seeded series."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from tasks.model import Cell, Grain, Observation
from tasks.rules.history import History
from tasks.rules.panel import panel_of
from tasks.rules.scales import scales_of
from tasks.rules.spike import BUDGET, Sensitivity
from tasks.rules.surprise import look_at
from tests.rules.drawing import CALENDAR, CHURN, CSAT, NPS, TICKETS, WEEK_47

WARM_UP, WEEKS, SERIES = 40, 40 + 4 * 52, 60
YEARS = SERIES * (WEEKS - WARM_UP) / 52
PERIODS = tuple(CALENDAR.previous(WEEK_47, back) for back in range(WEEKS - 1, -1, -1))
LIMIT = BUDGET[Sensitivity.NORMAL]


def series(subject, seen, of=None, squares=None):
    cell = Cell(subject.key, "default", Grain.WEEK)
    made = tuple(
        Observation(
            cell.kpi,
            cell.variant,
            cell.grain,
            period.key,
            "",
            period.end_at,
            numerator=Decimal(int(seen[i])),
            denominator=None if of is None else Decimal(of),
            n=of,
            sum_of_squares=None if squares is None else Decimal(int(squares[i])),
        )
        for i, period in enumerate(PERIODS)
    )
    return History(cell, PERIODS, made)


def alarms(subject, history, rows=range(WARM_UP, WEEKS)):
    """Return on which of ``rows`` the rule would find something bad enough to alert."""
    panel = panel_of((history,), subject.family, subject.base)
    found = look_at(scales_of(panel), np.asarray(rows)).surprises[subject.bad]
    return [row for row, cost in zip(rows, found.cost[0], strict=True) if cost <= LIMIT]


def openings(loud):
    """Return the alarms that are not about the same thing as one of the eight weeks before."""
    return [row for row, before in zip(loud, [-99, *loud], strict=False) if row > before + 8]


def per_year(subject, draw):
    return sum(len(openings(alarms(subject, draw()))) for _ in range(SERIES)) / YEARS


def nps_series(random, n=41):
    answers = random.choice([100, 0, -100], p=[0.5, 0.35, 0.15], size=(WEEKS, n))
    return series(NPS, answers.sum(1), n, (answers**2).sum(1))


@pytest.mark.parametrize(
    ("subject", "draw"),
    [
        (CHURN, lambda random: series(CHURN, random.binomial(61, 0.0033, WEEKS), 61)),
        (CHURN, lambda random: series(CHURN, random.binomial(600, 0.0033, WEEKS), 600)),
        (CSAT, lambda random: series(CSAT, random.binomial(233, 0.9, WEEKS), 233)),
        (CSAT, lambda random: series(CSAT, random.binomial(233, random.beta(90, 10, WEEKS)), 233)),
        (TICKETS, lambda random: series(TICKETS, random.poisson(12, WEEKS))),
        (TICKETS, lambda random: series(TICKETS, random.poisson(187, WEEKS))),
        (
            TICKETS,
            lambda random: series(TICKETS, random.poisson(187 * random.gamma(44, 1 / 44, WEEKS))),
        ),
        (NPS, nps_series),
    ],
    ids=[
        "churn of a segment",
        "churn of a company",
        "satisfaction",
        "satisfaction that wanders",
        "few tickets",
        "many tickets",
        "tickets in bunches",
        "nps",
    ],
)
def test_false_alarms_stay_within_twice_their_budget(subject, draw):
    random = np.random.default_rng(2026)
    assert per_year(subject, lambda: draw(random)) <= 2 * BUDGET[Sensitivity.NORMAL]


@pytest.mark.parametrize("usual", [2, 12, 187])
def test_a_burst_of_five_standard_deviations_is_caught(usual):
    random = np.random.default_rng(47)
    caught = 0
    for _ in range(40):
        seen = random.poisson(usual, WEEKS)
        seen[-1] = np.ceil(usual + 5 * np.sqrt(usual))
        caught += bool(alarms(TICKETS, series(TICKETS, seen), [WEEKS - 1]))
    assert caught >= 36
