"""An alert says what happened, how unusual it is, who it is and what to try."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tasks.kpis.base import kpi_named
from tasks.messages.alert import alert_view
from tasks.model import ALL
from tests.messages.alertstories import alert
from tests.messages.stories import ADVISED, leaving


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


def test_the_same_customers_are_not_told_again_by_another_attribute():
    lead = leaving().lead

    def at(dimension, segment, seen):
        cell = replace(lead.cell, segment_dimension=dimension, segment=segment)
        return replace(lead, cell=cell, observed=Decimal(seen), sentence=f"{seen} customers left")

    lead = replace(lead, observed=Decimal(5))
    wider = (at("region", "EMEA", 6), at("plan", "Starter", 7), at(ALL, ALL, 8))
    others = (*wider, at("owner", "Ana", 5), at("owner", "Ben", 3), at("segment", "SMB", 4))
    alerted = replace(alert().alert, lead=lead, others=others)
    assert alert_view(replace(alert(), alert=alerted)).others == (
        "3 customers of Ben left.",
        "4 customers in SMB left.",
    )


def test_how_the_others_did_is_told_of_the_same_weeks():
    pooled = replace(leaving().lead, window=2)
    alerted = replace(alert().alert, lead=pooled, context="Other segments are normal (3).")
    assert "Other segments are normal (3)." in alert_view(replace(alert(), alert=alerted)).context
    silent = alert_view(replace(alert(), alert=replace(alerted, context="")))
    assert not [line for line in silent.context if line.startswith("Everywhere else")]


def test_whom_to_call_takes_the_place_of_what_is_said_to_everybody():
    calls = ("Call the 2 customers who gave notice and are still here: Quill, Norden.",)
    assert alert_view(replace(alert(), advised=calls)).movement.tries == calls
    assert alert_view(alert()).movement.tries[0].startswith("Call the customers")


def test_what_became_of_the_advice_is_told_where_an_alert_gets_worse():
    view = alert_view(replace(alert(), advice=(ADVISED,)))
    assert [line for line in view.context if line.startswith("Last week we said: ")]


def test_an_alert_ends_with_the_definition():
    assert alert_view(alert()).footer == (
        (
            "Customer churn rate: Customers active when the period began and gone when it closed, "
            "over customers active when it began."
        ),
    )


def test_an_alert_without_history_has_no_chart():
    assert alert_view(replace(alert(), history={})).charts == ()
