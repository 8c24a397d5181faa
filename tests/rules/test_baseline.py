"""The level by then, and how far periods stray from it beyond chance."""

from __future__ import annotations

import numpy as np

from tasks.model import Grain
from tasks.rules.baseline import Seen, fit
from tasks.rules.noises import COUNTS


def strays(seen, exposed, unsure=0.0):
    """Return how far the periods of each cell stray by the end, as a share of the level."""
    ones = np.ones_like(seen)
    rates = Seen(seen / exposed, exposed * ones, ones, unsure * ones)
    found = fit(rates, np.array([seen.shape[1] - 1]), Grain.DAY, COUNTS)
    return np.sqrt(found.between[:, -1]) / found.level[:, -1]


def test_the_noise_of_weekends_does_not_hide_how_steady_weekdays_are():
    week = np.tile([1.2, 1.1, 1, 0.9, 0.8, 0.1, 0.1], 12)
    drawn = np.random.default_rng(3).poisson(60 * week, (200, week.size)).astype(float)
    assert np.quantile(strays(drawn, week), 0.9) < 0.1


def test_what_the_calendar_was_not_known_for_is_not_taken_for_unrest():
    random = np.random.default_rng(4)
    wrong = np.exp(random.normal(0, 0.1, (200, 84)))
    drawn = random.poisson(400 * wrong).astype(float)
    assert np.median(strays(drawn, np.ones(84))) > 0.09
    assert np.median(strays(drawn, np.ones(84), unsure=0.01)) < 0.03


def test_far_more_unrest_than_assumed_is_believed_soon():
    random = np.random.default_rng(5)
    drawn = random.poisson(1000 * random.gamma(16, 1 / 16, (200, 40))).astype(float)
    assert np.median(strays(drawn, np.ones(40))) > 0.22  # a quarter, in truth
