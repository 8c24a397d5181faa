"""One alert per KPI: the company speaks for its segments, unless one of them explains it all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.alerts.explains import contains, explains
from tasks.alerts.grouping import grouped
from tasks.model import ALL, Cell, Finding, Goal, Grain, Severity
from tests.alerts.company import CALENDAR, SUBJECTS, assessed, book, cell, seen, usual

CALM_ELSEWHERE = """
           EMEA   AMER   APAC
    Starter 5/61  1/60   0/60
    Growth  0/80  0/80   1/80
    Scale   0/60  0/60   0/60
"""


def alerts(history, **more):
    return grouped(assessed(history, **more), SUBJECTS)


def test_one_plan_in_one_region_speaks_for_plan_region_and_company():
    (alert,) = alerts(book(CALM_ELSEWHERE))
    assert alert.headline == "Customers are leaving: Starter · EMEA"
    assert alert.context == "Other segments are normal (2 of 540)."
    assert alert.lead.sentence.startswith("5 of 61 customers left this week. Usually one in five")
    assert alert.severity is Severity.CRITICAL
    below = {each.cell.segment for each in alert.others}
    assert below == {"Starter", "EMEA", ALL}


def test_the_whole_company_speaks_when_everybody_leaves():
    (alert,) = alerts(
        book("""
                    EMEA   AMER   APAC
            Starter 2/61   3/60   1/60
            Growth  2/80   1/80   3/80
            Scale   1/60   2/60   2/60
        """)
    )
    assert alert.lead.cell.segment == ALL
    assert alert.headline == "Customers are leaving"
    assert alert.lead.sentence.startswith("17 of 601 customers left this week. Usually 2 (range")


def test_a_whole_plan_speaks_for_its_regions():
    (alert,) = alerts(
        book("""
                    EMEA   AMER   APAC
            Starter 4/61   4/60   4/60
            Growth  0/80   0/80   1/80
            Scale   0/60   0/60   0/60
        """)
    )
    assert alert.headline == "Customers are leaving: Starter"
    assert alert.context == "Other segments are normal (1 of 420)."


def test_two_of_three_plans_are_the_company():
    (alert,) = alerts(
        book("""
                    EMEA   AMER   APAC
            Starter 3/61   3/60   2/60
            Growth  2/80   3/80   3/80
            Scale   0/60   0/60   0/60
        """)
    )
    assert alert.lead.cell.segment == ALL
    assert alert.context.startswith("Most of it in ")


def test_when_the_others_lose_too_it_is_said():
    history = book(CALM_ELSEWHERE)
    whole, part = cell("logo_churn_rate"), cell("logo_churn_rate", "plan/region", "Starter/EMEA")
    history[whole] = seen(whole, usual(14, "2 2 2 2 1"), 621)
    assessment = assessed(history)
    only = [each for each in assessment.findings if each.cell == part]
    (alert,) = grouped(replace(assessment, findings=tuple(only)), SUBJECTS)
    assert alert.context == "Other segments are high too (9 of 560)."


def test_a_calm_week_has_no_alerts():
    calm = """
                EMEA   AMER   APAC
        Starter 1/61   0/60   0/60
        Growth  0/80   0/80   1/80
        Scale   0/60   0/60   0/60
    """
    assert alerts(book(calm)) == ()


def test_a_parent_speaks_for_the_kpis_that_follow_from_it():
    history = {**book(CALM_ELSEWHERE), **book(CALM_ELSEWHERE, "churned_customers")}
    (alert,) = alerts(history)
    assert alert.kpi == "logo_churn_rate"
    assert "churned_customers" in {each.cell.kpi for each in alert.others}


def test_a_child_speaks_where_its_parent_is_silent():
    (alert,) = alerts(book(CALM_ELSEWHERE, "churned_customers"))
    assert alert.kpi == "churned_customers"


def test_a_surprise_speaks_before_the_goal_it_breaks():
    history = book(CALM_ELSEWHERE)
    month = cell("logo_churn_rate", grain=Grain.MONTH)
    history[month] = seen(month, [8, 9, 14], 606, CALENDAR.period("2026-11"))
    goal = Goal("logo_churn_rate", Grain.MONTH, at_most=Decimal("0.02"))
    (alert,) = alerts(history, goals=(goal,))
    assert alert.lead.rule == "spike"
    assert "goal_pacing" in {each.rule for each in alert.others}
    (alone,) = alerts({month: history[month]}, goals=(goal,))
    assert alone.headline == "Customer churn rate will miss its goal"


def test_missing_data_of_the_whole_company_speaks_first():
    whole = cell("csat")
    history = {whole: seen(whole, [210] * 30, 233)}
    newest = history[whole][-1]
    history[whole] = (
        *history[whole][:-1],
        replace(newest, numerator=Decimal(30), denominator=Decimal(40), n=40),
    )
    (alert,) = alerts(history)
    assert alert.headline == "CSAT: the data look incomplete"
    assert alert.context == ""


def test_the_most_urgent_alert_comes_first():
    tickets = cell("ticket_volume")
    history = {**book(CALM_ELSEWHERE), tickets: seen(tickets, usual(26, "10 14 12 11 13"))}
    assert [alert.kpi for alert in alerts(history)] == ["logo_churn_rate", "ticket_volume"]


def finding(dimension, segment, observed, expected, out_of, direction="up", rule="spike"):
    return Finding(
        rule,
        Cell("logo_churn_rate", "default", Grain.WEEK, dimension, segment),
        "2026-W47",
        Severity.WARNING,
        direction,
        "",
        Decimal(observed),
        None if out_of is None else Decimal(out_of),
        Decimal(str(expected)),
        chance=0.001,
    )


@pytest.mark.parametrize(
    ("whole", "part", "holds"),
    [
        ((ALL, ALL), ("plan", "Starter"), True),
        (("plan", "Starter"), ("plan/region", "Starter/EMEA"), True),
        (("region", "EMEA"), ("plan/region", "Starter/EMEA"), True),
        (("region", "AMER"), ("plan/region", "Starter/EMEA"), False),
        (("plan/region", "Starter/EMEA"), ("plan", "Starter"), False),
        (("plan", "Starter"), ("plan", "Growth"), False),
        (("plan", "Starter"), (ALL, ALL), False),
        ((ALL, ALL), (ALL, ALL), False),
    ],
)
def test_a_cross_is_part_of_its_plan_and_of_its_region(whole, part, holds):
    cells = [Cell("logo_churn_rate", "default", Grain.WEEK, *where) for where in (whole, part)]
    assert contains(*cells) is holds


def test_a_part_explains_the_whole_when_the_rest_is_normal():
    part = finding("plan/region", "Starter/EMEA", 5, 0.2, 61)
    assert explains(part, finding("plan", "Starter", 6, 0.6, 181))
    assert not explains(part, finding("plan", "Starter", 9, 0.6, 181))
    assert not explains(part, finding("plan", "Starter", 6, 0.6, 181, rule="change"))
    assert not explains(part, finding("plan", "Starter", 6, 0.6, 181, direction="down"))
    assert explains(finding("plan", "Starter", 20, 5, None), finding(ALL, ALL, 32, 18, None))


def test_a_part_that_is_everything_leaves_nothing_to_judge():
    part = finding("plan", "Starter", 5, 0.2, 61)
    assert not explains(part, finding(ALL, ALL, 5, 0.2, 61))
