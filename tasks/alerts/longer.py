"""Is a burst of days still one where a year of weeks says what to expect?

Single days are known for a quarter. Of what is rare that is little: after a quiet stretch any few
events look like a burst. A year of weeks has seen bursts before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks.model import Base, Family, Finding, Grain, Observation
from tasks.rules.base import Subject
from tasks.rules.laws import CountLaw
from tasks.rules.words import odds

EVENTS = frozenset({Family.COUNT, Family.COUNT_RATE, Family.BINOMIAL})
YEAR = 52  # weeks
ENOUGH = 12  # weeks; fewer know no better than the days
FEW = 5.0  # events a week; of more, the days alone tell enough, and which day it was
WORKDAYS = 5  # the events of a week may all have been on these


@dataclass(frozen=True, slots=True)
class Pace:
    """How many events there were in some weeks, and out of how many they were."""

    events: float
    out_of: float
    weeks: int

    @property
    def is_rare(self) -> bool:
        """Whether it happens seldom enough for single days to tell little."""
        return self.weeks >= ENOUGH and self.events / self.weeks < FEW


def in_longer_view(
    finding: Finding, subject: Subject, weeks: Sequence[Observation], first_day_key: str
) -> Finding:
    """Return the finding with the chance that the weeks before give it, if that is a larger one.

    Only bursts of rare events are asked about, on single days; anything else stays as it is.
    ``first_day_key`` is the week in which the days begin: it tells nothing of what was usual.
    """
    before = [one for one in weeks if one.period < first_day_key][-YEAR:]
    is_lack = finding.direction == "down" and subject.family is not Family.BINOMIAL
    if finding.cell.grain is not Grain.DAY or subject.family not in EVENTS or is_lack:
        return finding
    pace = _pace(before, subject, finding.direction)
    if finding.observed is None or finding.chance is None or not pace.is_rare:
        return finding
    chance = CountLaw(_due(finding, subject, pace)).at_least(_events_of(finding, subject))
    if chance <= finding.chance:
        return finding
    said = finding.sentence.replace(odds(finding.chance), odds(chance))
    return replace(finding, chance=chance, sentence=said)


def _pace(weeks: Iterable[Observation], subject: Subject, direction: str) -> Pace:
    known = [one for one in weeks if one.numerator is not None]
    above = sum((one.numerator or Decimal(0) for one in known), Decimal(0))
    below = sum((one.denominator or Decimal(0) for one in known), Decimal(0))
    events = below - above if _is_missing(subject, direction) else above
    return Pace(float(events), float(below), len(known))


def _is_missing(subject: Subject, direction: str) -> bool:
    """Say whether the events are those of the trials in which something did not happen."""
    return subject.family is Family.BINOMIAL and direction == "down"


def _events_of(finding: Finding, subject: Subject) -> float:
    seen = finding.observed or Decimal(0)
    if _is_missing(subject, finding.direction):
        seen = (finding.denominator or Decimal(0)) - seen
    return float(seen)


def _due(finding: Finding, subject: Subject, pace: Pace) -> float:
    """Return how many events the days would have had at the weeks' pace, and half an event more.

    Half an event: that there was none in so many weeks does not make the next one impossible.
    """
    events = pace.events + 0.5
    of_a_week = min(finding.window / WORKDAYS, 1.0)  # no window of days is longer
    if finding.denominator is None or not pace.out_of:
        return events / pace.weeks * of_a_week
    out_of = float(finding.denominator) / pace.out_of
    if subject.base is Base.OPENING or subject.family is Family.COUNT_RATE:
        return events * out_of / finding.window * of_a_week  # the same customers on each day
    return events * out_of
