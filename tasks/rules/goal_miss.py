"""Was a goal missed, for sure or within noise? Asked when its period is over."""

from __future__ import annotations

from tasks.model import Finding, GoalStatus, Severity
from tasks.rules.aim import Aim, aim_of, race
from tasks.rules.base import About, Case, GoalStanding, Rule, RuleSettings, rule
from tasks.rules.standing import standing


class GoalMissSettings(RuleSettings):
    """Nothing more can be set for a missed goal: the goal itself says what is wanted."""


def judge(case: Case, settings: GoalMissSettings) -> tuple[Finding, ...]:
    """Return a finding when the goal's period is over and the goal was missed.

    It was missed for sure where the goal lies outside the 80 % interval of what the sample can
    tell. A miss within noise is for the digest only.
    """
    aim, found = aim_of(case), standing(case)
    if aim is None or found is None or not aim.is_closed:
        return ()
    if found.status is GoalStatus.MISSED:
        return finding("goal_miss", aim, found, settings, settings.severity or Severity.WARNING)
    if found.status is GoalStatus.MISSED_WITHIN_NOISE:
        return finding("goal_miss", aim, found, settings, Severity.INFO)
    return ()


def finding(
    key: str,
    aim: Aim,
    found: GoalStanding,
    settings: RuleSettings,
    severity: Severity,
    more: str = "",
    chance: float | None = None,
) -> tuple[Finding, ...]:
    """Return what a rule called ``key`` says of a goal, ``more`` after it; nothing of too few."""
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
        sentence=f"{found.text}.{more}",
        observed=seen.numerator,
        denominator=seen.denominator,
        expected=aim.limit if running is None else running.mark,
        chance=chance,
        goal_status=found.status,
    )
    return (said,)


GOAL_MISS = rule(
    Rule(
        "goal_miss",
        "Finds a goal that was missed, and says whether chance could have done it.",
        GoalMissSettings,
        judge,
        about=About.GOAL,
    )
)
