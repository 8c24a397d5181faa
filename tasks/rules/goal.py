"""Is a goal missed, or about to be?"""

from __future__ import annotations

from tasks.model import Finding, GoalStatus, Severity
from tasks.rules.aim import Aim, aim_of, race
from tasks.rules.base import Case, GoalStanding, Rule, RuleSettings, rule
from tasks.rules.standing import standing

WARN_AT = 1.5  # times the pace the goal allows
CRITICAL_AT = 3.0
SURELY_NOT_LUCK = 0.01  # one loss too many in a small segment wakes nobody


class GoalSettings(RuleSettings):
    """Goals have nothing more to set: the goal itself says what is wanted."""


def judge_miss(case: Case, settings: GoalSettings) -> tuple[Finding, ...]:
    """Return a finding when the goal's period is over and the goal was missed.

    A miss within noise is for the digest only.
    """
    aim, found = aim_of(case), standing(case)
    if aim is None or found is None or not aim.is_closed:
        return ()
    if found.status is GoalStatus.MISSED:
        return _finding("goal_miss", aim, found, settings, settings.severity or Severity.WARNING)
    if found.status is GoalStatus.MISSED_WITHIN_NOISE:
        return _finding("goal_miss", aim, found, settings, Severity.INFO)
    return ()


def judge_pace(case: Case, settings: GoalSettings) -> tuple[Finding, ...]:
    """Return a finding when the goal's period still runs and the goal is missed or off pace."""
    aim, found = aim_of(case), standing(case)
    if aim is None or found is None or aim.is_closed:
        return ()
    if found.status not in {GoalStatus.MISSED, GoalStatus.OFF_PACE}:
        return ()
    return _finding("goal_pacing", aim, found, settings, settings.severity or _urgency(aim, found))


def _urgency(aim: Aim, found: GoalStanding) -> Severity:
    """Return how loud it is: by how many times too fast the goal's allowance is used up."""
    running = race(aim, found.observation) if found.observation else None
    if running is None or not running.is_ceiling:
        return Severity.INFO
    burn = running.burn(aim.elapsed)
    if burn >= CRITICAL_AT and running.luck(aim.elapsed) < SURELY_NOT_LUCK:
        return Severity.CRITICAL
    return Severity.WARNING if burn >= WARN_AT or running.is_over else Severity.INFO


def _finding(
    key: str, aim: Aim, found: GoalStanding, settings: GoalSettings, severity: Severity
) -> tuple[Finding, ...]:
    seen = found.observation
    if seen is None or (seen.n is not None and seen.n < settings.min_n):
        return ()
    running = race(aim, seen)
    said = Finding(
        rule=key,
        cell=found.cell,
        period=found.period,
        severity=severity,
        direction="up" if aim.is_ceiling else "down",
        sentence=f"{found.text}.",
        observed=seen.numerator,
        denominator=seen.denominator,
        expected=aim.limit if running is None else running.mark,
        goal_status=found.status,
    )
    return (said,)


GOAL_MISS = rule(
    Rule(
        "goal_miss",
        "Finds a goal that was missed, and says whether chance could have done it.",
        GoalSettings,
        judge_miss,
        needs_goal=True,
    )
)
GOAL_PACING = rule(
    Rule(
        "goal_pacing",
        "Finds a goal that will be missed if the period goes on as it began.",
        GoalSettings,
        judge_pace,
        needs_goal=True,
    )
)
