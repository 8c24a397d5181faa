"""Among many cells, few surprises are real."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tasks.alerts.discovery import cut_off, toned_down
from tasks.model import Cell, Finding, Severity
from tests.alerts.company import cell


def spike(chance, severity=Severity.CRITICAL, rule="spike"):
    where: Cell = cell("csat")
    return Finding(rule, where, "2026-W47", severity, "down", "", chance=chance)


@pytest.mark.parametrize(
    ("chances", "looked_at", "limit"),
    [
        ([], 10, 0.0),
        ([0.001], 100, 0.001),
        ([0.003], 100, 0.0),
        ([0.001, 0.0035, 0.2], 100, 0.0035),  # 2 of 100 at 0.2 is 0.004
        ([0.5], 1, 0.0),
    ],
)
def test_the_step_up_rule(chances, looked_at, limit):
    assert cut_off(chances, looked_at) == limit


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_it_agrees_with_scipy(chances):
    adjusted = stats.false_discovery_control(chances)
    kept = [chance for chance, p in zip(chances, adjusted, strict=True) if p <= 0.2 + 1e-12]
    assert cut_off(chances, len(chances)) == pytest.approx(max(kept, default=0.0))


def test_a_critical_finding_among_too_many_cells_is_a_warning():
    (loud,) = toned_down([spike(0.001)], looked_at=100)
    (quiet,) = toned_down([spike(0.001)], looked_at=1000)
    assert (loud.severity, quiet.severity) == (Severity.CRITICAL, Severity.WARNING)


def test_what_is_no_matter_of_luck_stays_as_it_is():
    goal = spike(None, rule="goal_pacing")
    good = spike(0.5, Severity.GOOD)
    assert toned_down([goal, good], looked_at=1000) == (goal, good)
