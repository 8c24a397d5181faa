"""Pages are landed once, and the newest row of each key is what counts (complaints 5, 7, 17, 18, 31)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tasks.connectors.landing import land
from tasks.connectors.latest import latest, survivors
from tasks.connectors.outcomes import absent_tables, failed_tables, notes, problems
from tasks.connectors.streams import ALREADY_RUNNING
from tasks.errors import SourceRejected, SourceUnavailable
from tasks.store import begin_reading, pages_of, runs_of, stream_state
from tests.connectors.layer.asking import NOW, session
from tests.connectors.layer.desk import Desk, around, by_path, stream
from tests.doubles.faults import instead, saying

TICKETS = stream()
PLANS = stream("plans", "/plans", full=True)


@pytest.fixture
def desk():
    with Desk(tickets=25) as opened:
        yield opened


@pytest.fixture
def here(tmp_path):
    surroundings = around(tmp_path)
    yield surroundings
    surroundings.store.close()


def read(desk, here, *streams):
    with session(desk) as asking:
        return land("desk", streams or (TICKETS,), asking, here)


def rows(here, of=TICKETS):
    return {row["id"]: row["status"] for row in latest("desk", of, here)}


def test_every_row_is_there_and_the_report_says_so(desk, here):
    (report,) = read(desk, here)
    assert rows(here) == dict.fromkeys(range(25), "new")
    assert (report.pages, report.rows, report.new, report.changed) == (3, 25, 25, 0)
    assert (report.complete, report.watermark, report.cursor_out) == (True, NOW, "25")


def test_the_next_run_reads_only_what_is_new(desk, here):
    read(desk, here)
    desk.requests.clear()
    desk.write(3, "solved")
    desk.write(99, "new")
    (report,) = read(desk, here)
    assert [each.query for each in desk.requests] == [{"cursor": "25"}]
    assert (report.rows, report.new, report.changed, report.duplicates) == (2, 1, 1, 0)
    assert rows(here)[3] == "solved"
    assert len(rows(here)) == 26


def test_without_news_one_question_is_asked_and_nothing_kept(desk, here):
    read(desk, here)
    desk.requests.clear()
    (report,) = read(desk, here)
    assert (len(desk.requests), report.rows, report.complete) == (1, 0, True)
    assert len(pages_of(here.store, stream_state(here.store, "desk", "tickets"))) == 3


def test_the_same_rows_again_change_nothing(desk, here):
    read(desk, here)
    desk.changes += desk.changes[20:25]
    (report,) = read(desk, here)
    assert (report.new, report.changed, report.duplicates) == (0, 0, 5)
    assert len(rows(here)) == 25


def test_an_older_state_that_comes_later_does_not_count(desk, here):
    desk.write(3, "solved")
    desk.changes.append({"id": 3, "status": "old", "updated_at": "2020-01-01"})
    read(desk, here)
    assert rows(here)[3] == "solved"


def test_of_two_states_with_one_version_the_later_counts(desk, here):
    desk.changes.append(desk.changes[3] | {"status": "later"})
    read(desk, here)
    assert rows(here)[3] == "later"


def test_a_page_that_fails_does_not_move_the_cursor(desk, here):
    desk.order("tickets", instead(503), times=99, skip=2)
    (report,) = read(desk, here)
    assert isinstance(report.problem, SourceUnavailable)
    assert (report.pages, report.complete, report.cursor_out) == (2, False, "20")
    assert stream_state(here.store, "desk", "tickets").watermark is None

    desk.calm()
    desk.requests.clear()
    (report,) = read(desk, here)
    assert [each.query["cursor"] for each in desk.requests] == ["20"]
    assert (len(rows(here)), report.complete) == (25, True)


def test_a_stream_that_fails_leaves_the_others_alone(desk, here):
    desk.plans = {"a": {"id": "a", "status": "sold", "updated_at": "1"}}
    desk.order("tickets", instead(500), times=99)
    reports = read(desk, here, TICKETS, PLANS)
    assert [report.complete for report in reports] == [False, True]
    assert failed_tables(reports) == ("tickets",)
    (problem,) = problems(reports)
    assert str(problem).startswith("crm: tickets could not be read: it answered 500")


def test_what_the_plan_does_not_have_is_a_note(desk, here):
    optional = stream("ratings", "/nowhere", optional=True)
    reports = read(desk, here, TICKETS, optional)
    assert (problems(reports), failed_tables(reports)) == ((), ())
    assert absent_tables(reports) == ("ratings",)
    (note,) = notes("desk", reports)
    assert "ratings were not given to us" in note.text


def test_what_must_be_there_and_is_not_is_a_problem(desk, here):
    (report,) = read(desk, here, stream("ratings", "/nowhere"))
    assert isinstance(report.problem, SourceRejected)


def test_rows_without_their_key_are_said_so_and_not_landed(desk, here):
    desk.changes[12] = {"status": "?"}
    (report,) = read(desk, here)
    assert "another shape than expected (no 'id')" in report.problem.what
    assert report.pages == 1


def test_a_cursor_that_comes_again_ends_the_stream(desk, here):
    same = saying({"tickets": [], "after": "10", "end": False})
    desk.order("tickets", same, times=99, skip=1)
    (report,) = read(desk, here)
    assert "names as its next page one that was read before" in report.problem.what
    assert len(desk.requests) == 2


def test_pages_that_only_seem_to_move_end_as_well(desk, here):
    def pages(asking, cursor, now):
        while True:
            yield from by_path("/tickets")(asking, None, now)

    (report,) = read(desk, here, replace(TICKETS, pages=pages))
    assert "came back to a page that was read before" in report.problem.what


def test_who_comes_second_leaves_it_to_the_first(desk, here):
    first = begin_reading(here.store, "desk", "tickets", TICKETS.settings(desk.base_url))
    reports = read(desk, here)
    assert (reports[0].skipped, reports[0].problem) == (ALREADY_RUNNING, None)
    assert (problems(reports), failed_tables(reports)) == ((), ("tickets",))
    assert desk.requests == []
    assert first.state.version == 0


def test_who_lost_the_lease_stops_without_a_word(desk, here):
    def overtaken(_asked):
        begin_reading(here.store, "desk", "tickets", "other", lease_s=0)

    with session(desk) as asking:
        settings = TICKETS.settings(desk.base_url)
        desk.at("received", "tickets", lambda _asked: _take_over(here.store, settings))
        (report,) = land("desk", (TICKETS,), asking, here)
    assert (report.skipped, report.rows) == (ALREADY_RUNNING, 0)


def _take_over(store, settings):
    from sqlalchemy import update

    from tasks.store.tables import streams

    with store.writing("streams") as connection:
        connection.execute(update(streams).values(fence=streams.c.fence + 1))


def test_other_settings_begin_anew_and_never_use_the_old_cursor(desk, here):
    read(desk, here)
    desk.requests.clear()
    (report,) = read(desk, here, replace(TICKETS, config="since 2025"))
    assert desk.requests[0].query == {}
    assert (report.rows, report.new, len(rows(here))) == (25, 25, 25)
    assert stream_state(here.store, "desk", "tickets").generation == 1
    assert len(list((here.raw / "desk/tickets").glob("*.gz"))) == 3


def test_pages_that_are_gone_are_read_anew(desk, here):
    read(desk, here)
    next((here.raw / "desk/tickets").glob("*.gz")).unlink()
    said = []
    (report,) = read(desk, replace(here, show=said.append))
    assert (report.rows, len(rows(here))) == (25, 25)
    assert said == ["desk: tickets: some of its pages are gone, so it is read anew"]


def test_a_damaged_page_is_named(desk, here):
    read(desk, here)
    path = max((here.raw / "desk/tickets").glob("*.gz"))
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(SourceRejected, match="cannot be read any more"):
        rows(here)


def test_a_cursor_the_vendor_forgot_begins_anew(desk, here):
    read(desk, here)
    desk.order("tickets", instead(410))
    (report,) = read(desk, here)
    assert (report.complete, report.rows, len(rows(here))) == (True, 25, 25)


def test_a_full_listing_tells_what_is_gone(desk, here):
    desk.plans = {k: {"id": k, "status": "sold", "updated_at": "1"} for k in "abc"}
    read(desk, here, PLANS)
    del desk.plans["b"]
    (report,) = read(desk, here, PLANS)
    gone = [row["id"] for row in latest("desk", PLANS, here) if "_gone_at" in row]
    assert (gone, report.deleted, report.duplicates) == (["b"], 1, 2)

    desk.plans["b"] = {"id": "b", "status": "back", "updated_at": "1"}
    read(desk, here, PLANS)
    assert not [row for row in latest("desk", PLANS, here) if "_gone_at" in row]


def test_a_listing_that_breaks_off_lets_nothing_go(desk, here):
    desk.plans = {f"{n:02}": {"id": f"{n:02}", "status": "", "updated_at": "1"} for n in range(25)}
    read(desk, here, PLANS)
    del desk.plans["24"]
    desk.order("all_plans", instead(503), times=99, skip=1)
    read(desk, here, PLANS)
    assert not [row for row in latest("desk", PLANS, here) if "_gone_at" in row]
    desk.calm()
    read(desk, here, PLANS)
    assert [r["id"] for r in latest("desk", PLANS, here) if "_gone_at" in r] == ["24"]


def test_when_everything_is_gone_all_of_it_is(desk, here):
    desk.plans = {"a": {"id": "a", "status": "", "updated_at": "1"}}
    read(desk, here, PLANS)
    desk.plans.clear()
    (report,) = read(desk, here, PLANS)
    assert report.deleted == 1


def test_a_lost_index_is_made_again_and_says_the_same(desk, here):
    desk.plans = {k: {"id": k, "status": "sold", "updated_at": "1"} for k in "abc"}
    read(desk, here, PLANS)
    del desk.plans["b"]
    read(desk, here, PLANS)
    desk.plans.clear()
    read(desk, here, PLANS)
    before = list(latest("desk", PLANS, here))
    for damaged in (here.raw / "desk/plans").glob("newest*"):
        damaged.write_bytes(b"no database" * 99)
    assert list(latest("desk", PLANS, here)) == before


def test_a_store_that_begins_anew_beside_old_pages_reads_everything(desk, here, tmp_path):
    read(desk, here)
    here.store.close()
    for file in tmp_path.glob("keepwell.db*"):
        file.unlink()
    desk.changes = desk.changes[10:]
    fresh = around(tmp_path)
    with fresh.store:
        (report,) = read(desk, fresh)
        assert (report.rows, report.new) == (15, 15)
        assert sorted(rows(fresh)) == list(range(10, 25))


def test_what_is_gone_is_gone_since_the_run_that_missed_it(desk, here):
    desk.plans = {"a": {"id": "a", "status": "", "updated_at": "1"}}
    read(desk, here, PLANS)
    desk.plans.clear()
    later = replace(here, now=NOW + timedelta(days=1))
    read(desk, later, PLANS)
    read(desk, replace(here, now=NOW + timedelta(days=2)), PLANS)
    (row,) = latest("desk", PLANS, later)
    assert row["_gone_at"] == later.now.isoformat()


def test_old_pages_become_one_with_the_newest_rows(desk, here):
    desk.plans = {k: {"id": k, "status": "sold", "updated_at": "1"} for k in "abc"}
    read(desk, here, TICKETS, PLANS)
    del desk.plans["b"]
    for number in range(5):
        desk.write(number, "solved")
    read(desk, here, TICKETS, PLANS)
    desk.write(7, "solved")
    before = [list(latest("desk", each, here)) for each in (TICKETS, PLANS)]

    later = replace(here, now=NOW + timedelta(days=10_000))
    read(desk, later, TICKETS, PLANS)
    after = [list(latest("desk", each, here)) for each in (TICKETS, PLANS)]
    assert sorted(map(str, after[1])) == sorted(map(str, before[1]))
    assert {row["id"]: row["status"] for row in after[0]} == {
        row["id"]: row["status"] for row in before[0]
    } | {7: "solved"}
    for each in ("tickets", "plans"):
        pages = pages_of(here.store, stream_state(here.store, "desk", each))
        files = {path.name for path in (here.raw / "desk" / each).glob("*.gz")}
        assert files == {page.path.rpartition("/")[2] for page in pages}
        assert [page.seq for page in pages][1:] == [pages[-1].seq]  # one old, and the new one
    assert runs_of(here.store, "desk", stream="tickets")[0].changed == 1


def test_a_run_report_is_kept_for_every_run(desk, here):
    read(desk, here)
    desk.order("tickets", instead(403))
    read(desk, here)
    second, first = runs_of(here.store, "desk")
    assert (first.pages, first.rows, first.new, first.complete, first.problem) == (
        3,
        25,
        25,
        True,
        "",
    )
    assert "status 403" in second.problem
    assert (second.complete, second.cursor_in, second.cursor_out) == (False, "25", "25")


def test_merged_ids_lead_to_the_one_that_lives_on():
    assert survivors([("a", "b"), ("b", "c"), ("x", "y")]) == {"a": "c", "b": "c", "x": "y"}
    assert survivors([("a", "b"), ("b", "a"), ("c", "c")]) == {}
