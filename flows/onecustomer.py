"""How is one customer doing? Their health now and three months ago, and the part that moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from flows.measure import How, compute_only
from flows.steps import Steps
from flows.workspace import Workspace
from tasks.model import Grain, Observation, Period
from tasks.rules.words import named, number

HEALTH = "health_score"
WHOLE = "customer"
PARTS = {"customer_usage": "usage", "customer_nps": "NPS answers", "customer_support": "support"}
BACK = 3  # months
TELLING = 5  # points: less is no movement

Scores = Mapping[str, Decimal]


def health_line(
    steps: Steps, workspace: Workspace, customer: str, days: Period, *, now: datetime
) -> str:
    """Return ``Health 41, was 72 in August; most of it usage: 30, was 80.``.

    It is empty for a customer without a score.
    """
    calendar = workspace.settings.calendar
    month = calendar.containing(Grain.MONTH, days.end_day - timedelta(days=1))
    before = calendar.previous(month, BACK)
    how = How(kpis=(HEALTH,), all_variants=True)
    found = compute_only(steps, workspace, (before, month), now=now, how=how).observations
    then, today = (_scores(found, customer, period) for period in (before, month))
    return in_words(then, today, named(before, month))


def in_words(then: Scores, today: Scores, when: str) -> str:
    """Return how a health has changed since ``when``; empty where there is none today."""
    if WHOLE not in today:
        return ""
    said = f"Health {number(today[WHOLE])}"
    if WHOLE not in then:
        return f"{said}."
    return f"{said}, was {number(then[WHOLE])} in {when}{_moved(then, today)}."


def _scores(found: tuple[Observation, ...], customer: str, period: Period) -> Scores:
    return {
        one.variant: one.value
        for one in found
        if one.segment == customer and one.period == period.key and one.value is not None
    }


def _moved(then: Scores, today: Scores) -> str:
    """Return the part that fell or rose the most, in the direction of the whole."""
    both = [key for key in PARTS if key in then and key in today]
    change = today[WHOLE] - then[WHOLE]
    if not both or abs(change) < TELLING:
        return ""
    most = max(both, key=lambda key: (today[key] - then[key]) * (1 if change > 0 else -1))
    return f"; most of it {PARTS[most]}: {number(today[most])}, was {number(then[most])}"
