"""Reading an account on: cursors, floods, faults, limits, plans; each test is a complaint of somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tasks.connectors.http import Session
from tasks.connectors.zendesk import streams as of
from tasks.connectors.zendesk.access import api
from tasks.store import stream_state
from tests.connectors.zendesk.desk import desk, notes_of, rows_of
from tests.doubles.faults import (
    DROP,
    RESET,
    cut_json,
    half_a_gzip,
    instead,
    saying,
    web_page,
)

ANY_MINUTE = {"minutes": 5}


def ids(here, **changed):
    return [number for (number,) in here.rows("tickets", "ticket_id", **changed)]


def open_tickets(here, count, **fields):
    return [here.account.add_ticket(7, **fields) for _ in range(count)]


# --- cursors -------------------------------------------------------------------------------------
def test_a_start_is_sent_once_and_from_then_on_only_the_cursor(tmp_path):
    with desk(tmp_path, page=2) as here:
        open_tickets(here, 5)
        here.account.pass_time(**ANY_MINUTE)
        here.read()
        here.account.pass_time(hours=1)
        here.read()
        asked = [set(one.query) for one in here.zendesk.asked("tickets")]
        assert asked[0] == {"start_time", "per_page", "include"}
        assert asked[1:] == [{"cursor", "per_page", "include"}] * 3
        history = timedelta(days=30.5 * 24)
        began = here.account.now - timedelta(hours=1) - history
        assert here.zendesk.asked("tickets")[0].query["start_time"] == str(int(began.timestamp()))


def test_the_cursor_is_kept_over_the_end_of_the_stream(tmp_path):
    with desk(tmp_path) as here:
        open_tickets(here, 1)
        here.account.pass_time(**ANY_MINUTE)
        here.read()
        here.account.pass_time(hours=1)
        (late,) = open_tickets(here, 1)
        here.account.pass_time(**ANY_MINUTE)
        before = stream_state(here.store, "desk", of.TICKETS).cursor
        assert str(late) in ids(here)
        assert here.zendesk.asked("tickets")[-1].query["cursor"] == before


def test_a_templated_host_is_never_asked(tmp_path):
    with desk(tmp_path, page=2) as here:
        open_tickets(here, 5)
        here.account.pass_time(**ANY_MINUTE)
        assert len(ids(here)) == 5
        assert not any("subdomain" in str(one) for one in here.zendesk.requests)


def test_a_ticket_of_the_last_minute_comes_the_next_time(tmp_path):
    with desk(tmp_path) as here:
        open_tickets(here, 1)
        here.account.pass_time(seconds=30)
        assert ids(here) == []
        here.account.pass_time(seconds=60)
        assert len(ids(here)) == 1


def test_a_row_stamped_at_the_checkpoint_second_and_shown_later_is_not_lost(tmp_path):
    with desk(tmp_path) as here:
        here.account.add_organization(id=20, name="First", external_id="C20")
        here.account.pass_time(**ANY_MINUTE)
        here.read(customers=True, customer="external_id")
        stamp = here.account.organizations[20]["generated_timestamp"]
        here.account.add_organization(id=21, name="Late", external_id="C21")
        here.account.organizations[21]["generated_timestamp"] = stamp
        found = here.rows("customers", "name", customers=True, customer="external_id")
        assert ("Late",) in found


@pytest.mark.parametrize("skew", [timedelta(minutes=-10), timedelta(minutes=10)])
def test_a_clock_of_ours_that_is_wrong_changes_nothing(tmp_path, skew):
    with desk(tmp_path) as here:
        here.skew = skew
        first, second = open_tickets(here, 2)
        here.account.pass_time(**ANY_MINUTE)
        assert len(ids(here)) == 2
        here.account.solve(first)
        here.account.rate(second, "offered")
        here.account.pass_time(minutes=2)
        here.read()
        here.account.rate(second, "bad")
        here.account.pass_time(minutes=2)
        found = dict(here.rows("tickets", "ticket_id", "last_solved_at"))
        assert found[str(first)] is not None
        assert here.rows("survey_responses", "score") == [(0,)]


def test_a_flood_of_tickets_in_one_second_loses_nothing(tmp_path):
    with desk(tmp_path, page=10) as here:
        made = open_tickets(here, 35)
        here.account.pass_time(**ANY_MINUTE)
        assert sorted(map(int, ids(here))) == made


def test_a_flood_of_organizations_in_one_second_neither_loops_nor_loses_any(tmp_path):
    with desk(tmp_path, page=10) as here:
        for number in range(100, 135):
            here.account.add_organization(id=number, external_id=f"C{number}")
        here.account.pass_time(seconds=10)
        here.account.add_organization(id=200, external_id="C200")
        here.account.pass_time(**ANY_MINUTE)
        load = here.folded(customers=True, customer="external_id")
        assert load.problems == ()
        assert len(rows_of(load, "customers", "customer_id")) == 37
        assert len(here.zendesk.asked("organizations")) < 10


def test_an_export_that_has_nothing_and_never_ends_is_left_for_the_next_run(tmp_path):
    nothing = {"organizations": [], "count": 0, "end_time": 0, "end_of_stream": False}
    with desk(tmp_path) as here:
        here.zendesk.order("organizations", saying(nothing), times=50)
        here.account.pass_time(**ANY_MINUTE)
        assert here.read().problems == ()
        assert len(here.zendesk.asked("organizations")) == 1


def test_a_flood_of_metric_events_in_one_second_is_read_another_way(tmp_path):
    with desk(tmp_path, page=100) as here:
        made = open_tickets(here, 120)
        here.account.pass_time(minutes=30)
        for one in made:
            here.account.solve(one)
        here.account.pass_time(minutes=30)
        for one in made:
            here.account.reopen(one)
        here.account.pass_time(**ANY_MINUTE)
        load = here.folded()
        assert load.problems == ()
        opened = rows_of(load, "tickets", "reopened_at")
        assert (len(opened), len(set(opened))) == (120, 1)
        assert notes_of(load, "reopened") == []


def test_organizations_go_on_from_the_end_time_of_each_page(tmp_path):
    with desk(tmp_path, page=3) as here:
        for number in range(100, 108):
            here.account.add_organization(id=number)
            here.account.pass_time(minutes=1)
        here.account.pass_time(**ANY_MINUTE)
        here.read()
        starts = [int(one.query["start_time"]) for one in here.zendesk.asked("organizations")]
        assert starts[0] == 0
        assert starts == sorted(set(starts))


def test_exports_that_always_name_a_next_page_end_all_the_same(tmp_path):
    with desk(tmp_path, page=4) as here:
        for _ in range(9):
            here.account.add_call()
            here.account.pass_time(minutes=1)
        here.account.pass_time(**ANY_MINUTE)
        assert len(here.rows("calls", "call_id")) == 9
        asked = len(here.zendesk.asked("calls"))
        here.read()
        assert len(here.zendesk.asked("calls")) <= asked + 2


def test_a_cursor_that_comes_again_is_one_clear_error_and_no_loop(tmp_path):
    with desk(tmp_path, page=2) as here:
        open_tickets(here, 5)
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.stuck.add("tickets")
        load = here.read()
        assert len(load.problems) == 1
        assert "tickets" in str(load.problems[0])
        assert "tickets" in load.failed
        assert len(here.zendesk.asked("tickets")) < 10


def test_overlapping_pages_and_second_runs_make_no_duplicates(tmp_path):
    with desk(tmp_path, page=3) as here:
        made = open_tickets(here, 7)
        here.account.pass_time(**ANY_MINUTE)
        here.read()
        here.account.touch(made[0])
        here.account.pass_time(**ANY_MINUTE)
        load = here.folded()
        assert sorted(map(int, (one for (one,) in rows_of(load, "tickets", "ticket_id")))) == made
        assert load.tables["tickets"].duplicates == 0


def test_a_row_that_changes_while_it_is_read_is_there_once_in_its_last_state(tmp_path):
    with desk(tmp_path, page=3) as here:
        made = open_tickets(here, 8)
        here.account.pass_time(**ANY_MINUTE)

        def change(_asked):
            if len(here.zendesk.asked("tickets")) == 2:
                here.account.change_ticket(made[0], subject="Changed while you looked")
                here.account.pass_time(minutes=2)

        here.zendesk.at("answered", "tickets", change)
        found = dict(here.rows("tickets", "ticket_id", "subject"))
        assert len(found) == 8
        assert found[str(made[0])] == "Changed while you looked"


def test_a_system_update_whose_updated_at_is_older_than_the_start_is_kept(tmp_path):
    with desk(tmp_path) as here:
        (one,) = open_tickets(here, 1, created_at="2020-01-01T00:00:00Z")
        here.account.tickets[one]["updated_at"] = "2020-01-02T00:00:00Z"
        here.account.pass_time(**ANY_MINUTE)
        assert ids(here) == [str(one)]


def test_archived_tickets_are_there_after_a_fresh_start(tmp_path):
    with desk(tmp_path) as here:
        old, new = open_tickets(here, 2)
        here.account.solve(old)
        here.account.close(old)
        here.account.archive(old)
        here.account.pass_time(days=200)
        assert ids(here) == sorted([str(old), str(new)])
        assert not here.zendesk.asked("ticket_list")


def test_metric_sets_in_a_list_of_their_own_are_found(tmp_path):
    with desk(tmp_path) as here:
        here.zendesk.metrics_beside = True
        (one,) = open_tickets(here, 1)
        here.account.pass_time(minutes=12)
        here.account.reply(one)
        here.account.pass_time(**ANY_MINUTE)
        assert here.rows("tickets", "replies_before_first_solve") == [(1,)]


# --- faults --------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [409, 500, 502, 503, 504, 520, 524])
def test_a_server_that_stumbles_is_asked_again(tmp_path, status):
    with desk(tmp_path) as here:
        open_tickets(here, 2)
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.order("tickets", instead(status), times=2)
        load = here.folded()
        assert (load.problems, len(rows_of(load, "tickets", "ticket_id"))) == ((), 2)


@pytest.mark.parametrize(
    "fault", [DROP, RESET, cut_json, half_a_gzip, web_page, saying({"error": "later"})]
)
def test_half_answers_and_strange_ones_are_asked_for_again(tmp_path, fault):
    with desk(tmp_path) as here:
        open_tickets(here, 2)
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.order("tickets", fault, times=1)
        load = here.folded()
        assert (load.problems, len(rows_of(load, "tickets", "ticket_id"))) == ((), 2)


@pytest.mark.parametrize("fault", [web_page, half_a_gzip, saying({"error": "no", "tickets": 7})])
def test_a_stream_that_never_answers_properly_is_one_error_and_the_others_finish(tmp_path, fault):
    with desk(tmp_path) as here:
        open_tickets(here, 2)
        here.account.add_call()
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.order("tickets", fault, times=10**6)
        load = here.folded()
        assert len(load.problems) == 1
        assert load.failed == ("tickets",)
        assert "tickets" not in load.tables
        assert len(rows_of(load, "calls", "call_id")) == 1


def test_what_failed_goes_on_where_it_stopped(tmp_path):
    with desk(tmp_path, page=2) as here:
        made = open_tickets(here, 6)
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.order("tickets", instead(400), times=1, skip=2)
        assert here.folded().failed == ("tickets",)
        asked = len(here.zendesk.asked("tickets"))
        assert sorted(map(int, ids(here))) == made
        assert len(here.zendesk.asked("tickets")) <= asked + 2


@pytest.mark.parametrize("wait", ["2", "0", None, "Mon, 02 Feb 2026 09:00:01 GMT"])
def test_too_many_requests_waits_as_it_is_told(tmp_path, wait):
    with desk(tmp_path) as here:
        open_tickets(here, 1)
        here.account.pass_time(**ANY_MINUTE)
        said = {} if wait is None else {"Retry_After": wait}
        here.zendesk.order("tickets", instead(429, **said))
        assert len(ids(here)) == 1
        if wait == "2":
            assert max(here.slept.pauses) >= 1.9


# --- limits, plans, credentials ------------------------------------------------------------------
def test_the_first_sync_asks_hardly_more_often_than_it_must(tmp_path):
    with desk(tmp_path) as here:
        for _ in range(100):
            open_tickets(here, 50)
            here.account.pass_time(hours=3)
        here.account.pass_time(days=60)
        here.read()
        exports = ("tickets", "users", "organizations", "metric_events")
        # 5,000 tickets are five pages at least, and the three other exports one each.
        assert sum(len(here.zendesk.asked(one)) for one in exports) == 5 + 3


def test_fifty_pages_take_hardly_longer_than_the_plan_demands_and_none_is_refused(tmp_path):
    with desk(tmp_path, page=1, exports_per_minute=10, requests_per_minute=200) as here:
        here.zendesk.limit(exports=10, seconds=60)
        for limit in here.zendesk.limits:
            limit.clock = lambda: here.slept.at
        open_tickets(here, 50)
        here.account.pass_time(**ANY_MINUTE)
        settings, began = here.of(), here.slept.at
        tickets = next(one for one in of.streams(settings) if one.name == of.TICKETS)
        with Session(api(settings), here.slept.world()) as session:
            pages = list(tickets.pages(session, None, here.account.now))
        assert len(pages) == 50
        assert [limit.refused for limit in here.zendesk.limits] == [0, 0, 0]
        assert here.slept.at - began <= 50 / 10 * 60 * 1.2


def test_an_hour_without_news_costs_a_handful_of_requests(tmp_path):
    with desk(tmp_path) as here:
        open_tickets(here, 300)
        here.account.pass_time(**ANY_MINUTE)
        here.read()
        before = len(here.zendesk.requests)
        here.account.pass_time(hours=1)
        here.read()
        # 1 % of the smallest plan's 200 a minute is 120 an hour.
        assert len(here.zendesk.requests) - before <= 12


def test_calls_that_are_not_in_the_plan_are_a_note_and_no_table(tmp_path):
    with desk(tmp_path) as here:
        open_tickets(here, 1)
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.not_in_plan = {"calls", "ratings", "surveys", "schedules"}
        here.zendesk.missing = {"responses"}
        load = here.folded()
        assert load.problems == ()
        assert not {"calls", "survey_responses", "survey_sends"} & set(load.tables)
        why = "the plan has none, or the token may not read them."
        assert notes_of(load, "skipped") == [
            f"desk: no calls: {why}",
            f"desk: no satisfaction ratings and no survey responses: {why}",
        ]


def test_having_only_one_of_the_two_systems_of_satisfaction_is_worth_no_note(tmp_path):
    with desk(tmp_path) as here:
        here.zendesk.not_in_plan = {"responses", "surveys"}
        here.account.rate(here.account.add_ticket(7), "good")
        here.account.pass_time(**ANY_MINUTE)
        load = here.folded()
        assert notes_of(load, "skipped") == []
        assert rows_of(load, "survey_responses", "score") == [(1,)]


def test_what_was_read_before_the_plan_lost_it_stays(tmp_path):
    with desk(tmp_path) as here:
        here.account.add_call()
        here.account.pass_time(**ANY_MINUTE)
        assert len(here.rows("calls", "call_id")) == 1
        here.zendesk.not_in_plan = {"calls"}
        assert len(here.rows("calls", "call_id")) == 1


def test_a_refused_token_is_one_problem_with_what_to_do(tmp_path):
    with desk(tmp_path) as here:
        load = here.read(token="wr0ng-t0ken")
        (problem,) = load.problems
        assert "API tokens" in str(problem)
        assert load.tables == ()
        assert "wr0ng" not in repr(load)


def test_somebody_who_is_no_admin_is_told_so(tmp_path):
    with desk(tmp_path) as here:
        here.zendesk.not_in_plan = {"tickets", "users", "organizations", "metric_events"}
        load = here.read()
        assert any("admin" in str(problem) for problem in load.problems)


def test_an_oauth_token_that_runs_out_in_the_middle_is_renewed(tmp_path):
    client = {"client_id": "keepwell", "client_secret": "zd-client-secret"}
    with desk(tmp_path, page=3, **client) as here:
        made = open_tickets(here, 9)
        here.account.pass_time(**ANY_MINUTE)

        def expires(_asked):
            if len(here.zendesk.asked("tickets")) == 2:
                here.zendesk.expire()

        here.zendesk.at("answered", "tickets", expires)
        load = here.folded()
        assert load.problems == ()
        assert len(rows_of(load, "tickets", "ticket_id")) == len(made)
        assert here.zendesk.asked_for_access == 2


def test_a_renewal_that_fails_once_is_tried_again(tmp_path):
    client = {"client_id": "keepwell", "client_secret": "zd-client-secret"}
    with desk(tmp_path, **client) as here:
        open_tickets(here, 1)
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.order("oauth", instead(503), times=1)
        load = here.folded()
        assert load.problems == ()
        assert len(rows_of(load, "tickets", "ticket_id")) == 1


def test_secrets_are_in_no_file_note_or_problem(tmp_path):
    with desk(tmp_path) as here:
        open_tickets(here, 1)
        here.account.pass_time(**ANY_MINUTE)
        here.zendesk.order("users", instead(400), times=1)
        load = here.read()
        secret = here.zendesk.token
        assert secret not in repr(load.problems) + repr(load.notes) + repr(here.of())
        for file in (one for one in tmp_path.rglob("*") if one.is_file()):
            assert secret not in file.name
            assert secret.encode() not in file.read_bytes()


def test_fields_to_leave_out_are_dropped_before_anything_is_kept(tmp_path):
    import gzip

    with desk(tmp_path, leave_out=["description", "email"]) as here:
        open_tickets(here, 1, description="my password is hunter2")
        here.account.pass_time(**ANY_MINUTE)
        assert here.rows("tickets", "body") == [(None,)]
        for file in (one for one in (tmp_path / "raw").rglob("*") if one.is_file()):
            kept = file.read_bytes()
            kept = gzip.decompress(kept) if kept[:2] == b"\x1f\x8b" else kept
            assert b"hunter2" not in kept
            assert b"user" not in kept.replace(b"users", b"") or b"@example.com" not in kept


def test_our_count_of_tickets_is_the_servers(tmp_path):
    with desk(tmp_path, page=7) as here:
        open_tickets(here, 40)
        here.account.pass_time(**ANY_MINUTE)
        load = here.folded()
        total = next(one for one in load.totals if one.table == "tickets")
        assert (total.read, total.loaded) == (len(here.account.tickets), 40)


def test_history_reaches_as_far_as_the_settings_say(tmp_path):
    with desk(tmp_path) as here:
        here.account.pass_time(**ANY_MINUTE)
        here.read(history_months=3)
        started = int(here.zendesk.asked("tickets")[0].query["start_time"])
        reach = here.account.now - datetime.fromtimestamp(started, UTC)
        assert reach == timedelta(days=91.5)


def test_another_history_begins_anew_and_the_rest_goes_on(tmp_path):
    with desk(tmp_path) as here:
        open_tickets(here, 3)
        here.account.pass_time(**ANY_MINUTE)
        here.read(history_months=3)
        assert len(ids(here, history_months=12)) == 3
        assert "start_time" in here.zendesk.asked("tickets")[-1].query
