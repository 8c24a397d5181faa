"""What customers use: who was active, when, and which part of the product."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tasks.sample import story
from tasks.sample.chance import Numbers, Reals, chance, shuffled
from tasks.sample.files import Export, numbered
from tasks.sample.panel import Panel
from tasks.sample.timeline import naive

MINUTES_OF_USE = story.Spread(9.0, 0.8)
HEAVY_USERS = 1.6  # above 1: the first seats are used most


def usage_events(panel: Panel, seed: int) -> Export:
    """Return the uses of the product, oldest first: a few a week for each customer."""
    rng = chance(seed, "usage")
    lives, weeks = _who(panel, rng)
    at = panel.timeline.moments(rng, weeks, panel.region[lives])
    kept = np.flatnonzero(
        panel.was_here(lives, at) & (at < np.datetime64(naive(panel.timeline.now)))
    )
    order = kept[np.argsort(at[kept], kind="stable")]
    lives, weeks, at = lives[order], weeks[order], at[order]
    users = (panel.seats[lives, weeks] * rng.random(order.size) ** HEAVY_USERS).astype(np.int64) + 1
    spread = MINUTES_OF_USE.sigma * rng.standard_normal(order.size)
    features = pa.array(list(story.FEATURES))
    columns = {
        "event_id": numbered("E", order.size),
        "customer_id": panel.ids(lives),
        "user_id": panel.people(lives, users),
        "event_at": at,
        "feature": features.take(pa.array(shuffled(rng, story.FEATURES, order.size))),
        "duration_s": (MINUTES_OF_USE.median * 60 * np.exp(spread)).astype(np.int64),
    }
    return Export("product", "usage_events", columns)


def _who(panel: Panel, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Return the customer and the week of each use."""
    plans = np.array(list(story.USES_A_WEEK.values()))
    expected = plans[panel.plan] * panel.is_here * _fading(panel)
    counts = rng.poisson(expected)
    lives, weeks = np.nonzero(counts)
    often = counts[lives, weeks]
    return np.repeat(lives, often), np.repeat(weeks, often)


def _fading(panel: Panel) -> Reals:
    """Return how much less each customer uses the product in its last weeks."""
    left = (panel.end_at[:, None] - panel.opens_at).astype("timedelta64[D]").astype(np.float64) / 7
    fades: Reals = np.where(left < story.WEEKS_OF_FADING, story.FADE_BEFORE_LEAVING, 1.0)
    return fades
