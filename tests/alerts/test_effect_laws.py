"""Effects by chance: without one it is seldom seen, with one it is found, and everybody is nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.alerts.effect import Outcome, effect
from tests.alerts.weeks import BEGINS, CHURN, CSAT, TICKETS, action, cell, history, known

RUNS = 120
LOOKS = range(BEGINS + 3, 52, 2)
SEGMENTS = {"SMB": (150, 0.03), "MID": (300, 0.02), "ENT": (80, 0.01)}
SEEDS = st.integers(0, 2**32 - 1)


def churn(rng, effect_of=1.0):
    """A year of three segments under one season; SMB's rate times ``effect_of`` after the action."""
    season = 1 + 0.3 * np.sin(np.arange(52) / 8)
    made = []
    for name, (size, rate) in SEGMENTS.items():
        times = np.where((np.arange(52) >= BEGINS) & (name == "SMB"), effect_of, 1.0)
        left = rng.binomial(size, rate * season * times)
        made.append(history(cell(CHURN, name), [(int(one), size) for one in left]))
    return made


def counted(rng, effect_of=1.0):
    return [
        history(cell(TICKETS, name), [(int(one),) for one in rng.poisson(mean, 52)])
        for name, mean in (("SMB", 20 * effect_of), ("ENT", 40))
    ]


def scored(rng, shift=0.0):
    made = []
    for name in ("SMB", "MID", "ENT"):
        rows = []
        for _ in range(52):
            answers = rng.integers(1, 6, int(rng.integers(5, 30))) + shift
            rows.append((answers.sum(), len(answers), len(answers), (answers**2).sum()))
        made.append(history(cell(CSAT, name), rows))
    return made


def outcomes(subject, histories):
    mine = action(subject=subject)
    return [effect(mine, known(subject, histories, mine, until=until)).outcome for until in LOOKS]


@pytest.mark.parametrize(
    ("subject", "company"), [(CHURN, churn), (TICKETS, counted), (CSAT, scored)]
)
def test_without_an_effect_it_is_seldom_said_to_have_worked_whenever_one_looks(subject, company):
    seen = [outcomes(subject, company(np.random.default_rng(seed))) for seed in range(RUNS)]
    at_the_end = sum(one[-1] is Outcome.WORKED for one in seen) / RUNS
    at_any_look = sum(Outcome.WORKED in one for one in seen) / RUNS
    assert at_the_end <= 0.13  # one side of an 80 % interval
    assert at_any_look <= 0.2


def test_when_it_halves_a_rate_it_is_found_more_often_than_not():
    seen = [outcomes(CHURN, churn(np.random.default_rng(seed), 0.5)) for seed in range(RUNS)]
    assert sum(one[-1] is Outcome.WORKED for one in seen) / RUNS >= 0.8
    assert not any(Outcome.WORSE in one for one in seen)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(-8, 8).filter(bool))
def test_points_added_to_every_segment_after_the_action_change_no_verdict(seed, shift):
    mine = action(subject=CSAT)

    def shifted(one):
        rows = [
            (float(seen.numerator), seen.n, seen.n, float(seen.sum_of_squares))
            for seen in one.observations
        ]
        moved = [
            (total + shift * n, n, n, squares + 2 * shift * total + shift**2 * n)
            for total, n, _, squares in rows[BEGINS:]
        ]
        return history(one.cell, [*rows[:BEGINS], *moved])

    plain = scored(np.random.default_rng(seed))
    before = effect(mine, known(CSAT, plain, mine, until=51))
    after = effect(mine, known(CSAT, map(shifted, plain), mine, until=51))
    assert after.change == pytest.approx(before.change, abs=1e-9)
    assert after.low == pytest.approx(before.low, abs=1e-9)
    assert after.outcome == before.outcome


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 60), st.integers(20, 60))
def test_an_interval_always_holds_its_estimate(seed, size, until):
    rng = np.random.default_rng(seed)
    histories = [
        history(cell(CHURN, name), [(int(rng.integers(0, size + 1)), size) for _ in range(60)])
        for name in ("SMB", "ENT")
    ]
    mine = action()
    seen = effect(mine, known(CHURN, histories, mine, until=until))
    if seen.change is not None:
        assert seen.low <= seen.change <= seen.high
        assert seen.visible > 0
