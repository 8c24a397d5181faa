"""How much does chance move numbers of each kind, and what do we assume before seeing any?"""

from __future__ import annotations

import numpy as np

from tasks.rules.baseline import Noise
from tasks.rules.history import Floats

BEYOND_CHANCE = 0.15  # assumed: chance variance is exceeded by so much of itself
COUNTS_BEYOND_CHANCE = 0.5  # counts of tickets or orders come in bunches
SWING_OF_SHARES = 0.15  # assumed: they differ between periods by so much of themselves at most
SWING_OF_COUNTS = 0.25
WANDER = 0.03  # rates drift by so much of themselves between the past and now
LEAST_EVENTS = 0.5  # a year without one event does not make the next event impossible
NOTHING = 1e-12


def _rarer(level: Floats) -> Floats:
    return np.minimum(level, np.maximum(1 - level, NOTHING))


def _some(level: Floats, exposed: Floats) -> Floats:
    return np.maximum(level, LEAST_EVENTS / np.maximum(exposed, 1.0))


COUNTS = Noise(
    unit=lambda level, _: np.maximum(level, NOTHING),
    size=lambda level, _: level,
    assumed=COUNTS_BEYOND_CHANCE,
    wander=WANDER,
    swing=SWING_OF_COUNTS,
    is_counted=True,
    tame=_some,
)
SHARES = Noise(
    unit=lambda level, _: np.maximum(level * (1 - np.minimum(level, 0.99)), NOTHING),
    size=lambda level, _: _rarer(level),
    assumed=BEYOND_CHANCE,
    wander=WANDER,
    swing=SWING_OF_SHARES,
    is_counted=True,
    tame=_some,
)
PLAIN = Noise(
    unit=lambda _, pooled: pooled,
    size=lambda _, pooled: np.sqrt(pooled),
    assumed=BEYOND_CHANCE,
    wander=WANDER / 3,  # of what single answers differ by, which is more than what levels do
)
LOGARITHMS = Noise(
    unit=lambda _, pooled: pooled,
    size=lambda level, _: np.ones_like(level),
    assumed=BEYOND_CHANCE,
    wander=WANDER * 2 / 3,
)
ROOTS = Noise(
    unit=lambda level, pooled: pooled * (level / 3) ** 2,
    size=lambda level, _: np.abs(level) / 3,
    assumed=BEYOND_CHANCE,
    wander=WANDER,
)
