"""What a ticket and a rating of Freshdesk become: complaints 29 and 30."""

from __future__ import annotations

import pytest

from tasks.connectors.freshdesk.mapping import (
    Around,
    customer_id,
    customer_row,
    first_solved,
    rating_row,
    score_of,
    ticket_row,
)
from tests.connectors.conformance.cases import named
from tests.doubles.freshdesk import Freshdesk

AROUND = Around({"5": "C01"}, {"7": "5"}, escalated_tags=frozenset({"vip"}))


@pytest.fixture
def desk():
    freshdesk = Freshdesk()
    freshdesk.add_contact("Ada", freshdesk.add_company("Acme", id=5), id=7)
    freshdesk.add_ticket(7, id=1)
    return freshdesk


def row_of(desk, **more):
    return ticket_row(desk.tickets_there[1], AROUND, **more)


def test_no_answer_is_nothing_never_an_instant(desk):
    row = row_of(desk)
    names = ("first_agent_reply_at", "first_solved_at", "reopened_at", "last_solved_at")
    assert [row[name] for name in names] == [None] * 4
    assert (row["customer_id"], row["channel"], row["priority"]) == ("C01", "portal", "low")
    assert row["replies_before_first_solve"] is None


def test_a_ticket_that_was_answered_and_solved(desk):
    desk.pass_time(minutes=5)
    desk.reply(1)
    desk.pass_time(minutes=5)
    desk.resolve(1)
    row = row_of(desk)
    assert row["first_agent_reply_at"] == "2026-02-02T09:05:00Z"
    assert row["first_solved_at"] == row["last_solved_at"] == "2026-02-02T09:10:00Z"


def test_one_that_was_opened_again_was_solved_before_that_nobody_knows_when(desk):
    desk.resolve(1)
    desk.pass_time(minutes=5)
    desk.reopen(1)
    assert row_of(desk)["last_solved_at"] is None
    desk.pass_time(minutes=5)
    desk.resolve(1)
    row = row_of(desk)
    assert first_solved(desk.tickets_there[1])[1]
    assert row["first_solved_at"] == row["reopened_at"] == "2026-02-02T09:05:00Z"
    assert row["last_solved_at"] == "2026-02-02T09:10:00Z"


@pytest.mark.parametrize("status", [2, 3, 6, 7, None])
def test_only_resolved_and_closed_are_solved(desk, status):
    desk.resolve(1)
    desk.change(1, status=status)
    assert row_of(desk)["last_solved_at"] is None


def test_a_ticket_of_no_company_is_its_requesters_companys(desk):
    desk.change(1, company_id=None)
    assert row_of(desk)["customer_id"] == "C01"


def test_spam_by_list_by_mark_and_by_tag(desk):
    assert row_of(desk)["is_spam"] == "false"
    assert row_of(desk, is_spam=True)["is_spam"] == "true"
    desk.change(1, tags=["spam", "vip"])
    assert (row_of(desk)["is_spam"], row_of(desk)["escalated"]) == ("true", "true")


def test_what_agents_begin_is_an_agents(desk):
    desk.change(1, source=10)
    assert (row_of(desk)["created_by"], row_of(desk)["channel"]) == ("agent", "outbound_email")


def test_a_source_that_is_unknown_is_another_and_noted(here, freshdesk, ada):
    """Complaint 30: Freshdesk adds numbers without telling."""
    ticket = freshdesk.add_ticket(ada, source=15, priority=9)
    folded = here.read()
    row = named({"tickets": folded.tables["tickets"].rows.to_pylist()}, "tickets", str(ticket))
    assert (row["channel"], row["priority"]) == ("other:15", "other:9")
    issues = [note.text for note in folded.notes if note.kind == "mapping_issue"]
    assert any("'other:15' is unknown" in text for text in issues)


@pytest.mark.parametrize(
    ("code", "score"),
    [
        (103, 7),
        (102, 6),
        (101, 5),
        (100, 4),
        (-101, 3),
        (-102, 2),
        (-103, 1),
        (99, None),
        (104, None),
        (5, None),
        (None, None),
        ("good", None),
    ],
)
def test_ratings_are_seven_signed_numbers(code, score):
    """Complaint 29."""
    assert score_of({"ratings": {"default_question": code}}) == score
    assert score_of({"rating": code}) == score


def test_a_rating_is_of_its_tickets_customer(desk):
    rating = desk.ratings_there[desk.rate(1, 102, "Thanks")]
    row = rating_row(rating, {"1": "C01"})
    assert (row["customer_id"], row["score"], row["comment"]) == ("C01", "6", "Thanks")
    assert (row["scale_min"], row["scale_max"]) == ("1", "7")
    assert rating_row({**rating, "ratings": {}}, {}) is None


def test_how_a_company_names_its_customer(desk):
    company = {**desk.companies_there[5], "custom_fields": {"crm": "C9"}, "account_tier": "Gold"}
    rules = ("id", "name", "field:crm", "field:account_tier", "field:none")
    assert [customer_id(company, rule) for rule in rules] == ["5", "Acme", "C9", "Gold", None]
    assert customer_row(company, "id")["plan"] == "Gold"
