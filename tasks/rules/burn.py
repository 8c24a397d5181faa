"""How fast is what a goal allows used up: since its period began, and of late?

One is exactly as fast as the goal allows. A goal that asks for something (new MRR, orders) burns
as fast as it is behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from tasks.model import Base, Family, Observation
from tasks.rules.aim import Aim, Race, race
from tasks.rules.history import History
from tasks.rules.laws import ShareLaw

ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class Burn:
    """How many times too fast it goes, and how likely luck alone is to be so far ahead.

    ``recent`` is the same for the last quarter of the goal's period, None where that is unknown.
    ``is_budget``: the goal allows something, and does not ask for it.
    """

    so_far: float
    chance: float
    recent: float | None = None
    is_budget: bool = True

    @property
    def least(self) -> float:
        """The slower of both windows: a burn that has stopped is none any more."""
        return self.so_far if self.recent is None else min(self.so_far, self.recent)


def burn(aim: Aim, seen: Observation, recent: History | None) -> Burn | None:
    """Return how fast the goal's allowance goes; None for what stands somewhere and has no pace."""
    found = race(aim, seen)
    if found is not None:
        return _of_race(aim, found, recent)
    if aim.subject.family is Family.BINOMIAL and aim.subject.base is Base.RUNNING:
        return _of_share(aim, seen, recent)
    return None


def forecast(aim: Aim, found: Race, recent: History | None) -> Decimal:
    """Return what the period ends with: what there is, and the rest of it as fast as of late."""
    rate = Fraction(found.seen) / aim.elapsed
    late, share = _added(aim, recent), _share_of_time(aim, recent)
    if late is not None and share:
        rate = Fraction(late) / share
    whole = Fraction(found.seen) + rate * (1 - aim.elapsed)
    return Decimal(whole.numerator) / Decimal(whole.denominator)


def _of_race(aim: Aim, found: Race, recent: History | None) -> Burn:
    late, share = _added(aim, recent), _share_of_time(aim, recent)
    of_late = None
    if late is not None and share:
        of_late = _pace(replace(found, seen=late), share)
    so_far = _pace(found, aim.elapsed)
    return Burn(so_far, found.luck(aim.elapsed), of_late, found.is_ceiling)


def _pace(found: Race, elapsed: Fraction) -> float:
    used = found.burn(elapsed)
    if found.is_ceiling:
        return used
    return 1 / used if used else ENDLESS


def _added(aim: Aim, recent: History | None) -> Decimal | None:
    """Return what was added of late to what races: events, or losses where those are counted."""
    if recent is None:
        return None
    known = [seen for seen in recent.observations if seen.numerator is not None]
    if len(known) < len(recent.observations):
        return None
    counted = sum((seen.numerator or Decimal(0) for seen in known), Decimal(0))
    if aim.subject.base is Base.OPENING and not aim.is_ceiling:
        return sum((seen.denominator or Decimal(0) for seen in known), Decimal(0)) - counted
    return counted


def _share_of_time(aim: Aim, recent: History | None) -> Fraction:
    whole = (aim.period.end_day - aim.period.first_day).days
    periods = recent.periods if recent else ()
    return Fraction(sum((one.end_day - one.first_day).days for one in periods), whole)


def _of_share(aim: Aim, seen: Observation, recent: History | None) -> Burn | None:
    """Return how many times the share of bad answers is what the goal allows."""
    allowed = float(aim.edge if aim.is_ceiling else 1 - aim.edge)
    bad, total = _bad(aim, (seen,))
    if allowed <= 0 or total < 1 or not 0 <= bad <= total:
        return None
    chance = ShareLaw(min(allowed, 1.0) * total, round(total)).at_least(bad)
    late = None
    if recent is not None:
        bad_of_late, answers = _bad(aim, recent.observations)
        late = bad_of_late / answers / allowed if answers else None
    return Burn(bad / total / allowed, chance, late)


def _bad(aim: Aim, seen: tuple[Observation, ...]) -> tuple[float, float]:
    known = [one for one in seen if one.numerator is not None and one.denominator is not None]
    counted = float(sum((one.numerator or Decimal(0) for one in known), Decimal(0)))
    total = float(sum((one.denominator or Decimal(0) for one in known), Decimal(0)))
    return (counted if aim.is_ceiling else total - counted), total
