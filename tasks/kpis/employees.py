"""Employees: are those who serve customers engaged, and would they recommend working here."""

from __future__ import annotations

from sqlalchemy import and_, case

from tasks.facts.employees import employees
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, ratio
from tasks.kpis.value import Mean
from tasks.model import Direction, Family, NullReason

_employees = employees()
_e = _employees.c
_ENGAGED = 4
_PROMOTER, _PASSIVE = 9, 7
_SMALL = NullReason.SUPPRESSED_SMALL_GROUP

_answered = _e.engagement_mean.is_not(None)
# counted as a sum of ones, because a sum can be unknown: here, not to be shown
_answers = amount(
    _employees, case((_answered, 1)), _answered, unknown=_e.engagement_hidden, reason=_SMALL
)
EMPLOYEE_ENGAGEMENT_RATE = kpi(
    "employee_engagement_rate",
    "Engaged employees",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="People",
    variants={
        "mean_ge_4": ratio(
            count(_employees, and_(_answered, _e.engagement_mean >= _ENGAGED)),
            _answers,
            empty=NullReason.NO_RESPONSES,
        ),
    },
    definition="Employees whose mean answer is 4.0 or more of 5, over all who answered; the "
    "latest answer of each, and nothing where fewer than 5 answered (a setting).",
    bad="Few employees are engaged, or fewer than before; customers notice soon after.",
    action="Ask the teams with low answers what stands in their way, and remove one thing.",
    counted="engaged employees",
    of="answers",
    alarm="Fewer employees are engaged",
)

_points = case((_e.enps >= _PROMOTER, 100), (_e.enps >= _PASSIVE, 0), else_=-100)
ENPS = kpi(
    "enps",
    "Employee NPS",
    unit="points",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="People",
    value=Mean(
        amount(_employees, _points, _e.enps.is_not(None), unknown=_e.enps_hidden, reason=_SMALL)
    ),
    definition="Share of employees' answers of 9 and 10 less share of answers of 0 to 6, in "
    "points; the latest answer of each, and nothing where fewer than 5 answered (a setting).",
    bad="More employees would warn others off than would recommend us, or the points fall.",
    action="Ask what would make this a place to recommend, and do the first of it soon.",
    of="answers",
    alarm="Fewer employees would recommend us",
)
