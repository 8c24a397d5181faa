"""What else moved where an alert is."""

from __future__ import annotations

from decimal import Decimal

from tasks.alerts.alongside import alongside, said_beside
from tasks.model import Cell, Finding, Grain, Severity
from tasks.rules.base import Assessment
from tasks.rules.words import named
from tests.alerts.company import CALENDAR, SUBJECTS

WEEK_46, WEEK_47 = CALENDAR.period("2026-W46"), CALENDAR.period("2026-W47")


def found(kpi, period, direction, *, segment="Starter/EMEA", chance=0.01, **counts):
    variant = SUBJECTS.default_variant(kpi)
    return Finding(
        rule="spike",
        cell=Cell(kpi, variant, Grain.WEEK, "plan/region", segment),
        period=period.key,
        severity=Severity.INFO,
        direction=direction,
        sentence="",
        chance=chance,
        **{name: Decimal(str(value)) for name, value in counts.items()},
    )


LEAD = found("logo_churn_rate", WEEK_47, "up", observed=5, denominator=61, expected=0.2)
TICKETS = found("tickets_per_customer", WEEK_46, "up", observed=31, denominator=61, expected=16)
ANSWERS = found("csat", WEEK_47, "down", observed=6, denominator=10, expected=9)


def beside(*findings):
    return alongside(LEAD.cell, [Assessment(WEEK_47, findings)], SUBJECTS)


def test_the_week_before_comes_first():
    assert beside(ANSWERS, LEAD, TICKETS) == (TICKETS, ANSWERS)


def test_good_news_other_segments_and_the_same_thing_again_stay_out():
    better = found("csat", WEEK_47, "up")
    elsewhere = found("csat", WEEK_47, "down", segment="Scale/AMER")
    again = found("churned_customers", WEEK_47, "up")
    assert beside(better, elsewhere, again) == ()


def test_what_follows_from_another_is_not_said_beside_it():
    both = (found("tickets_per_customer", WEEK_46, "up"), found("ticket_volume", WEEK_46, "up"))
    assert beside(*both) == both[:1]


def test_the_segment_that_stands_out_is_looked_at_too():
    other = found("csat", WEEK_47, "down", segment="Scale/AMER")
    places = [("plan/region", "Scale/AMER")]
    assert alongside(LEAD.cell, [Assessment(WEEK_47, (other,))], SUBJECTS, places) == (other,)


def test_a_mean_is_said_as_a_value():
    ces = found("ces", WEEK_47, "down", observed="4.1", denominator=30, expected="4.5")
    assert said_beside(ces, SUBJECTS.of(ces.cell), named(WEEK_47)) == (
        "Week 47, Starter/EMEA: Effort (CES), raw 4.1, usually 4.5."
    )


def test_the_money_that_left_with_them_is_no_other_news():
    assert beside(found("mrr", WEEK_47, "down"), TICKETS) == (TICKETS,)


def test_three_are_enough():
    many = [found("csat", WEEK_47, "down", chance=0.01 * n) for n in range(1, 6)]
    assert beside(*many) == tuple(many[:3])


def test_it_is_said_with_its_counts():
    tickets, answers = (SUBJECTS.of(one.cell) for one in (TICKETS, ANSWERS))
    assert said_beside(TICKETS, tickets, named(WEEK_46), "21 of them about billing") == (
        "Week 46, Starter/EMEA: 31 tickets for 61 customers, usually 16; 21 of them about billing."
    )
    assert said_beside(ANSWERS, answers, named(WEEK_47)) == (
        "Week 47, Starter/EMEA: 6 of 10 positive answers, usually 9."
    )
