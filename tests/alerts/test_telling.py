"""One incident is told once: who can be in both segments hears of one KPI's family one time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tasks.alerts.telling import finding_of, told_by
from tasks.episode import Episode, Key, Mark, Phase, Verdict
from tasks.model import ALL, Grain, Period, Severity

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = Period(
    Grain.WEEK, date(2026, 11, 16), date(2026, 11, 23), "2026-W47", MONDAY, MONDAY.replace(day=23)
)


def episode(
    kpi: str,
    dimension: str = ALL,
    segment: str = ALL,
    *,
    rule: str = "spike",
    direction: str = "up",
) -> Episode:
    mark = Mark(Grain.WEEK, WEEK.first_day, WEEK.end_day, Verdict.LOUD, Severity.CRITICAL, 1e-6)
    return Episode(
        key=Key(rule, kpi, "default", dimension, segment, direction),
        number=1,
        phase=Phase.OPEN,
        opened=WEEK,
        since=WEEK,
        newest=WEEK,
        severity=Severity.CRITICAL,
        chance=1e-6,
        first=mark,
        marks=(mark,),
        sentence="5 of 61 customers left this week.",
    )


TOLD = episode("logo_churn_rate", "plan/region", "Starter/EMEA")


@pytest.mark.parametrize(
    ("other", "is_told"),
    [
        (episode("logo_churn_rate", "region", "EMEA"), True),
        (episode("logo_churn_rate"), True),
        (episode("logo_churn_rate", "plan", "Growth"), False),
        (episode("churned_mrr", "plan", "Starter", direction="up"), True),
        (episode("nrr", direction="down"), True),
        (episode("mrr", direction="down"), True),
        (episode("mrr", direction="down", rule="goal_miss"), False),
        (episode("nrr", "region", "AMER", direction="down"), False),
        (episode("csat", "region", "EMEA", direction="down"), False),
        (episode("cancellation_notices", "region", "EMEA"), True),
        (episode("cancellation_notices", "region", "AMER"), False),
        (episode("cancellation_notices", "region", "EMEA", rule="goal_pacing"), False),
        (episode("logo_churn_rate", rule="goal_pacing"), True),
        (episode("logo_churn_rate", rule="data_quality", direction="data"), False),
        (episode("mrr", "customer", "C1 notice 2026-11-20", rule="event"), False),
        (TOLD, False),
    ],
)
def test_an_alert_is_not_news_where_its_incident_was_told(other: Episode, *, is_told: bool) -> None:
    assert told_by(other, [TOLD]) is (TOLD if is_told else None)


def test_customers_who_leave_are_no_news_where_their_notices_were() -> None:
    notices = episode("cancellation_notices", "plan", "Starter")
    lost = episode("logo_churn_rate", "plan", "Starter")
    assert told_by(lost, [notices]) is notices
    quieter = replace(notices, severity=Severity.WARNING)
    assert told_by(lost, [quieter]) is None  # it has become worse than the notices let expect
    assert told_by(replace(lost, severity=Severity.WARNING), [quieter]) is quieter


def test_the_parent_that_comes_later_repeats_the_child() -> None:
    child = episode("churned_mrr", "plan", "Starter")
    assert told_by(episode("logo_churn_rate", "plan", "Starter"), [child]) is child


def test_an_episode_can_be_told_without_a_look_that_finds_it() -> None:
    found = finding_of(TOLD)
    assert (found.period, found.cell.segment, found.chance) == ("2026-W47", "Starter/EMEA", 1e-6)
    assert Key.of(found) == TOLD.key
