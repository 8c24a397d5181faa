"""An alert says what happened, how unusual it is, who it is and what to try."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tasks.kpis.base import kpi_named
from tasks.messages.alert import alert_view
from tasks.model import ALL
from tests.messages.alertstories import alert
from tests.messages.stories import leaving


def test_an_alert_about_a_segment_says_how_the_rest_does():
    view = alert_view(alert())
    assert view.subject == "⚠ Customers are leaving: Starter · EMEA"
    assert view.lead == (
        "Five of 61 Starter/EMEA customers left this week; usually one in five weeks "
        "(chance by luck: 1 in 400,000). Started this week."
    )
    assert view.context == (
        "Everywhere else: 2 of 543.",
        "$1,640 of MRR left with them.",
        "Owner: Ana.",
    )


def test_an_alert_about_everybody_has_no_rest():
    lead = alert().alert.lead
    cell = replace(lead.cell, segment_dimension=ALL, segment=ALL)
    whole = replace(alert().alert, lead=replace(lead, cell=cell))
    assert not [
        line for line in alert_view(replace(alert(), alert=whole)).context if "else" in line
    ]


def test_money_behind_another_kpi_did_not_leave():
    view = alert_view(replace(alert(), kpi=kpi_named("csat"), owner=None))
    assert view.context[-1] == "Behind it: 5 customers, $1,640 of MRR."


def test_money_in_two_currencies_is_not_added_up():
    first, *rest = alert().alert.members
    mixed = (replace(first, currency="EUR"), *rest)
    view = alert_view(replace(alert(), alert=replace(alert().alert, members=mixed)))
    assert not [line for line in view.context if "MRR" in line]
    assert view.movement.customers[0].detail == "€640 (price)"


def test_tickets_are_counted_and_not_paid():
    members = tuple(
        replace(each, currency=None, amount=Decimal(2)) for each in alert().alert.members
    )
    view = alert_view(replace(alert(), alert=replace(alert().alert, members=members)))
    assert not [line for line in view.context if "MRR" in line]
    assert view.movement.customers[0].detail == "2 (price)"


def test_an_unknown_amount_is_never_left_out_of_a_sum():
    first, *rest = alert().alert.members
    unknown = (replace(first, amount=None), *rest)
    view = alert_view(replace(alert(), alert=replace(alert().alert, members=unknown)))
    assert not [line for line in view.context if "MRR" in line]
    assert view.movement.customers[0].detail == "(price)"


def test_other_segments_of_the_same_alert_stand_below():
    others = tuple(leaving(f"Team/{number}").lead for number in range(7))
    view = alert_view(replace(alert(), alert=replace(alert().alert, others=others)))
    assert len(view.others) == 6
    assert view.others[-1] == "2 more like these."


def test_what_another_kpi_says_of_the_same_customers_is_left_out():
    lead = leaving().lead
    cell = replace(lead.cell, kpi="churned_customers")
    again = (replace(lead, cell=cell), leaving("Team/AMER").lead, leaving("Team/AMER").lead)
    view = alert_view(replace(alert(), alert=replace(alert().alert, others=again)))
    assert len(view.others) == 1
    assert "Team/AMER" in view.others[0]


def test_an_alert_ends_with_the_definition():
    assert alert_view(alert()).footer == (
        (
            "Customer churn rate: Customers active when the period began and gone when it closed, "
            "over customers active when it began."
        ),
    )


def test_an_alert_without_history_has_no_chart():
    assert alert_view(replace(alert(), history={})).charts == ()
