"""Projects: how many were delivered as agreed, and how many are open past their date?"""

from __future__ import annotations

from sqlalchemy import and_, or_

from tasks.facts.operations import projects
from tasks.facts.panel import events
from tasks.facts.standing import standing
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio, total
from tasks.model import Base, Direction, Family

_p = projects.c
_closed = events("projects_closed", projects, at=_p.closed_on, where=_p.outcome != "open")
_c = _closed.c
_as_agreed = and_(_c.outcome == "delivered", _c.in_scope, _c.closed_on <= _c.due_on)
PROJECT_SUCCESS_RATE = kpi(
    "project_success_rate",
    "Projects delivered as agreed",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Operations",
    value=ratio(count(_closed, _as_agreed), count(_closed)),
    definition="Projects delivered in scope and by their date, over projects closed in the "
    "period; a cancelled project is a failure, one still open is in neither number.",
    bad="Projects end late or out of scope, or more of them than before.",
    action="Agree on scope and date anew as soon as one of them slips, not at the end.",
    counted="projects as agreed",
    of="projects closed",
    needs=("projects.in_scope",),
    alarm="Fewer projects end as agreed",
)

_overdue = standing(
    "projects_overdue",
    projects,
    since=_p.due_on,
    until=_p.closed_on,
    where=or_(_p.outcome == "open", _p.closed_on.is_not(None)),  # ended, but nobody knows when
)
OVERDUE_OPEN_PROJECTS = kpi(
    "overdue_open_projects",
    "Projects past their date",
    unit="count",
    good=Direction.DOWN,
    family=Family.COUNT,
    section="Operations",
    value=total(count(_overdue)),
    definition="Projects that were open when the period closed although their date had passed.",
    bad="Any that nobody has given a new date, or more than before.",
    action="Tell each of these customers a new date, and what it depends on.",
    counted="projects past their date",
    base=Base.LEVEL,
    alarm="More projects are past their date",
)
