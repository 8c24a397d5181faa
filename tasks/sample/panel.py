"""Customers by weeks, as arrays: who was here, on which plan, with how many seats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tasks.sample import story
from tasks.sample.chance import Numbers, Reals, steady
from tasks.sample.lives import Life
from tasks.sample.story import Place
from tasks.sample.timeline import Instants, Timeline, naive

Flags = NDArray[np.bool_]
PLACES = tuple(story.SHARE_OF_CUSTOMERS)
FOREVER = np.datetime64("2999-01-01", "s")


@dataclass(frozen=True)
class Panel:
    """Everybody who ever paid, by the weeks of the history and the one that has just begun.

    ``plan`` and ``seats`` are [customer, week], as they stood when the week opened; ``region`` is
    by customer. Plans and regions are positions in ``story.PLANS`` and ``story.REGIONS``.
    """

    timeline: Timeline
    lives: tuple[Life, ...]
    plan: Numbers
    seats: Numbers
    region: Numbers
    first_at: Instants
    end_at: Instants

    @cached_property
    def opens_at(self) -> Instants:
        """When each week begins."""
        return week_openings(self.timeline)

    @cached_property
    def is_here(self) -> Flags:
        """Whether each customer was one when each week began."""
        here: Flags = (self.first_at[:, None] < self.opens_at) & (
            self.opens_at < self.end_at[:, None]
        )
        return here

    @cached_property
    def is_here_at_all(self) -> Flags:
        """Whether each customer was one at any time of each week."""
        ends = self.opens_at + np.timedelta64(1, "W")
        here: Flags = (self.first_at[:, None] < ends) & (self.opens_at < self.end_at[:, None])
        return here

    @cached_property
    def place(self) -> Numbers:
        """The position in ``PLACES`` of each customer in each week."""
        position = {place: number for number, place in enumerate(PLACES)}
        table = np.array(
            [[position[Place(plan, region)] for region in story.REGIONS] for plan in story.PLANS]
        )
        found: Numbers = table[self.plan, self.region[:, None]]
        return found

    def members(self, place: int, week: int) -> Numbers:
        """Return the customers who were in ``place`` when ``week`` opened."""
        return np.flatnonzero(self.is_here[:, week] & (self.place[:, week] == place))

    def was_here(self, lives: Numbers, at: Instants) -> Flags:
        """Return whether each of ``lives`` was a customer at its instant."""
        here: Flags = (self.first_at[lives] <= at) & (at < self.end_at[lives])
        return here

    def sample(self, rng: np.random.Generator, a_week: float) -> tuple[Numbers, Numbers]:
        """Return about ``a_week`` customers in each week, as (weeks, customers)."""
        counts = steady(rng, np.full(self.opens_at.size, a_week))
        picked = [
            rng.choice(np.flatnonzero(self.is_here[:, week]), count)
            for week, count in enumerate(counts)
        ]
        return np.repeat(np.arange(counts.size), counts), np.concatenate(picked)

    def ids(self, lives: Numbers) -> pa.Array:
        """Return the customer ids of ``lives``."""
        return pa.array([life.profile.id for life in self.lives]).take(pa.array(lives))

    def owners(self, lives: Numbers) -> pa.Array:
        """Return who looks after each of ``lives`` now."""
        return pa.array([life.owner for life in self.lives]).take(pa.array(lives))

    def people(self, lives: Numbers, numbers: Numbers) -> pa.Array:
        """Return the ids of people at ``lives``; ``numbers`` count from 1."""
        return pc.binary_join_element_wise(
            self.ids(lives), pa.array(numbers).cast(pa.string()), "-u"
        )


def week_openings(timeline: Timeline) -> Instants:
    """Return when each week of the history begins, and the one after it."""
    openings = [*(week.start_at for week in timeline.weeks), timeline.last_week.end_at]
    return np.array([naive(at) for at in openings], dtype="datetime64[s]")


def panel(timeline: Timeline, lives: tuple[Life, ...]) -> Panel:
    """Return the customers of ``lives``, week by week; those who only tried are left out."""
    customers = tuple(life for life in lives if life.first_paid_at is not None)
    opens_at = week_openings(timeline)
    plan = np.zeros((len(customers), opens_at.size), dtype=np.int64)
    seats = np.ones_like(plan)
    for row, life in enumerate(customers):
        begins = np.array([naive(change.at) for change in life.changes], dtype="datetime64[s]")
        latest = np.maximum(0, np.searchsorted(begins, opens_at) - 1)
        plan[row] = np.array([story.PLANS.index(change.plan) for change in life.changes])[latest]
        seats[row] = np.array([change.seats for change in life.changes])[latest]
    firsts = [naive(life.first_paid_at) for life in customers if life.first_paid_at is not None]
    ends = [FOREVER if life.ends_at is None else naive(life.ends_at) for life in customers]
    return Panel(
        timeline=timeline,
        lives=customers,
        plan=plan,
        seats=seats,
        region=np.array([story.REGIONS.index(life.profile.region) for life in customers]),
        first_at=np.array(firsts, dtype="datetime64[s]"),
        end_at=np.array(ends, dtype="datetime64[s]"),
    )


def usual(panel_of: Panel, a_customer: Reals) -> Reals:
    """Return what each place is expected to do in each week; ``a_customer`` is by plan."""
    expected = np.zeros((len(PLACES), panel_of.opens_at.size))
    for number, place in enumerate(PLACES):
        members = (panel_of.is_here & (panel_of.place == number)).sum(axis=0)
        expected[number] = members * a_customer[story.PLANS.index(place.plan)]
    return expected
