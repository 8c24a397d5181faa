"""An alert in five words."""

from __future__ import annotations

import pytest

from tasks.alerts.subjects import subject_of
from tasks.alerts.wording import headline, segment_name
from tasks.kpis.base import kpi_named
from tasks.model import ALL, Finding, Severity
from tests.alerts.company import cell


def said(kpi, direction, *, rule="spike", severity=Severity.WARNING, where=(ALL, ALL)):
    finding = Finding(rule, cell(kpi, *where), "2026-W47", severity, direction, "")
    return headline(finding, subject_of(kpi_named(kpi), "USD"))


@pytest.mark.parametrize(
    ("kpi", "direction", "words"),
    [
        ("logo_churn_rate", "up", "Customers are leaving"),
        ("customer_retention_rate", "down", "Customers are leaving"),
        ("csat", "down", "Customers are less satisfied"),
        ("tickets_per_customer", "up", "More tickets than usual"),
        ("mrr", "down", "MRR is unusually low"),
    ],
)
def test_bad_news(kpi, direction, words):
    assert said(kpi, direction) == words


def test_good_news_is_not_told_as_bad():
    assert said("csat", "up", severity=Severity.GOOD) == "CSAT is unusually high"


def test_goals_and_missing_data():
    assert said("csat", "down", rule="goal_miss") == "CSAT missed its goal"
    assert said("csat", "down", rule="goal_pacing") == "CSAT will miss its goal"
    assert said("csat", "data") == "CSAT: the data look incomplete"


def test_what_is_said_of_data_and_of_single_customers():
    assert said("csat", "data", rule="staleness") == "CSAT: no new data"
    assert said("csat", "data", rule="data_quality") == "CSAT: the data look incomplete"
    assert said("csat", "down", rule="data_quality") == "CSAT: the data need a look"
    place = ("customer", "c 1 notice 2026-11-17")
    assert said("mrr", "down", rule="event", where=place) == "A large customer gave notice"


def test_a_segment_is_named():
    where = ("plan/region", "Starter/EMEA")
    assert said("logo_churn_rate", "up", where=where) == "Customers are leaving: Starter · EMEA"
    assert segment_name(ALL) == ""
