"""Employees: the last answer of each in a period, and whether too few answered to show it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tasks.facts.context import setting
from tasks.facts.panel import Panel, events
from tasks.facts.voice import employee_survey

MINIMUM = setting("employee_survey_minimum_answers", 5)


@cache
def employees() -> Panel:
    """Return the last answer of each employee in a period.

    ``engagement_hidden`` and ``enps_hidden``: so few answered that the result would tell who said
    what. Employees are no customers, so nothing cuts them into segments.
    """
    e = employee_survey.c
    given = events("employee_answers", employee_survey, at=e.responded_at, per=(e.employee_id,))
    c = given.c
    rows = (
        select(
            given.rows,
            (_answers(c.engagement_mean, c.period_id) < MINIMUM).label("engagement_hidden"),
            (_answers(c.enps, c.period_id) < MINIMUM).label("enps_hidden"),
        )
        .where(c.newest)
        .cte("employees")
    )
    return Panel("employees", rows, given.tables, given.dated_by)


def _answers(of: ColumnElement[Any], period: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.count(of).over(partition_by=period)
