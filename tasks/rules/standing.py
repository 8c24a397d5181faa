"""Where does a cell stand against its goal: met, missed for sure, missed within noise, on pace?

A goal is compared only in its own period. One that is over is met or missed, and missed "for sure"
only where the goal lies outside the 80 % interval of what the sample can tell. One that is still
running has a pace.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tasks.model import Base, Family, GoalStatus, Observation
from tasks.rules.aim import Aim, Race, aim_of, interval, race
from tasks.rules.base import Case, GoalStanding
from tasks.rules.words import amount, capitalised, counts, named, number

BY_LUCK = 0.2  # a pace is off when luck alone would be this far ahead in one case of five at most
LEAST_ELAPSED = Fraction(1, 4)  # before a quarter has passed a pace says nothing
RATES = frozenset({Family.BINOMIAL, Family.COUNT_RATE})
AMOUNTS = frozenset({Family.COUNT, Family.SUM_HEAVY})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and what is to be said with it."""

    status: GoalStatus
    remark: str = ""


def standing(case: Case) -> GoalStanding | None:
    """Return where the cell stands against the case's goal; None when no goal is set.

    A missing value is "no data", never a miss.
    """
    aim = aim_of(case)
    if aim is None:
        return None
    seen = aim.seen
    if seen is None or seen.value is None:
        text = f"{_when(aim)}: no data; the goal is {_asked(aim, 'at most', 'at least')}"
        return _standing(aim, GoalStatus.NO_DATA, text, "no data", None)
    found = race(aim, seen)
    verdict = _closed(aim, seen) if aim.is_closed else _running(aim, seen, found)
    facts = f"{_when(aim)}: {_facts(aim, seen)}; {_limit(aim, found)}"
    text = f"{facts}: {verdict.status}{verdict.remark}"
    return _standing(aim, verdict.status, text, _brief(aim, seen, found, verdict), seen)


def _closed(aim: Aim, seen: Observation) -> Verdict:
    if seen.value is None or not aim.is_missed_by(seen.value):
        return Verdict(GoalStatus.MET)
    if _could_be_noise(aim, seen):
        return Verdict(GoalStatus.MISSED_WITHIN_NOISE)
    return Verdict(GoalStatus.MISSED)


def _running(aim: Aim, seen: Observation, found: Race | None) -> Verdict:
    if found is not None and found.is_over:
        return Verdict(GoalStatus.MISSED if found.is_ceiling else GoalStatus.MET)
    if aim.elapsed < LEAST_ELAPSED:
        return Verdict(GoalStatus.ON_PACE, ", too early to tell")
    if found is not None:
        return _pace(aim, found)
    if seen.value is None or not aim.is_missed_by(seen.value):
        return Verdict(GoalStatus.ON_PACE)
    return _below(aim, seen, seen.value)


def _pace(aim: Aim, found: Race) -> Verdict:
    is_off = found.luck(aim.elapsed) < BY_LUCK
    remark = f", {_percent(found.used)} of it with {_percent(aim.elapsed)} of the time gone"
    return Verdict(GoalStatus.OFF_PACE if is_off else GoalStatus.ON_PACE, remark)


def _below(aim: Aim, seen: Observation, value: Decimal) -> Verdict:
    """Return the pace of something that does not stand where it should, but may get there."""
    if aim.subject.base is Base.RISING and not aim.is_ceiling:
        return Verdict(GoalStatus.ON_PACE, ", it rises until the close")
    if aim.subject.base is Base.LEVEL and _is_on_its_way(aim, value):
        return Verdict(GoalStatus.ON_PACE)
    if _could_be_noise(aim, seen):
        return Verdict(GoalStatus.ON_PACE, ", within noise")
    return Verdict(GoalStatus.OFF_PACE)


def _is_on_its_way(aim: Aim, value: Decimal) -> bool:
    """Return whether a stock is where a straight line from the last close to the goal would be."""
    start = _value_before(aim)
    if start is None or aim.subject.family not in AMOUNTS:
        return False
    due = Fraction(start) + (Fraction(aim.edge) - Fraction(start)) * aim.elapsed
    return value <= due if aim.is_ceiling else value >= due


def _value_before(aim: Aim) -> Decimal | None:
    past = zip(aim.history.periods, aim.history.observations, strict=True)
    before = [seen.value for period, seen in past if period < aim.period]
    return before[-1] if before else None


def _could_be_noise(aim: Aim, seen: Observation) -> bool:
    found = interval(seen, aim.subject)
    return found is not None and found.holds(float(aim.edge))


def _standing(
    aim: Aim, status: GoalStatus, text: str, brief: str, seen: Observation | None
) -> GoalStanding:
    cell = aim.history.cell
    return GoalStanding(aim.goal, cell, aim.period.key, status, text, brief, seen)


def _when(aim: Aim) -> str:
    return _name(aim) if aim.is_closed else f"{_name(aim)} so far"


def _name(aim: Aim) -> str:
    return capitalised(named(aim.period, aim.told_in))


def _facts(aim: Aim, seen: Observation) -> str:
    """Return the counts, and the value too where the counts alone don't say it."""
    said = counts(seen, aim.subject)
    if seen.value is None or aim.subject.family not in RATES or aim.subject.base is Base.OPENING:
        return said
    return f"{said} ({amount(seen.value, aim.subject)})"


def _limit(aim: Aim, found: Race | None) -> str:
    if found is None or not found.is_counted:
        return f"the goal is {_asked(aim, 'at most', 'at least')}"
    rate = f" ({amount(aim.limit, aim.subject)})" if aim.subject.family in RATES else ""
    return f"the goal{rate} {'allows' if aim.is_ceiling else 'needs'} {number(found.mark)}"


def _brief(aim: Aim, seen: Observation, found: Race | None, verdict: Verdict) -> str:
    asked = _asked(aim, "<=", ">=")
    if aim.period == aim.told_in:
        return f"{asked}: {verdict.status}"
    if found is None or not found.is_counted:
        return f"{_name(aim)} {asked}: {verdict.status}"
    sign, got = "<=" if aim.is_ceiling else ">=", number(seen.numerator or Decimal(0))
    return f"{_name(aim)} {sign} {number(found.mark)}: {got}, {verdict.status}"


def _asked(aim: Aim, ceiling: str, floor: str) -> str:
    return f"{ceiling if aim.is_ceiling else floor} {amount(aim.limit, aim.subject)}"


def _percent(share: Fraction) -> str:
    return f"{round(share * 100)} %"
