"""Jobs: of the jobs that providers took on, how many were done, and done well?"""

from __future__ import annotations

from sqlalchemy import and_, func, or_

from tasks.facts.operations import jobs
from tasks.facts.panel import events
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
from tasks.model import Base, Direction, Family

_accepted = events("jobs_accepted", jobs, at=jobs.c.accepted_at)
_j = _accepted.c
_over = and_(_j.outcome != "in_progress", or_(_j.ended_at.is_(None), _j.ended_at < _j.known_at))
_done = and_(_over, _j.outcome == "completed")
_without_issue = and_(_done, func.coalesce(_j.had_issue, False).is_(False))
GIG_COMPLETION_RATE = kpi(
    "gig_completion_rate",
    "Jobs done without trouble",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Operations",
    value=ratio(
        count(_accepted, _without_issue),
        count(_accepted, and_(_over, _j.outcome != "cancelled_by_customer")),
    ),
    variants={"uber_completed_over_accepted": ratio(count(_accepted, _done), count(_accepted))},
    definition="Jobs accepted in the period and completed without an issue, over those that are "
    "over and were not cancelled by the customer; a job under way is in neither number.",
    bad="Jobs that were taken on are not done, or more of them than before.",
    action="Talk with the providers who cancel most, and see which jobs they cancel.",
    counted="jobs done",
    of="jobs",
    base=Base.RUNNING,
    needs=("jobs.had_issue",),
    alarm="Fewer jobs are done well",
)
