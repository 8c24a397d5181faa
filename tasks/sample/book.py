"""The book of customers while the weeks are played, and the cards that are dealt to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from tasks.model import Period
from tasks.sample import story
from tasks.sample.chance import dealt, odds, sizes
from tasks.sample.lives import Life
from tasks.sample.people import Profiles
from tasks.sample.story import Place
from tasks.sample.timeline import Timeline


def _ladders(
    rng: np.random.Generator, spreads: Mapping[str, story.Spread]
) -> dict[str, Iterator[int]]:
    return {plan: sizes(rng, spread, story.MOST_SEATS) for plan, spread in spreads.items()}


class Cards:
    """Everything that is dealt rather than drawn, so that no week gets more than its luck."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Lay out the packs."""
        self.places = dealt(rng, story.LOST_OF_40)
        self.losses = dealt(rng, story.LOST_IN_A_WEEK, sum(story.LOST_IN_A_WEEK.values()))
        self.reasons = dealt(rng, story.REASONS)
        self.unpaid = dealt(rng, odds(story.UNPAID_SHARE_OF_LOST))
        self.trials = dealt(rng, odds(story.TRIAL_SHARE))
        self.discounts = dealt(rng, story.DISCOUNTS)
        self.yearly = {plan: dealt(rng, odds(share)) for plan, share in story.ANNUAL_SHARE.items()}
        self.seats_at_first = _ladders(rng, story.SEATS_AT_FIRST)
        self.seats_of_newcomers = _ladders(rng, story.SEATS_OF_NEWCOMERS)


@dataclass
class Book:
    """All lives while the weeks are played; ``settled`` are those who may be picked this week."""

    timeline: Timeline
    rng: np.random.Generator
    profiles: Profiles
    cards: Cards
    lives: list[Life] = field(default_factory=list)
    settled: list[Life] = field(default_factory=list)
    to_regain: float = 0.0  # dollars of MRR that the account managers still have to win

    def new_life(self, place: Place, *, is_test: bool = False) -> Life:
        """Return a customer who has not begun yet."""
        profile = self.profiles.next(place, is_test=is_test)
        life = Life(profile, next(self.cards.yearly[place.plan]), next(self.cards.discounts))
        self.lives.append(life)
        return life

    def shuffle(self, week: Period) -> None:
        """Find out who may be picked in ``week``, in random order."""
        settled = [life for life in self.lives if life.is_settled(week.start_at)]
        self.settled = [settled[place] for place in self.rng.permutation(len(settled))]

    def pick(self, wanted: Callable[[Life], bool] = lambda _: True) -> Life | None:
        """Take out and return the next settled customer who is ``wanted``."""
        for place, life in enumerate(self.settled):
            if wanted(life):
                return self.settled.pop(place)
        return None

    def members(self, at: datetime) -> Counter[Place]:
        """Return how many customers each place has at ``at``."""
        return Counter(life.place for life in self.lives if life.is_customer(at))

    def mrr(self) -> float:
        """Return roughly what all customers pay a month, in dollars."""
        return sum(life.dollars() for life in self.lives)

    def times(self, a_week: float) -> int:
        """Return how often something that happens ``a_week`` times happens in one week."""
        return int(a_week + self.rng.random())

    def share(self, low: float, high: float) -> float:
        """Return a random share between ``low`` and ``high``."""
        return float(self.rng.uniform(low, high))

    def moment(self, week: Period) -> datetime:
        """Return a working moment in ``week``."""
        return self.timeline.in_week(self.rng, week)
