"""A search in somebody's own time, pages that shift, what RT hides, and histories."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tasks.connectors.rt.reading import MOST_EMPTY
from tests.connectors.conformance.cases import named
from tests.connectors.conformance.rt import ADA, ANA, PAGE, RT
from tests.connectors.conformance.test_secrets import everything_written
from tests.doubles.faults import instead, saying

MAIN = RT.is_page
DAY, WEEK = 24 * 60, 7 * 24 * 60


def pages(rt):
    return [one for one in rt.asked("tickets") if MAIN(one)]


def some(rt, number):
    return [rt.add_ticket(ADA) for _ in range(number)]


@pytest.mark.parametrize(
    "zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"]
)
def test_a_search_in_any_time_zone_misses_no_change(here, rt, zone):
    """RT takes a time in a search for one of the asking user's own time zone."""
    rt.timezone = ZoneInfo(zone)
    first, *_ = some(rt, 3)
    here.wait(3 * DAY)
    here.read()
    here.wait(5)
    rt.change(first, Subject="Late")
    here.wait(30)
    assert named(here.tables(), "tickets", str(first))["subject"] == "Late"


def test_what_is_only_listed_for_the_time_zones_sake_is_not_read_again(here, rt):
    some(rt, 3)
    here.wait(3 * 60)
    here.read()
    before = len(rt.asked("history"))
    here.wait(3 * 60)
    assert here.read_main().rows == 0
    assert len(rt.asked("history")) == before


def test_a_run_without_news_of_a_day_asks_for_one_page(here, rt):
    """Complaint 7."""
    some(rt, 9)
    here.wait(DAY)
    here.read()
    before = len(rt.requests)
    here.wait(DAY)
    assert here.read_main().rows == 0
    assert len(rt.requests) - before == 1


def test_a_ticket_that_changes_or_goes_while_the_pages_are_read_shifts_no_other(here, rt):
    tickets = some(rt, 3 * PAGE + 1)
    touched = []

    def touch(asked):
        if MAIN(asked) and not touched:
            touched.append(rt.change(tickets[0], Subject="Touched"))
            rt.status(tickets[1], "deleted")

    rt.at("answered", "tickets", touch)
    report = here.read_main()
    assert (report.problem, report.duplicates, here.rows()) == (None, 0, 3 * PAGE + 1)
    assert {one.query["page"] for one in pages(rt)} == {"1"}


def test_more_tickets_of_one_second_than_a_page_holds_all_come_once(here, rt):
    """Complaint 1."""
    some(rt, 5 * PAGE + 2)
    report = here.read_main()
    assert (report.problem, report.duplicates, here.rows()) == (None, 0, 5 * PAGE + 2)


@pytest.mark.parametrize("counts", [True, False])
def test_pages_of_which_the_user_may_see_nothing_are_passed_over(here, rt, counts):
    """RT shows an empty page with more behind it; an uncounted search names no next page."""
    tickets = some(rt, 4 * PAGE)
    rt.hidden, rt.counts = set(tickets[PAGE : 3 * PAGE]), counts
    report = here.read_main()
    assert (report.problem, here.rows()) == (None, 2 * PAGE)


def test_an_uncounted_search_ends_after_so_many_empty_pages(here, rt):
    some(rt, 1)
    rt.counts = False
    report = here.read_main()
    assert (report.problem, report.complete, report.server_total) == (None, True, None)
    assert len(pages(rt)) == 1 + MOST_EMPTY


def test_a_history_of_many_pages_is_read_to_its_end(here, rt):
    (ticket,) = some(rt, 1)
    for _ in range(3 * PAGE):
        rt.comment(ticket, ANA)
    rt.pass_time(minutes=5)
    rt.correspond(ticket, ANA)
    row = named(here.tables(), "tickets", str(ticket))
    assert (row["first_agent_reply_at"] - row["created_at"]).seconds == 300
    assert len(rt.asked("history")) == 5, "the last one is empty: a history is not counted"


def test_a_history_that_names_the_same_again_and_again_is_an_error(here, rt):
    (ticket,) = some(rt, 1)
    step = {"id": "1", "Type": "Create", "Created": "2026-02-02T09:00:00Z", "ObjectId": str(ticket)}
    rt.order("history", saying({"items": [step], "next_page": "https://rt.example.com"}), times=99)
    assert "pages without end" in here.read_main().problem.what
    assert len(rt.asked("history")) == 2


def test_everybody_is_asked_about_once_and_the_requestor_never(here, rt):
    bob = rt.add_user("bob@example.com")
    for ticket in some(rt, 6):
        for who in (ADA, ANA, bob, ANA):
            rt.correspond(ticket, who)
    here.read()
    assert sorted(one.part["user"] for one in rt.asked("user")) == sorted([str(ANA), str(bob)])


def test_a_user_that_is_gone_is_no_agent(here, rt):
    (ticket,) = some(rt, 1)
    rt.correspond(ticket, ANA)
    rt.order("user", instead(404), times=9)
    folded = here.read()
    assert folded.problems == ()
    (row,) = folded.tables["tickets"].rows.to_pylist()
    assert row["first_agent_reply_at"] is None


def test_a_ticket_that_is_shredded_while_it_is_read_is_left_aside(here, rt):
    first, second = some(rt, 2)
    rt.order("history", instead(404))
    assert here.read_main().problem is None
    assert here.rows() == 1
    assert {first, second} == set(rt.there)


def test_no_word_of_a_history_no_name_and_no_other_field_is_kept(here, rt):
    ticket = rt.add_ticket(ADA, fields={"Diagnosis": ["private"]})
    rt.change(ticket, Subject="Very private", by=ANA)
    rt.change(ticket, Subject="Help", by=ANA)
    rt.correspond(ticket, ANA)
    here.read()
    landed = b"".join(everything_written(here.company.folder / "raw"))
    assert b"Correspond" in landed
    assert not [word for word in (b"rivate", b"Diagnosis", b'"ana"') if word in landed]


def test_a_deleted_ticket_is_found_within_a_week_and_comes_back_when_it_is_restored(here, rt):
    """RT hides what was deleted from every search."""
    first, _ = some(rt, 2)
    here.read()
    rt.status(first, "deleted")
    here.wait(WEEK + 60)
    assert named(here.tables(), "tickets", str(first)) is None
    rt.status(first, "open")
    here.wait(60)
    assert named(here.tables(), "tickets", str(first))


def test_a_ticket_from_before_the_first_sync_is_not_missed(here, rt):
    some(rt, 5)
    here.wait(400 * DAY)
    some(rt, 2)
    here.company.more = {"history_months": 12}
    here.read()
    here.wait(WEEK + 60)
    folded = here.read()
    assert folded.tables["tickets"].rows.num_rows == 2
    assert [note.text for note in folded.notes if note.kind == "drift"] == []


def test_only_the_queues_that_are_named_are_read(here, rt):
    name = "Bob's \\ desk"
    wanted = {str(rt.add_ticket(ADA, Queue=one)) for one in ("Support", name)}
    rt.add_ticket(ADA)
    here.company.more = {"queues": ["Support", name]}
    assert {row["ticket_id"] for row in here.tables()["tickets"]} == wanted


def test_a_second_of_a_limit_that_is_used_up_is_waited_out(here, rt):
    some(rt, 9)
    here.company.more = {"requests_per_second": 2}
    assert here.read_main().problem is None
    assert here.rows() == 9
    assert sum(here.company.time.pauses) > 0
