"""Holidays, quarter ends and weekdays are learned from those before, by all segments together."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tasks.model import Grain
from tasks.rules.seasons import Occasions, learned, no_seasons, occasions

MONDAY = date(2024, 12, 16)
PRIOR = Occasions(holiday=0.35, quarter_end=0.4)


def week(day):
    return day.toordinal() // 7


def test_the_weeks_around_new_year():
    found = occasions(Grain.WEEK, week(MONDAY), 4)
    assert found["holiday"] == pytest.approx([0, 0.5 * 2, 0, 0], abs=0.01)
    assert found["holiday and year end"] == pytest.approx([0, 0, 3 / 7, 0])
    assert found["quarter end"] == pytest.approx([0, 0, 0, 0])


def test_a_quarter_ends_in_its_last_week():
    found = occasions(Grain.WEEK, week(date(2025, 3, 17)), 4)
    assert list(found["quarter end"]) == [0, 0, 1, 0]


def test_weekdays_and_months():
    days = occasions(Grain.DAY, date(2025, 5, 5).toordinal(), 7)
    assert [days[f"weekday {k}"][k] for k in range(7)] == [1] * 7
    months = occasions(Grain.MONTH, 2025 * 12, 12)
    assert list(months["quarter end"]) == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert months["holiday"][11] == 1


def weekends(cells, weeks=20):
    shape = np.tile([0.2] * 5 + [-1.0, -1.0], weeks)
    return np.tile(shape, (cells, 1)), date(2025, 1, 6).toordinal()


def test_a_weekday_is_known_only_after_it_was_seen():
    departures, first = weekends(3)
    kpi = np.zeros(3, dtype=np.intp)
    found = learned(departures, np.full(departures.shape, 50.0), kpi, (Grain.DAY, first), PRIOR)
    assert (found.effect[:, :11] == 0).all()
    assert found.effect[0, -1] == pytest.approx(-1.0, abs=0.05)
    assert found.effect[0, -3] == pytest.approx(0.2, abs=0.05)
    assert found.variance[0, -1] < found.variance[0, 12]


def test_segments_learn_from_their_own_kpi_only():
    departures, first = weekends(2)
    departures[1] = 0.0
    kpi = np.array([0, 1])
    found = learned(departures, np.full(departures.shape, 50.0), kpi, (Grain.DAY, first), PRIOR)
    assert found.effect[0, -1] < -0.9
    assert found.effect[1, -1] == pytest.approx(0.0)


def test_the_future_changes_no_effect():
    departures, first = weekends(2)
    kpi, days = np.zeros(2, dtype=np.intp), (Grain.DAY, first)
    whole = learned(departures, np.ones(departures.shape), kpi, days, PRIOR)
    part = learned(departures[:, :90], np.ones((2, 90)), kpi, days, PRIOR)
    assert np.array_equal(whole.effect[:, :90], part.effect)


def test_quarters_and_years_have_no_seasons():
    quarters = learned(
        np.ones((1, 9)), np.ones((1, 9)), np.zeros(1, int), (Grain.QUARTER, 0), PRIOR
    )
    assert np.array_equal(quarters.effect, no_seasons((1, 9)).effect)
