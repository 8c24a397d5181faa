"""What customers use: who was active, when, and which part of the product."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tasks.sample import story
from tasks.sample.chance import Numbers, chance, shuffled, steady
from tasks.sample.files import Export, numbered
from tasks.sample.panel import Flags, Panel, usual
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
    besides = np.array(list(story.USES_BESIDES_THE_FIRST.values()))[panel.plan]
    counts = (1 + rng.poisson(besides)) * panel.is_here_at_all
    counts[_idle(panel, rng)] = 0
    counts = np.where(_is_fading(panel), rng.binomial(counts, story.STAYS_BEFORE_LEAVING), counts)
    lives, weeks = np.nonzero(counts)
    often = counts[lives, weeks]
    return np.repeat(lives, often), np.repeat(weeks, often)


def _idle(panel: Panel, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Return the customer and the week wherever nobody used the product."""
    idle = usual(panel, np.array(list(story.IDLE_SHARE.values())))
    counts = steady(rng, idle)
    found = [
        (life, week)
        for (place, week), count in np.ndenumerate(counts)
        for life in rng.permutation(panel.members(place, week))[:count]
    ]
    lives, weeks = zip(*found, strict=True)
    return np.array(lives), np.array(weeks)


def _is_fading(panel: Panel) -> Flags:
    """Return which customers use the product less in which weeks, because they will leave."""
    left = panel.end_at[:, None] - panel.opens_at
    fading: Flags = left < np.timedelta64(story.WEEKS_OF_FADING, "W")
    return fading
