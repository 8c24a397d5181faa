"""Is all of the history read, although Zoom gives a month at most? Complaints 10 and 13."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.connectors.conformance.company import tables_of
from tests.doubles.faults import Reply, instead
from tests.doubles.zoom import at

DAY = timedelta(days=1)


def calls(here):
    return here.tables()["calls"]


def slices(zoom):
    asked = [one.query for one in zoom.asked("call_history") if one.query["page_size"] != "1"]
    return [(at(one["from"]), at(one["to"])) for one in asked if "next_page_token" not in one]


def test_six_months_are_asked_for_in_six_slices_that_leave_no_gap(here, zoom):
    here.company.more = {"history_days": 180}
    for month in range(6):
        zoom.add_call(at=zoom.now - (10 + 30 * month) * DAY)
    assert len(calls(here)) == 6
    asked = slices(zoom)
    assert len(asked) == 6
    assert all(end - begin <= 30 * DAY for begin, end in asked)
    assert all(before[1] == after[0] for before, after in pairwise(asked))
    assert (asked[0][0], asked[-1][1]) == (zoom.now - 180 * DAY, zoom.now)


@pytest.mark.parametrize("dates_only", [False, True])
def test_less_time_than_asked_for_is_an_error_not_a_silence(here, zoom, dates_only):
    here.company.more = {"contact_center": False}
    zoom.dates_only = dates_only
    zoom.clips = 7 * DAY
    zoom.add_call(at=zoom.now - 20 * DAY)
    (problem,) = here.read().problems
    assert "gave less than the time" in str(problem)


def test_a_slice_that_ends_before_it_was_asked_to_is_an_error_too(here, zoom):
    def shorter(proper):
        return Reply({**proper.data, "to": proper.data["from"]})

    zoom.order("call_history", shorter)
    (problem,) = here.read().problems
    assert "gave less than the time" in str(problem)


def test_an_echo_of_dates_covers_what_was_asked(here, zoom):
    zoom.dates_only = True
    zoom.add_call(at=zoom.now - DAY)
    assert len(calls(here)) == 1


def test_a_slice_whose_token_ran_out_is_read_again(here, zoom):
    begins = zoom.now - 50 * DAY
    for number in range(9):
        zoom.add_call(at=begins + timedelta(minutes=number))

    def dawdle(asked):
        if len(zoom.asked("call_history")) == 2:
            zoom.pass_time(minutes=16)

    zoom.at("received", "call_history", dawdle)
    folded = here.read()
    assert folded.problems == ()
    assert len(tables_of(folded)["calls"]) == 9
    assert slices(zoom)[0] == slices(zoom)[1]


@pytest.mark.parametrize("shape", ["newer", "older", "both"])
def test_calls_come_under_the_older_name_the_newer_or_both_and_count_once(here, zoom, shape):
    zoom.old_array, zoom.both_arrays = shape == "older", shape == "both"
    for number in range(5):
        zoom.add_call(at=zoom.now - DAY + timedelta(minutes=number))
    assert len(calls(here)) == 5


def test_a_call_that_moves_from_the_older_name_to_the_newer_stays_one(here, zoom):
    zoom.old_array = True
    key = zoom.add_call(at=zoom.now - DAY)
    assert len(calls(here)) == 1
    zoom.old_array = False
    here.wait()
    assert [row["call_id"] for row in calls(here)] == [key]


def test_a_call_that_is_listed_a_day_late_is_not_lost_by_the_runs_in_between(here, zoom):
    zoom.add_call(at=zoom.now - timedelta(minutes=5), late=1.5 * DAY)
    found = []
    for _ in range(5):
        found.append(len(calls(here)))
        here.wait(12 * 60)
    assert found == [0, 0, 0, 1, 1]


def test_a_call_that_is_older_than_zoom_tells_of_stays(here, zoom):
    key = zoom.add_call(at=zoom.now - 58 * DAY)
    here.read()
    here.wait(8 * 24 * 60)
    assert [row["call_id"] for row in calls(here)] == [key]


def test_without_any_headers_it_waits_longer_each_time(here, zoom):
    zoom.add_call(at=zoom.now - DAY)
    said = {"code": 429, "message": "You have reached the maximum per-second rate limit."}
    zoom.order("call_history", instead(429, said), times=3)
    folded = here.read()
    assert folded.problems == ()
    assert here.company.time.pauses[:3] == sorted(here.company.time.pauses[:3])
    assert len(set(here.company.time.pauses[:3])) == 3


def test_the_limit_of_a_day_stops_everything_at_once(here, zoom):
    zoom.add_call(at=zoom.now - DAY)
    said = {"code": 429, "message": "You have reached the maximum daily rate limit for this API."}
    zoom.order("call_history", instead(429, said), times=99)
    problems = here.read().problems
    assert {problem.todo for problem in problems} == {problems[0].todo}
    assert "after midnight UTC" in problems[0].todo
    assert len(zoom.asked("call_history")) == 1


def test_it_keeps_a_pace_of_its_own(here, zoom):
    here.company.more = {"heavy_per_s": 5, "history_days": 180, "contact_center": False}
    began = here.company.time.at
    here.read()
    asked = len(zoom.asked("call_history"))
    assert here.company.time.at - began >= (asked - 5) / 5


def test_a_token_is_got_once_and_again_when_it_has_run_out(here, zoom):
    here.read()
    assert zoom.asked_for_access == 1
    assert here.read().problems == ()  # a new run, a new session
    assert zoom.asked_for_access == 2


def test_a_wrong_secret_is_told_with_what_to_do(here, zoom):
    zoom.secret = "another"
    problem = here.read().problems[0]
    assert "account_id, client_id and client_secret" in str(problem)


def test_a_scope_that_is_missing_is_told_with_what_to_do(here, zoom):
    message = "Invalid access token, does not contain scopes:[phone:read:list_call_logs:admin]."
    zoom.order("call_history", instead(400, {"code": 4711, "message": message}), times=99)
    (problem,) = here.read().problems
    assert "the app may not read this" in problem.what
    assert problem.todo.startswith("Give the app the scope")
    assert len(zoom.asked("call_history")) == 1
