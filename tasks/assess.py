"""Assess: what there is to say about a period, and which findings are told together."""

from __future__ import annotations

from functools import partial

from prefect import task

from tasks.alerts.assess import assess as assessed
from tasks.alerts.cases import Histories, Known
from tasks.alerts.subjects import Subjects
from tasks.config import Settings, goals_for, scorecard
from tasks.kpis.base import catalogue
from tasks.model import Period
from tasks.rules.base import Assessment


@task
def assess(
    settings: Settings, period: Period, history: Histories, known: Known | None = None
) -> Assessment:
    """Return findings, goals and comparisons of ``period``; ``known`` is so besides values."""
    return assessed(
        history,
        period=period,
        calendar=settings.calendar,
        subjects=Subjects(catalogue(), settings.company.currency),
        rules=settings.rules,
        goals=partial(goals_for, settings),
        scorecard=scorecard(settings),
        variants=settings.kpis.variants,
        known=known,
    )
