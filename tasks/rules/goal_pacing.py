"""Will a goal be missed if its period goes on as it began, and as it went of late?"""

from __future__ import annotations

from fractions import Fraction

from pydantic import Field

from tasks.model import Base, Finding, GoalStatus, Severity
from tasks.rules.aim import Aim, aim_of, race
from tasks.rules.base import About, Case, GoalStanding, Rule, RuleSettings, rule
from tasks.rules.burn import Burn, burn, forecast
from tasks.rules.goal_miss import finding
from tasks.rules.history import History
from tasks.rules.standing import standing
from tasks.rules.words import amount, capitalised, named, number

SURELY_NOT_LUCK = 0.01  # one loss too many in a small segment wakes nobody
HARDLY_LUCK = 0.1  # whoever is exactly on pace is so far ahead of it on few days only


class GoalPacingSettings(RuleSettings):
    """What can be set for the pace: how many times too fast is worth telling, and from when on."""

    warn: float = Field(
        default=1.5,
        gt=1,
        description="warn when what the goal allows goes so many times too fast, since the period "
        "began and in its last quarter: half of it gone after a third of the time is 1.5; it also "
        "takes less than one chance in ten by luck",
    )
    critical: float = Field(
        default=3.0,
        gt=1,
        description="the same for critical; it also takes less than one chance in 100 by luck",
    )
    elapsed: float = Field(
        default=0.25,
        ge=0.25,
        lt=1,
        description="say nothing before this share of the goal's period has passed: 0.25 is a "
        "quarter of it",
    )


def judge(case: Case, settings: GoalPacingSettings) -> tuple[Finding, ...]:
    """Return a finding when the goal's period still runs and the goal is missed or off pace.

    What is missed already is told at once. A pace is loud only where both the period to date and
    its last quarter burn too fast, and luck hardly explains it; else the digest mentions it.
    """
    aim, found = aim_of(case), standing(case)
    if aim is None or found is None or aim.is_closed or found.observation is None:
        return ()
    is_missed = found.status is GoalStatus.MISSED
    is_off = found.status is GoalStatus.OFF_PACE and aim.elapsed >= Fraction(settings.elapsed)
    if not is_missed and not is_off:
        return ()
    burning = burn(aim, found.observation, case.recent)
    severity = settings.severity or _urgency(burning, settings, is_missed=is_missed)
    more = "" if is_missed else _outlook(aim, found, case.recent)
    return finding("goal_pacing", aim, found, settings, severity, more)


def _urgency(burning: Burn | None, settings: GoalPacingSettings, *, is_missed: bool) -> Severity:
    """Return how loud it is: by how many times too fast the goal's allowance is used up."""
    if burning is None:
        return Severity.INFO
    pace = burning.so_far if is_missed else burning.least
    is_sure = burning.chance < SURELY_NOT_LUCK
    if burning.is_budget and is_sure and pace >= settings.critical:
        return Severity.CRITICAL
    is_likely = burning.chance < HARDLY_LUCK and pace >= settings.warn
    return Severity.WARNING if is_missed or is_likely else Severity.INFO


def _outlook(aim: Aim, found: GoalStanding, recent: History | None) -> str:
    """Return what the period comes to if it goes on like this, where that can be counted up."""
    seen = found.observation
    running = race(aim, seen) if seen else None
    if seen is None or running is None or not aim.elapsed:
        return ""
    end = forecast(aim, running, recent)
    if aim.subject.base is Base.OPENING and not aim.is_ceiling:
        end = (seen.denominator or end) - end
    said = number(end) if running.is_counted else amount(end, aim.subject)
    return f" At this pace {capitalised(named(aim.period, aim.told_in))} ends with about {said}."


GOAL_PACING = rule(
    Rule(
        "goal_pacing",
        "Finds a goal that will be missed if the period goes on as it began.",
        GoalPacingSettings,
        judge,
        about=About.GOAL,
    )
)
