"""Whom a level that is said to be normal concerns: those within, and what shares its customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tasks.alerts.rebased import Explained, ended_with, normal_since
from tasks.episode import Key
from tasks.model import ALL, Cell, Finding, Grain, Severity
from tests.alerts.lives import CALENDAR, KPI
from tests.alerts.weeks import week

DAY = week(20).first_day
DAYS = {(KPI, "v", "region", "EMEA"): DAY}


def cell(segment, dimension="region", kpi=KPI):
    return Cell(kpi, "v", Grain.WEEK, ALL if segment == ALL else dimension, segment)


@pytest.mark.parametrize(
    ("where", "since"),
    [
        (cell("EMEA"), DAY),
        (cell("Starter/EMEA", "plan/region"), DAY),
        (cell("EMEA", kpi="churned_mrr"), DAY),  # it leaves with the customers
        (cell(ALL), None),
        (cell("US"), None),
        (cell("Starter", "plan"), None),
        (cell("EMEA", kpi="csat"), None),
    ],
)
def test_a_level_is_normal_within_the_segment_that_was_explained(where, since):
    assert normal_since(where, DAYS) == since


def seen(where, lost):
    from tests.alerts.weeks import observed

    return tuple(observed(where, number, (count, 100)) for number, count in enumerate(lost))


def finding(where, count, usual, window=1):
    return Finding(
        "spike", where, week(21).key, Severity.CRITICAL, "up", "", Decimal(count),
        denominator=Decimal(1000 * window), expected=Decimal(usual), window=window,
    )  # fmt: skip


def explained(*more):
    past = {cell("EMEA"): seen(cell("EMEA"), [1] * 20 + [6, 7]), **dict(more)}
    return Explained(DAYS, past, CALENDAR)


def test_a_whole_that_is_normal_without_what_was_explained_is_no_news():
    assert explained().news([finding(cell(ALL), 12, 5)]) == ()
    assert explained().news([finding(cell(ALL), 22, 10, window=2)]) == ()


def test_a_whole_that_is_loud_without_it_is_news():
    found = finding(cell(ALL), 25, 5)
    assert explained().news([found]) == (found,)


def test_another_segment_is_news_unless_the_customers_in_both_explain_it():
    found, both = finding(cell("Starter", "plan"), 9, 3), cell("Starter/EMEA", "plan/region")
    assert explained().news([found]) == (found,)
    shared = (both, seen(both, [1] * 20 + [6, 7]))
    assert explained(shared).news([found]) == ()
    other = finding(cell("US"), 9, 3)
    assert explained(shared).news([other]) == (other,)


def key(segment, dimension="region", kpi=KPI, rule="spike"):
    return Key(rule, kpi, "v", ALL if segment == ALL else dimension, segment)


@pytest.mark.parametrize(
    ("other", "strips"),
    [
        (key(ALL), False),
        (key("Starter/EMEA", "plan/region"), True),
        (key("Starter", "plan"), True),
        (key("EMEA", kpi="churned_mrr"), True),
        (key("US"), None),
        (key("EMEA", rule="goal_miss"), None),
        (key("EMEA", kpi="csat"), None),
        (key("EMEA"), None),  # itself
    ],
)
def test_which_open_alerts_end_with_it_and_which_keep_their_past(other, strips):
    assert ended_with(other, key("EMEA")) is strips


def test_the_day_is_that_of_the_latest_word():
    later = {**DAYS, (KPI, "v", ALL, ALL): date(2027, 1, 1)}
    assert normal_since(cell("EMEA"), later) == date(2027, 1, 1)
