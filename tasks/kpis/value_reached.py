"""Value reached: how soon do customers get what they bought, and do they reach their goals?"""

from __future__ import annotations

from tasks.facts.firstvalue import values_reached
from tasks.facts.panel import events
from tasks.facts.usage import objectives
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, quantile, ratio
from tasks.kpis.value import Mean, Measure
from tasks.model import Direction, Family, NullReason

_reached = values_reached()
_days = _reached.c.days

TIME_TO_VALUE = kpi(
    "time_to_value",
    "Time to value, median",
    unit="days",
    good=Direction.DOWN,
    family=Family.QUANTILE,
    section="Product",
    variants={
        "median_days": quantile(_reached, _days, 0.5, empty=NullReason.INSUFFICIENT_INPUTS),
        "mean_days": Mean(Measure(_reached, _days), NullReason.INSUFFICIENT_INPUTS),
    },
    definition="Local calendar days from the first payment to the first value, for customers who "
    "first got value in the period; value reached in a trial took 0 days, and whoever still waits "
    "is not in it.",
    bad="It takes longer than the trial or the first invoice, or longer than before.",
    action="Walk through the start with the slowest customer, and remove the step they waited for.",
    of="customers who got value",
    alarm="Customers wait longer for value",
)
_due = events("objectives_due", objectives, at=objectives.c.due_on)
GOAL_ATTAINMENT_RATE = kpi(
    "goal_attainment_rate",
    "Goals reached",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Product",
    value=ratio(count(_due, _due.c.achieved_on <= _due.c.due_on), count(_due)),
    definition="Objectives of customers reached by the day they were due, over all that came due "
    "in the period; one reached late counts as missed.",
    bad="Customers miss what they bought the product for, or more of them than before.",
    action="Go through the missed goals with each customer: a new date, or a new goal.",
    counted="goals reached",
    of="goals due",
    alarm="Customers miss their goals",
)
