"""A history is evenly spaced: a gap in the data stays a gap."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from tasks.model import Base, Status
from tasks.rules.history import History, position
from tests.rules.drawing import CALENDAR, NPS, table, weeks


def test_missing_weeks_are_places_without_a_value():
    history = table("""
        2026-W44 | 3 | 604
        2026-W47 | 4 | 604
    """)
    assert len(history) == 4
    np.testing.assert_array_equal(history.numerators, [3, np.nan, np.nan, 4])
    assert history.period_at(1) is None
    assert history.period_at(3).key == "2026-W47"


def test_missing_values_and_empty_denominators_are_no_values():
    history = weeks("3 - 0", of=[600, 600, 0])
    np.testing.assert_array_equal(history.values, [3 / 600, np.nan, np.nan])


def test_a_kpi_without_denominator_has_one_of_one():
    history = weeks("3 4")
    np.testing.assert_array_equal(history.denominators, [1, 1])
    np.testing.assert_array_equal(history.sizes, [np.nan, np.nan])


def test_sums_of_squares_are_kept_where_there_are_any():
    history = weeks([5, 6], of=2, subject=NPS, squares=[13, None])
    np.testing.assert_array_equal(history.squares, [13, np.nan])


def test_an_empty_history_is_empty():
    history = History(weeks("1").cell, (), ())
    assert (len(history), history.newest, history.of("2026-W47")) == (0, None, None)
    assert history.numerators.size == 0


def test_a_history_out_of_order_is_refused():
    good = weeks("1 2")
    with pytest.raises(ValueError, match="not in order"):
        History(good.cell, good.periods[::-1], good.observations[::-1])
    with pytest.raises(ValueError, match="one period for every observation"):
        History(good.cell, good.periods, good.observations[:1])


@pytest.mark.parametrize("key", ["2025-12-31", "2026-W01", "2026-12", "2026-Q4", "2026"])
def test_positions_grow_by_one(key):
    period = CALENDAR.period(key)
    assert position(CALENDAR.following(period)) == position(period) + 1


def test_every_base_has_its_own_name():
    assert len({base.value for base in Base}) == len(Base)


def test_an_imported_share_is_weighed_like_our_own_first_value():
    own = weeks("3 6", of=[600, 606])
    bare = {"numerator": Decimal("0.01"), "denominator": None, "unit": "ratio"}
    past = replace(own.observations[0], status=Status.IMPORTED, **bare)
    with_past = History(own.cell, own.periods, (past, own.observations[1]))
    np.testing.assert_allclose(with_past.numerators, [6.06, 6])
    np.testing.assert_allclose(with_past.denominators, [606, 606])
    np.testing.assert_allclose(with_past.values, [0.01, 6 / 606])
    alone = History(own.cell, own.periods[:1], (past,))
    np.testing.assert_allclose(alone.values, [0.01])
