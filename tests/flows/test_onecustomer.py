"""One customer's health is told with what it was and the part that moved; who was behind an alert."""

from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from flows.affected import affected
from flows.onecustomer import health_line, in_words
from flows.steps import by_hand
from flows.workspace import opened
from tasks.model import Cell, Grain
from tests.flows.small import NOW

MOMENT = datetime.fromisoformat(NOW)


def scores(**values):
    return {key: Decimal(value) for key, value in values.items()}


THEN = scores(customer=72, customer_usage=80, customer_nps=50, customer_support=100)


def test_a_fall_names_the_part_that_fell_most():
    today = scores(customer=41, customer_usage=30, customer_nps=50, customer_support=75)
    assert in_words(THEN, today, "August") == (
        "Health 41, was 72 in August; most of it usage: 30, was 80."
    )


def test_a_rise_names_the_part_that_rose():
    better = scores(customer=80, customer_usage=80, customer_nps=90)
    assert in_words(THEN, better, "August").endswith("most of it NPS answers: 90, was 50.")


def test_a_little_is_no_movement_and_nothing_is_nothing():
    assert in_words(THEN, scores(customer=70, customer_usage=76), "August") == (
        "Health 70, was 72 in August."
    )
    assert in_words({}, scores(customer=70), "August") == "Health 70."
    assert in_words(THEN, {}, "August") == ""


def test_a_customer_without_a_score_has_no_line(keepwell):
    keepwell("sync")
    with opened(Path("keepwell.yaml"), os.environ) as workspace:
        week = workspace.settings.calendar.period("2026-W09")
        assert health_line(by_hand(), workspace, "acme", week, now=MOMENT) == ""


def test_everybody_behind_an_alert_is_named_once(keepwell):
    keepwell("sync")
    with opened(Path("keepwell.yaml"), os.environ) as workspace:
        calendar = workspace.settings.calendar
        first, last = calendar.period("2026-W07"), calendar.period("2026-W09")

        def behind(key, segment=("ALL", "ALL"), begin=first):
            cell = Cell(key, "default", Grain.WEEK, *segment)
            found = affected(by_hand(), workspace, cell, begin, last, now=MOMENT)
            return [one.customer_id for one in found]

        assert behind("logo_churn_rate") == ["acme"]
        assert behind("logo_churn_rate", ("plan", "Pro")) == []
        assert behind("logo_churn_rate", begin=calendar.period("2026-02")) == ["acme"]
        assert behind("mrr") == ["acme"]  # who left it, not who makes it up
        assert behind("revenue_net") == []
        assert behind("logo_churn_rate", ("customer", "acme notice 2026-02-02")) == []
