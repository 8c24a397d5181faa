"""What speaks for a number, and why it moved: interval, range, goal, segments that add up."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.flows.small import CONFIG, NOW, Keepwell

GOALS = 'goals:\n  - {kpi: logo_churn_rate, grain: week, at_most: 0.02, owner: "ana@example.com"}\n'


@pytest.fixture
def measured(keepwell: Keepwell) -> Keepwell:
    """A company with a goal and its weeks since it began."""
    Path("keepwell.yaml").write_text(CONFIG + GOALS, encoding="utf-8")
    keepwell("sync")
    keepwell("measure", "--grain", "week", "--from", "2025-W46", "--to", "2026-W09")
    return keepwell


def facts(keepwell: Keepwell, *asked: str) -> dict:
    _, out, err = keepwell("explain", *asked, "--now", NOW, "--json")
    assert err == ""
    return json.loads(out)


def test_a_share_has_an_interval_a_range_and_a_goal(measured):
    told = facts(measured, "logo_churn_rate", "2026-W09")
    low, high = map(Decimal, told["interval"]["95 %"])
    assert low < Decimal(told["value"]) < high
    assert told["no_interval_because"] is None
    assert told["usual"]["expected"] is not None
    assert told["smallest_visible_change"].endswith("times the usual")
    (goal,) = told["goals"]
    assert (goal["status"], goal["owner"]) == ("missed", "ana@example.com")


def test_the_segments_add_up_to_the_change(measured):
    told = facts(measured, "logo_churn_rate", "2026-W09")
    (plan,) = told["drivers"]
    assert (plan["dimension"], plan["unit"], plan["change"]) == ("plan", "count", "1")
    assert sum(Decimal(part["amount"]) for part in plan["parts"]) == Decimal(plan["change"])
    assert plan["parts"][0] == {"segment": "Starter", "amount": "1", "mix": "0"}


def test_people_read_the_same(measured):
    _, out, _ = measured("explain", "logo_churn_rate", "2026-W09", "--now", NOW)
    assert "  How sure    80 % between 3 % and 28.2 %; 95 % between 1.8 % and 40.4 %" in out
    assert (
        "  Drivers     customers left +1 against the 12 weeks before, by\n    plan  Starter +1"
        in out
    )
    assert "  Unusual" not in out  # the goal has a line of its own
    assert "(owner: ana@example.com)" in out


def test_a_stock_has_no_interval_and_says_why(measured):
    told = facts(measured, "mrr", "2026-W09")
    assert told["interval"] == {}
    assert told["no_interval_because"].startswith("it is counted in full")
    assert told["drivers"][0]["change"] == "-50"


def test_a_segment_that_can_not_be_cut_has_no_drivers(measured):
    assert facts(measured, "logo_churn_rate", "2026-W09", "--segment", "plan=Pro")["drivers"] == []


def test_what_was_not_measured_is_explained_against_what_was(measured):
    told = facts(measured, "mrr", "2026-02")
    assert (told["recorded_at"], told["drivers"]) == (None, [])
    assert "interval" in told


def test_a_figure_put_together_from_others_is_no_fraction(measured):
    _, out, _ = measured("explain", "clv_simple", "2026-W09", "--now", NOW)
    (line,) = [line for line in out.splitlines() if line.startswith("  Components")]
    assert " / " not in line
