"""What was said of an alert, for who reads it later: with the days it was said of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.alerts.endings import DAY, day
from tasks.model import Grain
from tasks.rules.words import this

if TYPE_CHECKING:
    from datetime import date

    from tasks.episode import Episode, Mark


def dated(episode: Episode) -> str:
    """Return the sentence of an episode: ``that day`` was the 25th of November, long ago."""
    mark = _loudest(episode)
    when = _on(mark)
    said = this(mark.grain)
    return episode.sentence.replace(f"Started {said}.", "Started then.").replace(said, when)


def _loudest(episode: Episode) -> Mark:
    """Return the mark of the sign that the sentence is of."""
    known = (episode.severity, episode.chance)
    same = [one for one in episode.marks if one.is_loud and (one.severity, one.chance) == known]
    return same[-1] if same else episode.first


def _on(mark: Mark) -> str:
    last = mark.end_day - DAY
    if mark.grain is Grain.DAY:
        return f"on {day(last)}"
    if mark.grain is Grain.WEEK:
        return f"in the 7 days to {day(last)}"
    return f"in {_month(mark.first_day)}" if mark.grain is Grain.MONTH else f"until {day(last)}"


def _month(first: date) -> str:
    return f"{first:%B %Y}"
