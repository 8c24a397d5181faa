"""Lists that end at page 300, and what is in none of them: complaints 1, 7 and 8."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.cases import named
from tests.connectors.conformance.freshdesk import FRESHDESK, PAGE
from tests.doubles.faults import instead

MAIN = FRESHDESK.is_page


def pages(freshdesk):
    return [one for one in freshdesk.asked("tickets") if MAIN(one)]


def test_the_time_to_begin_with_is_always_sent_so_that_more_than_30_days_come(here, freshdesk, ada):
    """Complaint 8."""
    old = freshdesk.add_ticket(ada)
    freshdesk.pass_time(days=90)
    assert named(here.tables(), "tickets", str(old))
    assert all("updated_since" in one.query for one in freshdesk.asked("tickets"))


def test_no_page_beyond_the_last_is_asked_for(here, freshdesk, ada):
    """Complaint 8: the walk begins anew from the last change, it never goes deep."""
    freshdesk.last_page = 2
    for _ in range(40):
        freshdesk.add_ticket(ada)
        freshdesk.pass_time(seconds=3)
    report = here.read_main()
    assert (report.problem, here.rows()) == (None, 40)
    assert {one.query["page"] for one in pages(freshdesk)} == {"1"}


def test_more_tickets_of_one_second_than_a_page_holds_all_come_once(here, freshdesk, ada):
    """Complaint 1."""
    for before in range(PAGE):
        there = len(freshdesk.tickets_there)
        for _ in range(before):
            freshdesk.add_ticket(ada)
        freshdesk.pass_time(seconds=5)
        for _ in range(3 * PAGE + 1):
            freshdesk.add_ticket(ada)
        freshdesk.pass_time(hours=2)
        report = here.read_main()
        assert (report.problem, report.complete, report.duplicates) == (None, True, 0)
        assert here.rows() == there + before + 3 * PAGE + 1


def test_more_of_one_second_than_all_pages_hold_is_an_error_not_a_loss(here, freshdesk, ada):
    freshdesk.last_page = 2
    for _ in range(3 * PAGE):
        freshdesk.add_ticket(ada)
    report = here.read_main()
    assert report.problem
    assert not report.complete


def test_a_ticket_that_changes_while_the_pages_are_read_shifts_no_other_away(here, freshdesk, ada):
    for number in range(1, 10):
        freshdesk.add_ticket(ada, id=100 + number)
        freshdesk.pass_time(seconds=2)
    touched = []

    def touch(asked):
        if MAIN(asked) and not touched:
            touched.append(freshdesk.change(101, subject="Touched"))

    freshdesk.at("answered", "tickets", touch)
    here.read_main()
    assert here.rows() == 9


def test_a_run_without_news_reads_no_ticket_again(here, freshdesk, ada):
    """Complaint 7."""
    for _ in range(9):
        freshdesk.add_ticket(ada)
    here.wait(120)
    here.read()
    before = len(pages(freshdesk))
    here.wait(120)
    assert here.read_main().rows == 0
    assert len(pages(freshdesk)) - before == 1


def test_contacts_of_every_state_are_read_and_a_deleted_one_is_inactive(here, freshdesk, ada):
    """A list without a state hides who is blocked, deleted or unverified."""
    for state in ("unverified", "blocked", "deleted"):
        freshdesk.add_contact(state.title(), 5, state=state)
    rows = {row["email"]: row["active"] for row in here.tables()["contacts"]}
    assert rows == {
        "ada@example.com": True,
        "unverified@example.com": True,
        "blocked@example.com": False,
        "deleted@example.com": False,
    }
    here.wait()
    freshdesk.change_contact(ada, state="deleted")
    here.wait()
    contacts = here.tables()["contacts"]
    assert len(contacts) == 4
    assert named({"contacts": contacts}, "contacts", "7")["active"] is False


@pytest.mark.parametrize(("which", "when"), [(1, 1), (4, 1), (1, 3), (8, 2)])
def test_a_contact_that_leaves_a_list_shifts_no_other_past_the_page(here, freshdesk, which, when):
    acme = freshdesk.add_company("Acme", id=5)
    for number in range(1, 14):
        freshdesk.add_contact(f"P{number}", acme, id=100 + number)

    def leave(asked):
        if (asked.query["state"], asked.query["page"]) == ("verified", str(when)):
            freshdesk.change_contact(100 + which, state="deleted")

    freshdesk.at("answered", "contacts", leave)
    assert len(here.tables()["contacts"]) == 13


def test_a_company_that_is_deleted_takes_no_other_with_it(here, freshdesk):
    here.company.more = {"customers": True}
    for number in range(13):
        freshdesk.add_company(f"C{number}", id=100 + number)

    def delete(asked):
        if asked.query["page"] == "3":
            freshdesk.companies_there.pop(101, None)

    freshdesk.at("answered", "companies", delete)
    rows = here.tables()["customers"]
    assert {row["customer_id"] for row in rows} >= {str(100 + number) for number in range(2, 13)}
    assert [one.query["page"] for one in freshdesk.asked("companies")] == list("1234321")


def test_the_search_which_ends_at_300_rows_is_asked_for_its_count_only(here, freshdesk, ada):
    """Complaint 8."""
    for _ in range(31):
        freshdesk.add_ticket(ada)
    here.wait()
    assert here.read_main().server_total == here.rows() == 31
    assert {"page" in one.query for one in freshdesk.asked("search")} == {False}


def test_a_closed_ticket_that_was_archived_stays(here, freshdesk, ada):
    ticket = freshdesk.add_ticket(ada)
    freshdesk.resolve(ticket, status=5)
    here.read()
    freshdesk.purge(ticket)
    here.wait(8 * 24 * 60)
    assert named(here.tables(), "tickets", str(ticket))


def test_a_rating_that_is_changed_within_a_week_is_read_again(here, freshdesk, ada):
    rating = freshdesk.rate(freshdesk.add_ticket(ada), -103)
    for _ in range(3):
        here.read()
        here.wait(24 * 60)
    freshdesk.ratings_there[rating]["ratings"] = {"default_question": 103}
    (row,) = here.tables()["survey_responses"]
    assert row["score"] == 7


def test_tickets_come_with_their_times_and_their_text(here, freshdesk, ada):
    """Complaint 24: first reply and solution are Freshdesk's own; without them there is none."""
    answered, waiting = freshdesk.add_ticket(ada), freshdesk.add_ticket(ada)
    freshdesk.pass_time(minutes=10)
    freshdesk.reply(answered)
    freshdesk.pass_time(minutes=10)
    freshdesk.resolve(answered)
    tables = here.tables()
    row, other = (named(tables, "tickets", str(one)) for one in (answered, waiting))
    took = [row[name] - row["created_at"] for name in ("first_agent_reply_at", "last_solved_at")]
    assert [one.total_seconds() for one in took] == [600, 1200]
    assert (other["first_agent_reply_at"], other["last_solved_at"]) == (None, None)
    assert row["body"] == "It breaks."


def test_ids_of_a_domain_are_another_ones_elsewhere(here, freshdesk, ada):
    one = here.company.settings
    other = one.model_copy(update={"base_url": "https://other.freshdesk.com/api/v2"})
    streams = here.company.connector.streams
    assert {each.config for each in streams(one)} & {
        each.config for each in streams(other)
    } == set()


def test_without_the_plan_for_ratings_the_rest_is_read(here, freshdesk, ada):
    ticket = freshdesk.add_ticket(ada)
    freshdesk.order("ratings", instead(403), times=9)
    folded = here.read()
    assert folded.problems == ()
    assert "survey_responses" not in folded.tables
    assert folded.tables["tickets"].rows.num_rows == 1
    assert ticket


def test_a_minute_that_is_used_up_is_waited_out(here, freshdesk, ada):
    for _ in range(8):
        freshdesk.add_ticket(ada)
        freshdesk.pass_time(seconds=2)
    freshdesk.limit(calls=2)
    for limit in freshdesk.limits:
        limit.clock = lambda: here.company.time.at
    assert here.read_main().problem is None
    assert here.rows() == 8
    assert sum(here.company.time.pauses) >= 60
    assert [limit.refused for limit in freshdesk.limits] == [0]
