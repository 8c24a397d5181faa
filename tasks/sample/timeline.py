"""When things happen: the weeks of the history, and company hours turned into UTC instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tasks.calendar import Calendar
from tasks.model import Grain, Period
from tasks.sample import story
from tasks.sample.chance import Numbers

Instants = NDArray[np.datetime64]

DAY = timedelta(days=1)
DAYS_A_WEEK = 7
MINUTES_A_DAY = 24 * 60
DAY_OF_WEEK = {0: 0.20, 1: 0.20, 2: 0.19, 3: 0.18, 4: 0.15, 5: 0.04, 6: 0.04}
BUSY_HOURS = {"AMER": (8, 19), "EMEA": (3, 13), "APAC": (17, 24)}  # on New York's clock


@dataclass(frozen=True)
class Timeline:
    """The weeks of the history, oldest first; the last one is over when ``now`` comes."""

    calendar: Calendar
    now: datetime
    weeks: tuple[Period, ...]

    @property
    def last_week(self) -> Period:
        """The last full week: the one the digest is about."""
        return self.weeks[-1]

    @property
    def first_at(self) -> datetime:
        """The instant the history begins."""
        return self.weeks[0].start_at

    @property
    def desk_seen_at(self) -> datetime:
        """The last instant the helpdesk's export knows of."""
        return self.last_week.end_at + story.DESK_LAST_SEEN

    @property
    def price_rises_at(self) -> datetime:
        """The instant from which on the new price holds."""
        return self.weeks[-story.PRICE_WEEK].start_at

    def weeks_back(self, period: Period) -> int:
        """Return how many weeks ago ``period`` was, the last full week being 1."""
        return (self.weeks[-1].first_day - period.first_day).days // DAYS_A_WEEK + 1

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """The months of the history, the running one included."""
        first = self.calendar.containing(Grain.MONTH, self.weeks[0].end_day)
        return self.calendar.between(first, self.calendar.containing(Grain.MONTH, self.today))

    @property
    def today(self) -> date:
        """The company's date now."""
        return self.calendar.local_day(self.now)

    @cached_property
    def _midnights(self) -> Instants:
        days = (self.today - self.weeks[0].first_day).days + DAYS_A_WEEK
        first = self.weeks[0].first_day
        midnights = [self.calendar.midnight(first + DAY * day) for day in range(days)]
        return np.array([naive(at) for at in midnights], dtype="datetime64[s]")

    def instants(self, weeks: Numbers, days: Numbers, minutes: Numbers) -> Instants:
        """Return the UTC instants of local ``minutes`` on the ``days`` of ``weeks``, from 0."""
        begun = self._midnights[weeks * DAYS_A_WEEK + days]
        at: Instants = begun + minutes.astype("timedelta64[m]")
        return at

    def moments(self, rng: np.random.Generator, weeks: Numbers, regions: Numbers) -> Instants:
        """Return a working moment in each of ``weeks`` for customers of ``regions``."""
        shares = np.cumsum(list(DAY_OF_WEEK.values()))
        days = np.minimum(np.searchsorted(shares, rng.random(weeks.size)), DAYS_A_WEEK - 1)
        hours = np.array([BUSY_HOURS[region] for region in story.REGIONS])[regions] * 60
        at = hours[:, 0] + (hours[:, 1] - hours[:, 0]) * rng.beta(1.6, 1.6, weeks.size)
        minutes = np.minimum(at.astype(np.int64), MINUTES_A_DAY - 1)
        seconds = rng.integers(0, 60, weeks.size).astype("timedelta64[s]")
        found: Instants = self.instants(weeks, days, minutes) + seconds
        return found

    def in_week(self, rng: np.random.Generator, week: Period, *, weekend: bool = False) -> datetime:
        """Return a working moment (UTC) in ``week``, on a weekday unless ``weekend``."""
        day = week.first_day + DAY * int(rng.integers(0, DAYS_A_WEEK if weekend else 5))
        minutes = int(rng.integers(8 * 60, 18 * 60))
        return self.calendar.midnight(day) + timedelta(minutes=minutes)


def naive(at: datetime) -> datetime:
    """Return ``at``, which is UTC, without its zone, as NumPy wants it."""
    return at.replace(tzinfo=None)


def timeline(now: datetime) -> Timeline:
    """Return the weeks of 18 full months up to the last week that is over at ``now``."""
    calendar = Calendar(story.TIMEZONE)
    last = calendar.last_complete(Grain.WEEK, now)
    month = calendar.containing(Grain.MONTH, last.end_day - DAY)
    first_month = calendar.previous(month, story.MONTHS_OF_HISTORY)
    first = calendar.containing(Grain.WEEK, first_month.first_day)
    return Timeline(calendar, now, calendar.between(first, last))
