"""Why did an alert end, in a sentence; and when was that, as people call it?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.episode import Ending, Episode, Sign
from tasks.model import Grain
from tasks.rules.words import named

if TYPE_CHECKING:
    from datetime import date

    from tasks.model import Period

DAY = timedelta(days=1)


def why(episode: Episode, sign: Sign, ending: Ending) -> str:
    """Return why ``sign`` ends an episode: "Back to normal in November (9 of 604)"."""
    known = f" ({sign.known})" if sign.known else ""
    said = f" {sign.reason}" if sign.reason else ""
    when = called(sign.period, beside=episode.opened)
    return {
        Ending.CALM: f"Back to normal in {when}{known}.",
        Ending.NEW_NORMAL: f"This is the new normal since {day(episode.since.first_day)}.",
        Ending.CORRECTED: f"The alert about {when} no longer holds{known}.",
        Ending.EXPLAINED: f"It is explained: {_normal_since(episode)}.",
        Ending.GONE: f"Nothing more can be said.{said}",
        Ending.NO_DATA: f"Nothing could be said for too long.{said}",
    }[ending]


def _normal_since(episode: Episode) -> str:
    since = f" since {day(episode.rebased_on)}" if episode.rebased_on else ""
    return f"normal is what is so{since}"


def called(period: Period, *, beside: Period) -> str:
    """Return what a period is called, with its year where it stands beside one of another year.

    Seven days may end on any day, also those that are looked at together, so their last is named.
    """
    if period.grain is not Grain.WEEK:
        return named(period, beside)
    last = period.end_day - DAY
    year = f" {last.year}" if last.year != (beside.end_day - DAY).year else ""
    return f"the 7 days to {last.day} {last:%B}{year}"


def day(one: date) -> str:
    """Return a day as people write it: ``5 October 2026``."""
    return f"{one.day} {one:%B %Y}"
