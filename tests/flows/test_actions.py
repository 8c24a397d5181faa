"""`keepwell actions`: logged once, listed with what came of them, refused where names are wrong."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest

from flows.actions import effects_seen, marks_for
from flows.workspace import opened
from tasks.model import Cell, Grain, Observation
from tasks.store import action_history, actions, record
from tests.flows.small import NOW

MOMENT = datetime.fromisoformat(NOW)
ADD = ("actions", "add", "Onboarding programme", "--kpi", "logo_churn_rate")
SINCE = ("--from", "2025-09-01")


@pytest.fixture
def measured(keepwell, company):
    """The command line of a company with a year of weeks: Starter's churn falls in September."""
    with opened(company / "keepwell.yaml", {}) as workspace:
        calendar = workspace.settings.calendar
        last = calendar.last_complete(Grain.WEEK, MOMENT)
        weeks = calendar.between(calendar.previous(last, 51), last)
        rows = [seen for week in weeks for seen in of_week(week)]
        record(workspace.store, rows, recorded_at=MOMENT)
    return keepwell


def of_week(week):
    is_late = week.first_day.isoformat() >= "2025-09-01"
    odd = week.first_day.toordinal() // 7 % 2 * 2 - 1
    for plan, lost, size in (("Starter", 1 if is_late else 4, 100), ("Pro", 6, 300)):
        yield Observation(
            "logo_churn_rate", "default", Grain.WEEK, week.key, "ratio", week.end_at, "plan", plan,
            Decimal(lost + odd), Decimal(size), size,
        )  # fmt: skip


def test_an_action_is_logged_once_and_says_who(measured, company, monkeypatch):
    monkeypatch.setenv("KEEPWELL_USER", "ana")
    code, out, err = measured(*ADD, "--segment", "Starter", *SINCE, "--owner", "Ana")
    assert (code, out, err) == (0, "1 'Onboarding programme' is logged.\n", "")
    code, out, _ = measured(*ADD, "--segment", "plan=Starter", *SINCE)
    assert (code, out) == (0, "1 'Onboarding programme' was logged already.\n")
    with opened(company / "keepwell.yaml", {}) as workspace:
        stored = actions(workspace.store)
        assert [(one.segment_dimension, one.segment, one.owner) for one in stored] == [
            ("plan", "Starter", "Ana")
        ]
        assert [(one.what, one.who) for one in action_history(workspace.store)] == [
            ("added", "ana")
        ]


def test_the_list_says_what_came_of_it(measured):
    measured(*ADD, "--segment", "Starter", *SINCE, "--note", "with videos")
    code, out, _ = measured("actions", "list", "--now", NOW)
    first, second, third = out.splitlines()
    assert code == 0
    assert first == ("1  Onboarding programme: logo_churn_rate, Starter, from 2025-09-01")
    assert second.startswith("   worked: 4 % -> 1 %, others unchanged, 26 weeks in; its part is -")
    assert third == "   note: with videos"


def test_the_list_as_json_has_the_numbers(measured):
    measured(*ADD, "--segment", "Starter", *SINCE)
    _, out, _ = measured("actions", "list", "--json", "--now", NOW)
    found = json.loads(out)[0]
    assert (found["id"], found["segment"], found["to"]) == (1, "Starter", None)
    told = found["effect"]
    assert (told["outcome"], told["periods"]) == ("worked", 26)
    assert told["low"] < told["change"] < told["high"] < 0


def test_ending_it_twice_says_so(measured):
    measured(*ADD, *SINCE)
    assert measured("actions", "end", "1", "--on", "2025-12-31")[1] == (
        "1 'Onboarding programme' ends on 2025-12-31.\n"
    )
    assert measured("actions", "end", "1", "--on", "2025-12-31")[1] == (
        "1 'Onboarding programme' ended on 2025-12-31 already.\n"
    )
    assert measured("actions", "end", "7")[0] == 2


def test_it_is_ended_by_its_name(measured):
    measured(*ADD, *SINCE)
    said = measured("actions", "end", "onboarding programme", "--on", "2025-12-31")
    assert said == (0, "1 'Onboarding programme' ends on 2025-12-31.\n", "")
    assert measured("actions", "end", "Onbording programme")[2] == (
        "keepwell: unknown action 'Onbording programme'; did you mean 'Onboarding programme'?\n"
    )


def test_of_two_with_one_name_the_one_that_runs_is_ended(measured):
    measured(*ADD, "--from", "2025-03-01", "--to", "2025-06-30")
    measured(*ADD, *SINCE)
    assert measured("actions", "end", "Onboarding programme", "--on", "2025-12-31")[0] == 0
    measured(*ADD, "--from", "2026-01-01")
    measured(*ADD, "--from", "2026-02-01")
    assert measured("actions", "end", "Onboarding programme")[2] == (
        "keepwell: 'Onboarding programme' may be several actions: give a number, 3, 4.\n"
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--segment", "Startr"), "did you mean 'plan=Starter'?"),
        (("--segment", "plan=Startr"), "unknown plan 'Startr'; did you mean 'Starter'?"),
        (("--to", "2025-08-01"), "cannot end on 2025-08-01"),
        (("--from", "soon"), "'soon' is not a day"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(measured, given, says):
    code, _, err = measured(*ADD, *SINCE, *given)
    assert code == 2
    assert says in " ".join(err.replace("│", " ").split())
    assert measured("actions", "list")[1] == ""


def test_an_unknown_kpi_is_refused(measured):
    code, _, err = measured("actions", "add", "X", "--kpi", "logo_churn_rat", *SINCE)
    assert code == 2
    assert "did you mean 'logo_churn_rate'?" in err


def test_a_kpi_outside_the_digests_is_taken_with_a_warning(measured):
    code, _, err = measured("actions", "add", "X", "--kpi", "nps_response_rate", *SINCE)
    assert code == 0
    assert "add it to kpis.include" in err


def test_a_digest_is_given_the_effect_and_the_mark(measured, company):
    measured(*ADD, "--segment", "Starter", *SINCE)
    with opened(company / "keepwell.yaml", {}) as workspace:
        period = workspace.settings.calendar.last_complete(Grain.WEEK, MOMENT)
        told, marks = effects_seen(workspace, {}, period)
        early = workspace.settings.calendar.previous(period, 20)
        then, _ = effects_seen(workspace, {}, early)
    assert [(one.action, one.segment, one.unit) for one in told] == [
        ("Onboarding programme", "Starter", "ratio")
    ]
    assert told[0].verdict == "others unchanged; it worked"
    assert told[0].low < told[0].high < 0
    assert (told[0].before, told[0].after) == (Decimal("0.04"), Decimal("0.01"))
    assert then[0].periods == 6
    assert [(one.date.isoformat(), one.label) for one in marks] == [
        ("2025-09-01", "Onboarding programme")
    ]


def test_a_chart_is_marked_by_what_may_have_moved_it(measured, company):
    measured(*ADD, "--segment", "Starter", *SINCE)
    with opened(company / "keepwell.yaml", {}) as workspace:
        found = actions(workspace.store)
    cell = Cell("logo_churn_rate", "default", Grain.WEEK)
    starter, pro = (
        Cell(cell.kpi, "default", Grain.WEEK, "plan", name) for name in ("Starter", "Pro")
    )
    assert [bool(marks_for(found, one)) for one in (cell, starter, pro)] == [True, True, False]
    assert not marks_for(found, Cell("nrr", "default", Grain.WEEK))


def test_nothing_logged_says_how_to_log(keepwell):
    code, out, err = keepwell("actions", "list")
    assert (code, out) == (0, "")
    assert "'keepwell actions add' logs one" in err
