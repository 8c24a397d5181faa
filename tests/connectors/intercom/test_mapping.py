"""What a conversation becomes: instants, replies, ratings, and the work of the AI agent."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tasks.connectors.intercom.conversations import (
    Around,
    course,
    created_by,
    needed_nobody,
    text_of,
    ticket_row,
)
from tasks.connectors.intercom.people import contact_row, customer_id, customer_row
from tasks.connectors.intercom.ratings import machine_row, rating_row, sends
from tests.doubles.intercom_workspace import Workspace

AROUND = Around({"ada": "C01"}, frozenset({"spam"}), frozenset({"vip"}))
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def there():
    workspace = Workspace()
    workspace.add_contact("Ada", workspace.add_company("C01", "Acme"), id="ada")
    return workspace


@pytest.fixture
def talk(there):
    return there.converse("ada", id="7", title="It breaks", body="<p>Help&nbsp;<b>me</b></p>")


def landed(there, known_as):
    """A conversation as it is kept: what was said in it is only known to have been said."""
    found = there.whole(known_as)
    for part in found["conversation_parts"]["conversation_parts"]:
        part["is_said"] = bool(part["body"])
    return found


def row_of(there, known_as):
    found = landed(there, known_as)
    return ticket_row(found, course(found), AROUND)


def test_no_answer_is_nothing_never_an_instant(there, talk):
    row = row_of(there, talk)
    assert [row[name] for name in ("first_agent_reply_at", "first_solved_at", "reopened_at")] == [
        None,
        None,
        None,
    ]
    assert (row["customer_id"], row["requester_id"], row["created_by"]) == (
        "C01",
        "ada",
        "customer",
    )
    assert (row["subject"], row["body"]) == ("It breaks", "Help me")


def test_a_conversation_that_was_opened_again_and_closed_for_good(there, talk):
    for what in ("reply", "reply", "close", "answer", "reply", "close"):
        there.pass_time(minutes=10)
        getattr(there, what)(talk)
    row = row_of(there, talk)
    assert row["first_agent_reply_at"] == "2026-02-02T09:10:00Z"
    assert row["first_solved_at"] == "2026-02-02T09:30:00Z"
    assert row["reopened_at"] == "2026-02-02T09:40:00Z"
    assert row["last_solved_at"] == "2026-02-02T10:00:00Z"
    assert row["replies_before_first_solve"] == "2"


def test_one_that_is_open_again_is_not_solved_for_good(there, talk):
    there.close(talk)
    there.pass_time(minutes=1)
    there.answer(talk)
    row = row_of(there, talk)
    assert row["first_solved_at"]
    assert row["last_solved_at"] is None


def test_one_opened_again_without_a_part_that_tells_when_was_right_after_it_was_closed(there, talk):
    there.close(talk)
    there.conversations[talk]["statistics"]["count_reopens"] = 1
    taken = course(landed(there, talk))
    assert taken.estimated
    assert taken.reopened == datetime(2026, 2, 2, 9, tzinfo=UTC)


def test_notes_and_what_machines_say_are_no_replies(there, talk):
    there.part(talk, "note", "admin", "<p>He is angry</p>")
    there.part(talk, "comment", "bot", "<p>We will be with you</p>")
    there.part(talk, "assignment", "admin")
    there.reply(talk)
    there.close(talk)
    assert row_of(there, talk)["replies_before_first_solve"] == "1"


@pytest.mark.parametrize(
    ("begun", "answered", "who"),
    [
        ("customer_initiated", True, "customer"),
        ("admin_initiated", True, "agent"),
        ("operator_initiated", True, "customer"),
        ("operator_initiated", False, "system"),
        ("automated", True, "system"),
        ("campaigns_initiated", True, "system"),
        ("something_new", True, "system"),
    ],
)
def test_who_began(begun, answered, who):
    reply = {"created_at": 1} if answered else None
    found = {"source": {"delivered_as": begun}, "first_contact_reply": reply}
    assert created_by(found) == who


@pytest.mark.parametrize("begun", ["customer_initiated", "operator_initiated"])
def test_how_long_somebody_waited_is_what_intercom_counts(there, begun):
    """Complaint 24: it counts from what the contact says first, not from the greeting of a bot."""
    talk = there.converse("ada", source={"delivered_as": begun})
    there.pass_time(minutes=4)
    there.answer(talk)
    there.pass_time(hours=26)
    assert row_of(there, talk)["first_agent_reply_at"] is None
    there.reply(talk)
    row = row_of(there, talk)
    asked, answered = (
        datetime.fromisoformat(row[name]) for name in ("created_at", "first_agent_reply_at")
    )
    told = there.conversations[talk]["statistics"]["time_to_admin_reply"]
    assert (answered - asked).total_seconds() == told


def test_tags_say_what_is_spam_and_what_was_escalated(there, talk):
    there.tag(talk, "vip", "spam", "billing")
    row = row_of(there, talk)
    assert (row["tags"], row["is_spam"], row["escalated"]) == ("billing|spam|vip", "true", "true")


@pytest.mark.parametrize("statistics", [None, {}, {"first_close_at": None}])
def test_statistics_may_be_missing(there, talk, statistics):
    there.change(talk, statistics=statistics, state="closed")
    row = row_of(there, talk)
    assert row["first_solved_at"] is None
    assert row["last_solved_at"] is None


@pytest.mark.parametrize("contacts", [None, {}, {"contacts": None}, {"contacts": [None]}])
def test_a_conversation_with_nobody_belongs_to_nobody(there, talk, contacts):
    there.change(talk, contacts=contacts)
    row = row_of(there, talk)
    assert (row["customer_id"], row["requester_id"]) == (None, None)


def test_markup_is_no_text():
    assert text_of("<p>A &amp; B</p><br>") == "A & B"
    assert text_of("<p></p>") is None


# --- ratings: complaint 29 -----------------------------------------------------------------------
def test_a_rating_that_nobody_gave_is_no_answer_but_was_asked_for(there, talk):
    there.now = datetime(2026, 3, 1, 4, tzinfo=UTC)  # still February in New York
    there.ask_for_rating(talk)
    found = landed(there, talk)
    assert rating_row(found, AROUND) is None
    assert sends([found], NEW_YORK, "2026-01") == [
        {"survey": "csat", "period": "2026-02", "sent": "1"}
    ]
    assert sends([found], NEW_YORK, "2026-03") == []


def test_a_rating_is_from_1_to_5_and_was_given_when_it_was_given(there, talk):
    there.ask_for_rating(talk)
    there.pass_time(hours=3)
    there.rate(talk, 4, "Quick!")
    row = rating_row(landed(there, talk), AROUND)
    assert (row["score"], row["scale_min"], row["scale_max"]) == ("4", "1", "5")
    assert (row["responded_at"], row["comment"]) == ("2026-02-02T12:00:00Z", "Quick!")
    assert (row["ticket_id"], row["customer_id"]) == ("7", "C01")


def test_the_rating_of_the_machine_is_another_survey(there, talk):
    there.rate(talk, 5)
    there.involve_the_machine(talk, "routed_to_team", rating=1, rating_remark="No", created_at=9**9)
    found = landed(there, talk)
    assert rating_row(found, AROUND)["survey"] == "csat"
    assert machine_row(found, AROUND)["survey"] == "csat_ai"
    assert machine_row(found, AROUND)["score"] == "1"


# --- the AI agent --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("resolution", "replied", "alone"),
    [
        ("assumed_resolution", False, True),
        ("confirmed_resolution", False, True),
        ("confirmed_resolution", True, False),
        ("routed_to_team", False, False),
        ("abandoned", False, False),
        (None, False, False),
    ],
)
def test_what_the_machine_resolved_alone_is_no_ticket(there, talk, resolution, replied, alone):
    there.involve_the_machine(talk, resolution)
    if replied:
        there.reply(talk)
    assert needed_nobody(landed(there, talk)) is alone


# --- companies and contacts ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "known_as"),
    [("company_id", "C01"), ("id", "icC01"), ("attribute:crm", "9"), ("attribute:is", None)],
)
def test_how_a_company_names_its_customer(there, rule, known_as):
    company = {**there.companies["icC01"], "custom_attributes": {"crm": 9.0, "is": True}}
    assert customer_id(company, rule) == known_as


def test_a_company_as_a_customer(there):
    row = customer_row(there.companies["icC01"], "company_id")
    assert (row["customer_id"], row["name"], row["segment"]) == ("C01", "Acme", None)
    assert row["external_ids"] == "intercom:icC01"
    assert customer_row({"id": "1", "company_id": None}, "company_id") is None


def test_a_contact_is_of_the_first_of_its_companies_that_is_a_customer():
    contact = {"id": "ada", "companies": {"data": [{"id": "x"}, {"id": "b"}, {"id": "a"}]}}
    assert contact_row(contact, {"a": "C01", "b": "C02"})["customer_id"] == "C02"
    assert contact_row(contact, {}) is None
    assert contact_row({"id": "ada", "companies": None}, {"a": "C01"}) is None
