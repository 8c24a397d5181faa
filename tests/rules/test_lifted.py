"""No weekday lifts a share above all there is, however few the trials that tell of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.model import ALL
from tasks.rules.reading import newest_reading
from tests.rules.drawing import CSAT, weeks

SUNDAY = "2026-11-22"
days = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=70, max_size=84)


def drawn(found, segment=(ALL, ALL)):
    """Return days with answers; ``(2, 1)`` is two good answers and a bad one, (0, 0) none."""
    good = [good if good + bad else None for good, bad in found]
    of = [good + bad or None for good, bad in found]
    return weeks(good, of, subject=CSAT, last=SUNDAY, segment=segment)


@pytest.mark.filterwarnings("error")
@settings(deadline=None)
@given(days, st.integers(1, 3))
def test_of_few_answers_not_more_than_all_are_expected_to_be_good(found, last):
    history = drawn([*found, (0, last)])
    reading = newest_reading(history, CSAT)
    if reading and reading.outlook:
        law = reading.outlook.law
        assert 0 < law.mean < last
        assert 0 <= law.quantile(0.05) <= law.quantile(0.95) <= last


def test_good_days_of_the_others_are_good_days_of_a_segment_that_began_badly():
    rest = [(95, 5) if day % 7 == 6 else (45, 55) for day in range(84)]
    began = [(2, 0) if day % 7 == 6 else (1, 2) if day < 9 else (4, 1) for day in range(83)]
    few = drawn([*began, (0, 1)], ("plan", "Starter"))
    others = [drawn(rest), *(drawn(rest, ("plan", plan)) for plan in ("Growth", "Scale"))]
    law = newest_reading(few, CSAT, [*others, few]).outlook.law
    assert law.mean == pytest.approx(0.9, abs=0.05)  # of one answer on a day of the good kind
    assert law.at_most(0) > 0.05


def test_a_day_that_is_always_good_is_expected_to_be():
    rng = np.random.default_rng(1)
    share = [0.95 if day % 7 == 6 else 0.5 for day in range(84)]
    found = [(int(good), 200 - int(good)) for good in rng.binomial(200, share)]
    law = newest_reading(drawn(found), CSAT).outlook.law
    assert law.mean / 200 == pytest.approx(0.95, abs=0.03)
