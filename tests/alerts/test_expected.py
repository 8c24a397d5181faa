"""The range that was to be expected of each period, seen from the ones before it."""

from __future__ import annotations

from tasks.alerts.expected import expected_ranges
from tests.alerts.company import CALENDAR, SUBJECTS, cell, seen, usual


def ranges(key, numbers, of=None):
    where = cell(key)
    return expected_ranges(SUBJECTS.of(where), seen(where, numbers, of), CALENDAR)


def test_each_of_the_last_26_weeks_has_its_range():
    found = ranges("logo_churn_rate", usual(9, "2 1 3 2 2"), of=250)
    assert len(found) == 26
    assert max(found) == "2026-W47"
    newest = found["2026-W47"]
    assert newest.low * 250 <= 2 <= newest.high * 250 < 9


def test_the_first_weeks_have_none():
    found = ranges("logo_churn_rate", [2, 1, 3] * 6, of=250)
    assert 0 < len(found) < 18


def test_a_stock_has_no_law():
    assert ranges("mrr", [1000 + week for week in range(40)]) == {}
    assert ranges("mrr", []) == {}
