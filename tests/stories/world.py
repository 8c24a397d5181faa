"""A company ruled by plain chance: who its customers are, when they come and when they go.

Unlike the sample company's, its weeks are honest draws: now and then one is bad by luck alone. What
an alert says of it must be worth saying.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

PLANS = {"Starter": 0.5, "Growth": 0.35, "Scale": 0.15}
REGIONS = {"AMER": 0.5, "EMEA": 0.3, "APAC": 0.2}
SEGMENT_OF_PLAN = {"Starter": "SMB", "Growth": "MID", "Scale": "ENT"}
PRICE = {"Starter": 30, "Growth": 44, "Scale": 58}
LOST_A_WEEK = {"Starter": 0.005, "Growth": 0.0035, "Scale": 0.002}
SEATS = {"Starter": 9, "Growth": 14, "Scale": 26}
NEW_A_WEEK = 3.0
GROWTH_A_WEEK = 0.006  # how many of the customers buy more seats in a week
OLDEST_DAYS = 900
NEWCOMER_DAYS = 90
FIRST_MONDAY = datetime(2025, 1, 6, 5, tzinfo=UTC)  # midnight in New York
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Twist:
    """What is not as usual in the weeks from ``begins`` up to ``ends``; 1.0 is as usual."""

    begins: int = 0
    ends: int = 0
    newcomers_lost: float = 1.0  # times as many customers of under 90 days leave
    late_deliveries: float = 1.0
    slow_replies: float = 1.0
    bad_ratings: float = 1.0  # of tickets and deliveries
    detractors: float = 1.0
    not_renewed: float = 1.0  # in the plan named
    plan: str = ""
    repeat_orders: float = 1.0

    def at(self, week: int, factor: float) -> float:
        """Return ``factor`` in the weeks of the twist, 1 in all others."""
        return factor if self.begins <= week < self.ends else 1.0


@dataclass(frozen=True)
class World:
    """Everything that happens in ``weeks`` weeks to about ``customers`` customers.

    The exports know of the first ``told`` weeks only: told later, the same life goes on.
    """

    seed: int
    weeks: int
    told: float
    customers: int = 600
    twist: Twist = field(default_factory=Twist)

    def rng(self, subject: str) -> np.random.Generator:
        """Return the chance of one subject: drawing more of one changes no other."""
        return np.random.default_rng([self.seed, *subject.encode()])

    def monday(self, week: float) -> datetime:
        """Return when ``week`` begins, in UTC."""
        return FIRST_MONDAY + week * WEEK

    @property
    def now(self) -> datetime:
        """The Monday morning after the last week that is told."""
        return self.monday(self.told) + timedelta(hours=8)


def customers(world: World) -> pd.DataFrame:
    """Return one row a customer: plan, region, the weeks they come and go (may be later), seats.

    ``starts`` and ``ends`` count weeks, with a fraction; ``ends`` is infinite for who stays.
    """
    rng = world.rng("customers")
    joined = rng.poisson(NEW_A_WEEK, world.weeks)
    old = -rng.uniform(0, OLDEST_DAYS / 7, world.customers)
    new = np.repeat(np.arange(world.weeks), joined) + rng.uniform(0.02, 0.7, joined.sum())
    starts = np.concatenate([old, new])
    size = len(starts)
    plan = rng.choice(list(PLANS), size, p=list(PLANS.values()))
    people = pd.DataFrame(
        {
            "customer_id": [f"C{number:04}" for number in range(size)],
            "plan": plan,
            "region": rng.choice(list(REGIONS), size, p=list(REGIONS.values())),
            "starts": starts,
            "seats": np.maximum(
                2, np.rint([SEATS[one] for one in plan] * np.exp(0.4 * rng.standard_normal(size)))
            ).astype(int),
        }
    )
    people["ends"] = _ends(world, people)
    return people


def _ends(world: World, people: pd.DataFrame) -> np.ndarray:
    """Return when each customer leaves: a draw in every week, from the plan's odds."""
    rng = world.rng("losses")
    usual = people.plan.map(LOST_A_WEEK).to_numpy()
    starts, ends = people.starts.to_numpy(), np.full(len(people), np.inf)
    for week in range(world.weeks):
        is_new = week - starts < NEWCOMER_DAYS / 7
        odds = np.where(is_new, usual * world.twist.at(week, world.twist.newcomers_lost), usual)
        leaves = (rng.random(len(people)) < odds) & (starts < week) & np.isinf(ends)
        ends[leaves] = week + rng.uniform(0.05, 0.7, leaves.sum())
    return ends


def instants(world: World, weeks: np.ndarray) -> pd.Series:
    """Return the UTC instants of ``weeks``, as they stand in a file; empty where there is none."""
    seen = np.where(np.asarray(weeks, dtype=float) < world.told, weeks, np.nan)
    seconds = np.rint(seen.astype(float) * WEEK.total_seconds())
    found = pd.Timestamp(FIRST_MONDAY) + pd.to_timedelta(pd.Series(seconds), unit="s")
    return found.dt.strftime("%Y-%m-%dT%H:%M:%SZ").fillna("")


def is_here(people: pd.DataFrame, week: int) -> np.ndarray:
    """Return which customers are there when ``week`` begins."""
    return ((people.starts < week) & (people.ends > week)).to_numpy()
