"""Days and seconds, scrolls that break, limits: complaints 9, 13 and 23."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.connectors.intercom.access import VERSION, budget
from tasks.connectors.intercom.reading import day
from tests.connectors.conformance.cases import named
from tests.connectors.conformance.company import Here, company_in
from tests.connectors.conformance.intercom import INTERCOM
from tests.doubles.faults import DROP, instead
from tests.doubles.intercom import Intercom, error

ROUNDS = 4  # of a scroll: the first one, and three that begin anew
BROKEN = error(500, "server_error", "Please restart the scroll operation.")


def emails(here):
    return {row["contact_id"]: row["email"] for row in here.tables()["contacts"]}


@pytest.mark.parametrize("zone_h", [-11, 0, 13])
@pytest.mark.parametrize("hour", [0, 9, 23])
def test_a_contact_changed_earlier_on_the_day_of_the_last_run_is_kept(zone_h, hour, tmp_path):
    """Complaint 9: contacts are searched for by days, and the days are the workspace's."""
    with Intercom(zone_h=zone_h) as intercom:
        there = intercom.workspace
        there.now = there.now.replace(hour=hour)
        there.add_contact("Ada", there.add_company("C01", "Acme"), id="ada")
        with company_in(tmp_path / "here", INTERCOM, intercom) as company:
            here = Here(INTERCOM, intercom, company)
            here.read()
            there.change_contact("ada", email="new@example.com")
            here.wait(50)
            assert emails(here) == {"ada": "new@example.com"}


def test_two_days_before_a_moment_begins_no_later_than_it_does_in_any_time_zone():
    moment = 1_770_000_000
    assert day(moment) < moment - timedelta(days=2).total_seconds() + 1


def test_more_contacts_than_a_page_holds_all_arrive_though_all_have_one_second(here, there, ada):
    for number in range(30):
        there.add_contact(f"P{number}", "icC01")
    assert len(emails(here)) == 31


def test_every_request_names_the_edition_of_the_api(here, intercom, ada):
    here.read()
    assert {one.headers["Intercom-Version"] for one in intercom.requests} == {VERSION}


# --- the scroll ----------------------------------------------------------------------------------
def companies(here):
    here.company.more = {"customers": True}
    folded = here.read()
    assert folded.problems == ()
    return len(folded.tables["customers"].rows)


@pytest.fixture
def many(there):
    for number in range(9):
        there.add_company(f"C{number:02}", f"Company {number}")


@pytest.mark.parametrize("fault", [lambda _: BROKEN, DROP, instead(503)], ids=["500", "cut", "503"])
def test_a_scroll_that_breaks_begins_anew_and_loses_nothing(here, intercom, many, fault):
    """Complaint 9: the answer that was lost would have been a page, so nothing is asked twice."""
    intercom.order("companies", fault, skip=2)
    assert companies(here) == 9
    tokens = ["scroll_param" in one.query for one in intercom.asked("companies")]
    assert tokens[:4] == [False, True, True, False]
    assert 61 in here.company.time.pauses


def test_another_scroll_that_is_open_is_waited_for(here, intercom, many):
    """Complaint 9: a workspace has one scroll at a time."""
    intercom.scroll = [{"id": "somebody else's"}]
    assert companies(here) == 9
    assert here.company.time.pauses == [61]


def test_a_scroll_that_never_gets_through_is_one_clear_error(here, intercom, many):
    intercom.order("companies", lambda _: BROKEN, times=999, skip=1)
    folded = here.read()
    (problem,) = folded.problems
    assert "companies could not be read" in problem.what
    assert {"tickets", "contacts"} <= set(folded.failed)


def test_a_scroll_was_killed_so_the_next_run_begins_anew(here, intercom, many):
    intercom.order("companies", instead(401), times=999, skip=2)
    assert here.read().problems
    intercom.calm()
    assert companies(here) == 9


def test_companies_that_are_gone_are_no_customers(here, there, many):
    assert companies(here) == 9
    del there.companies["icC03"]
    here.wait()
    assert companies(here) == 8


def test_a_scroll_that_gives_the_same_for_ever_ends_as_an_error(here, intercom, many):
    first = {"data": [{"id": "1"}], "scroll_param": "same"}
    intercom.order("companies", lambda proper: type(proper)(first), times=999)
    (problem,) = here.read().problems
    assert "the same companies again" in problem.what
    assert len(intercom.asked("companies")) == 2


def test_a_token_that_is_wrong_is_told_in_intercoms_own_words(here, intercom, ada):
    intercom.token = "another"
    (problem,) = here.read().problems
    assert "401 (Access Token Invalid)" in problem.what
    assert "'region'" in problem.todo


# --- limits --------------------------------------------------------------------------------------
def test_the_second_in_which_there_is_more_is_what_is_waited_for():
    """Complaint 13: a moment, in seconds, where others say how long."""
    date = "Mon, 02 Feb 2026 09:00:00 GMT"
    said = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1770022807", "date": date}
    left = budget(said)
    assert (left.remaining, left.resets_in_s) == (0, 7)
    assert budget({"date": date}) is None


def test_a_limit_that_is_hit_is_waited_out(here, intercom, there, ada):
    for _ in range(8):
        there.converse(ada)
    intercom.limit(calls=3, seconds=7)
    for limit in intercom.limits:
        limit.clock = lambda: here.company.time.at
    assert here.read_main().problem is None
    assert here.rows() == 8
    assert sum(here.company.time.pauses) >= 7


# --- conversations -------------------------------------------------------------------------------
def test_parts_are_counted_and_what_is_missing_is_told(here, there, ada):
    """Complaint 23: only the newest 500 parts are given."""
    whole, long = there.converse(ada), there.converse(ada)
    for talk, replies in ((whole, 2), (long, 501)):
        for _ in range(replies):
            there.reply(talk)
        there.close(talk)
    folded = here.read()
    rows = {row["ticket_id"]: row for row in folded.tables["tickets"].rows.to_pylist()}
    assert rows[whole]["replies_before_first_solve"] == 2
    assert rows[long]["replies_before_first_solve"] is None
    (text,) = [note.text for note in folded.notes if note.kind == "parts"]
    assert text.startswith("source: 1 conversation with fewer parts than Intercom counts")


def test_what_people_say_to_each_other_is_not_kept(here, there, ada):
    there.reply(there.converse(ada), "<p>My password is hunter2</p>")
    here.read()
    raw = b"".join(path.read_bytes() for path in here.company.folder.rglob("*") if path.is_file())
    assert b"hunter2" not in raw


def test_without_parts_one_request_reads_a_page_of_conversations(here, intercom, there, ada):
    talk = there.converse(ada)
    there.reply(talk)
    there.close(talk)
    here.company.more = {"parts": False}
    row = named(here.tables(), "tickets", talk)
    assert intercom.asked("conversation") == []
    assert row["first_solved_at"] is not None
    assert row["replies_before_first_solve"] is None


def test_a_conversation_deleted_while_it_is_read_does_not_end_the_stream(
    here, intercom, there, ada
):
    talk = there.converse(ada)
    missing = error(404, "not_found", "Resource Not Found")
    intercom.order("conversation", lambda _: missing)
    assert named(here.tables(), "tickets", talk)


def test_a_merged_contact_leaves_within_a_week_and_what_it_wrote_stays(here, there, ada):
    """Complaint 23: it disappears from every search, and nothing tells."""
    eve = there.add_contact("Eve", "icC01", id="eve")
    talk = there.converse(eve)
    here.read()
    there.merge("eve", "ada")
    here.wait(8 * 24 * 60)
    tables = here.tables()
    assert [row["contact_id"] for row in tables["contacts"]] == ["ada"]
    assert named(tables, "tickets", talk)["customer_id"] == "C01"


def test_what_is_touched_while_the_ids_are_listed_is_still_there(here, intercom, there, ada):
    """A list shows what changed last first: what is touched has left for a page that was read."""
    talks = [there.converse(ada, id=100 + number) for number in range(9)]
    there.add_contact("Eve", "icC01", id="eve")
    here.read()
    here.wait(8 * 24 * 60)
    for route, do in (
        ("conversation_list", lambda _: there.tag(talks[-1], "touched")),
        ("contact_list", lambda _: there.change_contact("eve")),
    ):
        intercom.page = 4 if route == "conversation_list" else 1
        intercom.at("answered", route, do)
    tables = here.tables()
    assert {row["ticket_id"] for row in tables["tickets"]} == set(talks)
    assert {row["contact_id"] for row in tables["contacts"]} == {"ada", "eve"}


def test_more_than_ten_thousand_companies_all_come(here, intercom, there):
    """Complaint 9: a list of companies ends at ten thousand, a scroll does not."""
    intercom.scroll_page = 5_000
    for number in range(10_001):
        there.add_company(f"C{number}", "One of many")
    assert companies(here) == 10_001


def test_a_place_that_is_no_longer_known_begins_the_search_anew_not_the_history(
    here, intercom, there, ada
):
    for _ in range(9):
        there.converse(ada)
    here.wait(120)
    here.read()
    here.wait(300)
    for _ in range(9):
        there.converse(ada)
    intercom.order("conversations", instead(503), times=999, skip=1)
    assert here.read_main().problem
    intercom.calm()
    refused = error(400, "parameter_invalid", "starting_after is invalid")
    intercom.order("conversations", lambda _: refused)
    asked = len(intercom.asked("conversations"))
    assert here.read_main().problem is None
    assert here.rows() == 18
    since = {one.json()["query"]["value"][0]["value"] for one in intercom.asked("conversations")}
    assert len(since) == 2
    assert len(intercom.asked("conversations")) - asked <= 5
