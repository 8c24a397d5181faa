"""What customers ask the helpdesk, when, and how fast they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tasks.sample import story
from tasks.sample.chance import Numbers, Reals, chance, evenly, shuffled, steady
from tasks.sample.panel import PLACES, Flags, Panel, usual
from tasks.sample.timeline import Instants, naive

NEVER = np.datetime64("NaT", "s")
TAGS = tuple(story.TAGS)
PRIORITIES = tuple(story.PRIORITIES)
TROUBLE = PLACES.index(story.TROUBLE)
KINDS = {"usual": 0.953, "spam": 0.012, "by agent": 0.025, "unanswered": 0.010}
USUAL, SPAM, BY_AGENT, UNANSWERED = range(len(KINDS))
REOPENED_AFTER_HOURS = (8, 200)
HOURS_TO_SOLVE_AGAIN = (1, 30)
MOST_REPLIES = 5
FURTHEST = 2.4  # standard deviations on the log scale: no answer takes months


@dataclass(frozen=True)
class Tickets:
    """All tickets by time of creation; what has not come yet is NaT. ``kind`` is one of KINDS."""

    panel: Panel
    week: Numbers
    life: Numbers
    kind: Numbers
    tag: Numbers
    priority: Numbers
    about_price: Flags
    created_at: Instants
    replied_at: Instants
    solved_at: Instants
    reopened_at: Instants
    last_solved_at: Instants

    @property
    def weeks_back(self) -> Numbers:
        """How many weeks ago each ticket came, the last full week being 1."""
        return len(self.panel.timeline.weeks) - self.week

    @property
    def place(self) -> Numbers:
        """Which place each ticket comes from."""
        found: Numbers = self.panel.place[self.life, self.week]
        return found

    @property
    def is_troubled(self) -> Flags:
        """Which tickets come from the place of the story."""
        found: Flags = self.place == TROUBLE
        return found


class Asked(NamedTuple):
    """Who asked in which week, and when."""

    week: Numbers
    life: Numbers
    at: Instants


def tickets(panel: Panel, seed: int) -> Tickets:
    """Return every ticket the helpdesk's export knows of."""
    rng = chance(seed, "tickets")
    asked = _asked(panel, rng)
    size = asked.week.size
    place = panel.place[asked.life, asked.week]
    troubled = place == TROUBLE
    back = len(panel.timeline.weeks) - asked.week
    about_price = _about_price(rng, troubled, back)
    in_story = troubled & (back <= story.PRICE_WEEK)
    kind = np.where(in_story, USUAL, shuffled(rng, KINDS, size))
    tag = evenly(rng, story.TAGS, place)
    tag = np.where(in_story & (tag == TAGS.index("billing")), TAGS.index("how-to"), tag)
    priority = shuffled(rng, story.PRIORITIES, size)
    answered = _answered(panel, rng, asked, priority)
    return Tickets(
        panel,
        asked.week,
        asked.life,
        kind,
        np.where(about_price, TAGS.index("billing"), tag),
        priority,
        about_price,
        asked.at,
        *(_known(panel, at, kind) for at in answered),
    )


def _asked(panel: Panel, rng: np.random.Generator) -> Asked:
    counts = _counts(panel, rng)
    weeks, lives = [], []
    for week in range(panel.opens_at.size):
        for place in range(len(PLACES)):
            count = counts[place, week]
            lives.append(np.resize(rng.permutation(panel.members(place, week)), count))
            weeks.append(np.full(count, week))
    asked = Asked(np.concatenate(weeks), np.concatenate(lives), np.empty(0, "datetime64[s]"))
    at = panel.timeline.moments(rng, asked.week, panel.region[asked.life])
    seen_at = np.datetime64(naive(panel.timeline.desk_seen_at))
    kept = np.flatnonzero((at <= seen_at) & panel.was_here(asked.life, at))
    order = kept[np.argsort(at[kept], kind="stable")]
    at = at[order]
    at[-1] = seen_at  # the last thing the export knows of
    return Asked(asked.week[order], asked.life[order], at)


def _counts(panel: Panel, rng: np.random.Generator) -> Numbers:
    """Return how many tickets come from each place in each week."""
    counts = steady(rng, usual(panel, np.array(list(story.TICKETS_A_CUSTOMER.values()))))
    for back, count in story.TROUBLE_TICKETS.items():
        counts[TROUBLE, len(panel.timeline.weeks) - back] = count
    return counts


def _about_price(rng: np.random.Generator, troubled: Flags, back: Numbers) -> Flags:
    """Return which tickets are about the new price."""
    found = np.zeros(troubled.size, dtype=bool)
    for week, count in story.TROUBLE_BILLING_TICKETS.items():
        candidates = rng.permutation(np.flatnonzero(troubled & (back == week)))
        found[candidates[:count]] = True
    return found


def _answered(
    panel: Panel, rng: np.random.Generator, asked: Asked, priority: Numbers
) -> tuple[Instants, Instants, Instants, Instants]:
    """Return when each ticket was first answered, solved, reopened and solved for good."""
    size = asked.week.size
    first, last = story.FIRST_REPLY_MINUTES
    median = first + (last - first) * asked.week / panel.opens_at.size
    factor = np.array([story.REPLY_FACTOR[name] for name in PRIORITIES])[priority]
    replied = asked.at + _seconds(median * factor * _lopsided(rng, story.REPLY_SIGMA, size) * 60)
    hours = story.HOURS_TO_SOLVE
    solved = replied + _seconds(hours.median * _lopsided(rng, hours.sigma, size) * 3600)
    reopens = rng.random(size) < story.REOPENED_SHARE
    reopened = solved + _seconds(rng.uniform(*REOPENED_AFTER_HOURS, size) * 3600)
    again = reopened + _seconds(rng.uniform(*HOURS_TO_SOLVE_AGAIN, size) * 3600)
    reopened = np.where(reopens, reopened, NEVER)
    return replied, solved, reopened, np.where(reopens, again, solved)


def _lopsided(rng: np.random.Generator, sigma: float, size: int) -> Reals:
    factors: Reals = np.exp(sigma * np.clip(rng.standard_normal(size), -FURTHEST, FURTHEST))
    return factors


def _seconds(seconds: Reals) -> np.ndarray[tuple[int, ...], np.dtype[np.timedelta64]]:
    return seconds.astype(np.int64).astype("timedelta64[s]")


def _known(panel: Panel, at: Instants, kind: Numbers) -> Instants:
    """Return ``at`` without what the export cannot know, and without answers nobody gave."""
    seen_at = np.datetime64(naive(panel.timeline.desk_seen_at))
    hidden = (at > seen_at) | (kind == SPAM) | (kind == UNANSWERED)
    known: Instants = np.where(hidden, NEVER, at)
    return known
