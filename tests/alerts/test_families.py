"""A KPI speaks for those that follow from it, where they are about the same customers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.alerts.explains import overlaps
from tasks.alerts.families import FOLLOW_FROM, rests_on_few, said_by, speakers
from tasks.alerts.grouping import grouped
from tasks.kpis.base import catalogue
from tasks.model import ALL, Cell, Finding, Grain, Severity
from tests.alerts.company import SUBJECTS, assessed, cell

KPIS = {kpi.key for kpi in catalogue()}


def loud(kpi: str, dimension: str = ALL, segment: str = ALL, chance: float = 1e-6) -> Finding:
    where = cell(kpi, dimension, segment)
    return Finding("spike", where, "2026-W47", Severity.CRITICAL, "up", "", chance=chance)


def told(*findings: Finding) -> dict[str, set[str]]:
    """By the KPI of each alert, the KPIs of what stands below it."""
    alerts = grouped(replace(assessed({}), findings=findings), SUBJECTS)
    return {alert.kpi: {each.cell.kpi for each in alert.others} for alert in alerts}


def test_every_kpi_of_a_family_is_in_the_catalogue() -> None:
    named = {*FOLLOW_FROM, *(child for children in FOLLOW_FROM.values() for child in children)}
    assert named <= KPIS


def test_no_kpi_follows_from_itself() -> None:
    assert not [kpi for kpi in FOLLOW_FROM if kpi in said_by(kpi)]


def test_what_follows_from_what_follows_is_said_too() -> None:
    assert {"churned_mrr", "nrr", "grr"} <= said_by("logo_churn_rate")
    assert speakers("grr", ["nrr", "mrr", "logo_churn_rate"]) == ("logo_churn_rate", "nrr")


def test_what_falls_with_what_is_kept_is_no_second_news() -> None:
    assert told(loud("nrr", "region", "EMEA"), loud("mrr", "region", "EMEA")) == {"nrr": {"mrr"}}


@pytest.mark.parametrize(
    ("kpi", "is_so"),
    [
        ("nrr", True),
        ("mrr", True),
        ("churned_mrr", True),
        ("logo_churn_rate", False),
        ("churned_customers", False),
        ("new_customers", False),
        ("csat", False),
        ("average_order_value", False),
    ],
)
def test_one_day_of_revenue_is_the_luck_of_a_few_customers(kpi: str, *, is_so: bool) -> None:
    assert rests_on_few(kpi) is is_so


def test_lost_customers_speak_for_the_revenue_that_left_with_them() -> None:
    findings = (loud("logo_churn_rate"), loud("churned_mrr"), loud("nrr"), loud("grr"))
    assert told(*findings) == {"logo_churn_rate": {"churned_mrr", "nrr", "grr"}}


def test_a_fall_elsewhere_is_news_of_its_own() -> None:
    lost = loud("logo_churn_rate", "plan/region", "Starter/EMEA")
    assert told(lost, loud("nrr", "plan", "Growth")) == {"logo_churn_rate": set(), "nrr": set()}
    assert told(lost, loud("nrr", "plan", "Starter")) == {"logo_churn_rate": {"nrr"}}


def test_a_grandchild_is_told_by_the_one_who_told_its_parent() -> None:
    findings = (
        loud("logo_churn_rate", "plan", "Starter"),
        loud("nrr", "region", "EMEA"),
        loud("grr", "plan/region", "Growth/EMEA"),
    )
    assert told(*findings) == {"logo_churn_rate": {"nrr", "grr"}}


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ((ALL, ALL), ("plan", "Starter"), True),
        (("plan", "Starter"), ("region", "EMEA"), True),
        (("plan", "Starter"), ("plan", "Growth"), False),
        (("plan", "Starter"), ("plan/region", "Starter/EMEA"), True),
        (("plan/region", "Growth/EMEA"), ("plan/region", "Starter/EMEA"), False),
    ],
)
def test_a_customer_can_be_in_two_segments_that_do_not_exclude_each_other(
    one: tuple[str, str], other: tuple[str, str], may: bool
) -> None:
    cells = [Cell("nps", "default", Grain.WEEK, *where) for where in (one, other)]
    assert overlaps(*cells) is overlaps(*reversed(cells)) is may
