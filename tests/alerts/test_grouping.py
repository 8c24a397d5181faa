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


def test_one_plan_in_one_region_speaks_for_plan_and_region():
    (alert,) = alerts(book(CALM_ELSEWHERE))
    assert alert.headline == "Customers are leaving: Starter · EMEA"
    assert alert.context == "Other segments are normal (2 of 540)."
    assert alert.lead.sentence.startswith("5 of 61 customers left this week. Usually one in five")
    assert alert.severity is Severity.CRITICAL
    below = {each.cell.segment for each in alert.others}
    assert below == {"Starter", "EMEA"}


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
    assert alone.headline == "Customer churn rate missed its goal"


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


def test_means_are_told_by_the_whole_company():
    spread = [Decimal(41 * 6500)] * 31
    history = {}
    for where in ((ALL, ALL), ("plan", "Starter"), ("plan", "Growth")):
        place = cell("nps", *where)
        past = seen(place, [*[41 * 38, 41 * 30, 41 * 35] * 10, -41 * 16], 41)
        history[place] = tuple(
            replace(each, sum_of_squares=square) for each, square in zip(past, spread, strict=True)
        )
    (alert,) = alerts(history)
    assert alert.headline == "Fewer customers would recommend us"
    assert alert.context == ""
    assert {each.cell.segment for each in alert.others} == {"Starter", "Growth"}


def test_counts_are_told_without_a_denominator():
    quiet = "10 14 12 11 13"
    history = {
        (place := cell("ticket_volume", *where)): seen(place, usual(now, pattern))
        for where, now, pattern in (
            ((ALL, ALL), 42, "20 28 24 22 26"),
            (("plan", "Starter"), 30, quiet),
            (("plan", "Growth"), 12, quiet),
        )
    }
    (alert,) = alerts(history)
    assert alert.headline == "More tickets than usual: Starter"
    assert alert.context == "Other segments are normal (12)."


def test_a_segment_alone_says_nothing_of_the_others():
    part = cell("logo_churn_rate", "plan", "Starter")
    (alone,) = alerts({part: seen(part, usual(5), 61)})
    assert alone.context == ""
    whole = cell("logo_churn_rate")
    (same,) = alerts({part: seen(part, usual(5), 61), whole: seen(whole, usual(5), 61)})
    assert same.context == "Most of it in Starter (5 of 61)."
    young = seen(whole, [1, 7], 604)
    (short,) = alerts({part: seen(part, usual(5), 61), whole: young})
    assert short.context == "Other segments together: 2 of 543."


def test_half_of_the_segments_are_the_company_even_where_its_own_chance_is_modest():
    history = book(CALM_ELSEWHERE)
    mention = replace(finding(ALL, ALL, 9, 4, 604), severity=Severity.INFO)
    plans = [finding("plan", "Starter", 4, 0.6, 181), finding("plan", "Growth", 4, 0.6, 240)]
    assessment = replace(assessed(history), findings=(mention, *plans))
    (alert,) = grouped(assessment, SUBJECTS)
    assert (alert.lead, alert.severity) == (mention, Severity.WARNING)
    one = replace(assessment, findings=(mention, plans[0]))
    assert grouped(one, SUBJECTS)[0].lead == plans[0]


def test_a_segment_that_is_everybody_has_no_others():
    whole = cell("logo_churn_rate")
    assessment = assessed({whole: seen(whole, usual(5), 61)})
    only = finding("plan", "Starter", 5, 0.2, 61)
    assert grouped(replace(assessment, findings=(only,)), SUBJECTS)[0].context == ""


def test_nobody_stands_out_when_only_the_whole_moves():
    whole = cell("logo_churn_rate")
    (alert,) = alerts({whole: seen(whole, usual(14, "2 1 3 2 2"), 604)})
    assert alert.context == "No single segment stands out."


def test_findings_that_are_not_counted_can_not_be_taken_apart():
    part, whole = finding("plan", "Starter", 5, 1, None), finding(ALL, ALL, 6, 2, None)
    assert explains(part, whole)
    assert not explains(replace(part, observed=None), whole)
    assert not explains(part, replace(whole, expected=None))


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
