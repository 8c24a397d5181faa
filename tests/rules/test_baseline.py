"""The level by then, and how far periods stray from it beyond chance."""

from __future__ import annotations

import numpy as np

from tasks.model import Grain
from tasks.rules.baseline import Seen, fit
from tasks.rules.noises import COUNTS


def fitted(seen, exposed, unsure=0.0):
    ones = np.ones_like(seen)
    rates = Seen(seen / exposed, exposed * ones, ones, unsure * ones)
    return fit(rates, np.array([seen.shape[1] - 1]), Grain.DAY, COUNTS)


def strays(seen, exposed, unsure=0.0):
    """Return how far the periods of each cell stray by the end, as a share of the level."""
    found = fitted(seen, exposed, unsure)
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


def test_what_goes_up_and_down_slowly_is_like_the_day_before():
    random, away = np.random.default_rng(6), np.zeros((200, 84))
    for day in range(1, 84):
        away[:, day] = 0.8 * away[:, day - 1] + random.normal(0, 0.1, 200)
    slow = fitted(random.poisson(1000 * np.exp(away)).astype(float), np.ones(84))
    quick = fitted(random.poisson(1000 * random.gamma(36, 1 / 36, (200, 84))), np.ones(84))
    assert np.median(slow.echo[:, -1] / slow.between[:, -1]) > 0.3
    assert np.quantile(quick.echo[:, -1] / quick.between[:, -1], 0.9) < 0.05
