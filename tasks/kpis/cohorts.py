"""Cohorts: of the customers who began in one month, how many and how much is left."""

from __future__ import annotations

from sqlalchemy import or_

from tasks.facts.cohorts import cohort_months, cohorts
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, ratio, share
from tasks.kpis.value import Parameter, Value
from tasks.model import Base, Direction, Family

_c = cohorts().c
_unknown = or_(_c.unpriced, _c.first_unpriced)
_began, _still_there = count(cohorts()), count(cohorts(), _c.closed)
_began_with = amount(cohorts(), _c.first, None, _unknown)
_pays_now = amount(cohorts(), _c.closing, None, _unknown)


def _customers_left(month: str) -> Value:
    return ratio(share(_still_there, _c.cohort, month), share(_began, _c.cohort, month))


def _mrr_left(month: str) -> Value:
    return ratio(share(_pays_now, _c.cohort, month), share(_began_with, _c.cohort, month))


COHORT_RETENTION = kpi(
    "cohort_retention",
    "Cohort retention",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Retention",
    parameters=(Parameter("cohort_", _customers_left, found=cohort_months, shape=r"\d{4}-\d\d"),),
    definition="Of the customers who first paid in one month, the share who are customers at the "
    "close; below 100 % even in that month, if some of them have left in it.",
    bad="Newer cohorts lose more at the same age than older ones did.",
    action="Compare cohorts of the same age, and see what was different when the weak one joined.",
    counted="customers still there",
    of="customers who began that month",
    alarm="A cohort is leaving",
    base=Base.LEVEL,
)
COHORT_REVENUE_RETENTION = kpi(
    "cohort_revenue_retention",
    "Cohort revenue retention",
    unit="ratio",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Retention",
    parameters=(Parameter("cohort_", _mrr_left, found=cohort_months, shape=r"\d{4}-\d\d"),),
    definition="MRR at the close of the customers who first paid in one month, over the MRR with "
    "which they began.",
    bad="Newer cohorts shrink more at the same age than older ones did.",
    action="See whether customers of that month leave, or stay and pay less.",
    counted="MRR at the close",
    of="MRR they began with",
    alarm="A cohort is shrinking",
    base=Base.LEVEL,
)
