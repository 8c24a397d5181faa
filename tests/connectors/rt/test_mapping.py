"""What a ticket, its history and a score of Request Tracker become."""

from __future__ import annotations

import pytest

from tests.connectors.conformance.cases import named
from tests.connectors.conformance.rt import ADA, ANA

MINUTE = 60


def row_of(here, ticket):
    return named(here.tables(), "tickets", str(ticket))


def minutes(row, name):
    return None if row[name] is None else (row[name] - row["created_at"]).total_seconds() / MINUTE


def later(rt, do, *args):
    rt.pass_time(minutes=5)
    do(*args)


def test_no_answer_is_nothing_never_an_instant(here, rt):
    """RT writes what was never set as 1970."""
    row = row_of(here, rt.add_ticket(ADA))
    names = ("first_agent_reply_at", "first_solved_at", "reopened_at", "last_solved_at")
    assert [row[name] for name in names] == [None] * 4
    assert (row["customer_id"], row["requester_id"]) == ("Acme Ltd", str(ADA))
    assert (row["created_by"], row["channel"], row["agent_id"]) == ("customer", None, None)
    assert row["replies_before_first_solve"] == 0


def test_the_first_reply_is_a_privileged_users_first_correspondence(here, rt):
    ticket, bob = rt.add_ticket(ADA), rt.add_user("bob@example.com")
    later(rt, rt.comment, ticket, ANA)
    later(rt, rt.correspond, ticket, ADA)
    later(rt, rt.correspond, ticket, bob)
    later(rt, rt.correspond, ticket, 1)
    later(rt, rt.correspond, ticket, ANA)
    later(rt, rt.correspond, ticket, ANA)
    row = row_of(here, ticket)
    assert minutes(row, "first_agent_reply_at") == 25
    assert row["replies_before_first_solve"] == 2


def test_a_privileged_user_who_asks_is_not_the_agent_of_the_own_ticket(here, rt):
    ticket = rt.add_ticket(ANA)
    later(rt, rt.correspond, ticket, ANA)
    row = row_of(here, ticket)
    assert (row["created_by"], row["first_agent_reply_at"]) == ("customer", None)


def test_solved_opened_again_and_solved_for_good(here, rt):
    ticket = rt.add_ticket(ADA)
    later(rt, rt.correspond, ticket, ANA)
    later(rt, rt.status, ticket, "resolved", ANA)
    later(rt, rt.status, ticket, "open", ADA)
    later(rt, rt.correspond, ticket, ANA)
    later(rt, rt.status, ticket, "stalled", ANA)
    later(rt, rt.status, ticket, "resolved", ANA)
    row = row_of(here, ticket)
    assert minutes(row, "first_solved_at") == 10
    assert minutes(row, "reopened_at") == 15
    assert minutes(row, "last_solved_at") == 30
    assert row["replies_before_first_solve"] == 1


@pytest.mark.parametrize(
    ("status", "solved"),
    [("new", 0), ("open", 0), ("stalled", 0), ("resolved", 1), ("rejected", 1)],
)
def test_what_is_resolved_or_rejected_is_solved(here, rt, status, solved):
    ticket = rt.add_ticket(ADA)
    later(rt, rt.status, ticket, status, ANA)
    row = row_of(here, ticket)
    assert (row["last_solved_at"] is not None) == bool(solved)


def test_from_rejected_to_resolved_is_no_reopening(here, rt):
    ticket = rt.add_ticket(ADA)
    later(rt, rt.status, ticket, "rejected", ANA)
    later(rt, rt.status, ticket, "resolved", ANA)
    row = row_of(here, ticket)
    assert row["reopened_at"] is None
    assert minutes(row, "last_solved_at") == 5


def test_a_ticket_that_was_made_resolved_was_solved_when_rt_says(here, rt):
    ticket = rt.add_ticket(ADA, Status="resolved", Resolved="2026-02-02T09:30:00Z")
    row = row_of(here, ticket)
    assert minutes(row, "first_solved_at") == minutes(row, "last_solved_at") == 30


def test_a_status_of_the_companys_own_is_told_and_not_solved_unless_it_is_said(here, rt):
    ticket = rt.add_ticket(ADA)
    later(rt, rt.status, ticket, "done", ANA)
    folded = here.read()
    told = [note.text for note in folded.notes if note.kind == "mapping_issue"]
    assert any("status 'done' is unknown" in text for text in told)
    here.company.more = {"solved_statuses": ["resolved", "done"]}
    folded = here.read()
    (row,) = folded.tables["tickets"].rows.to_pylist()
    assert minutes(row, "last_solved_at") == 5
    assert [note for note in folded.notes if "done" in note.text] == []


def test_what_was_merged_keeps_its_own_history_and_names_the_last_survivor(here, rt):
    first, second, third = (rt.add_ticket(ADA) for _ in range(3))
    later(rt, rt.correspond, first, ANA)
    later(rt, rt.correspond, second, ANA)
    rt.merge(first, second)
    rt.merge(second, third)
    rt.there[first]["EffectiveId"] = str(third)
    tables = here.tables()
    rows = [named(tables, "tickets", str(one)) for one in (first, second, third)]
    assert [row["merged_into"] for row in rows] == [str(third), str(third), None]
    assert [minutes(row, "first_agent_reply_at") for row in rows] == [5, 10, None]


def test_a_merge_is_seen_though_only_the_survivor_is_shown_as_changed(here, rt):
    gone, stays = rt.add_ticket(ADA), rt.add_ticket(ADA)
    here.wait(24 * MINUTE)
    here.read()
    here.wait(24 * MINUTE)
    rt.merge(gone, stays)
    assert row_of(here, gone)["merged_into"] == str(stays)


def test_who_opened_a_ticket(here, rt):
    machine = rt.add_ticket(ADA, by=1)
    agent = rt.add_ticket(ADA, by=ANA, Owner=ANA)
    tables = here.tables()
    opened = [named(tables, "tickets", str(one)) for one in (machine, agent)]
    assert [row["created_by"] for row in opened] == ["system", "agent"]
    assert [row["agent_id"] for row in opened] == [None, str(ANA)]


def test_a_history_that_may_not_be_read_is_told(here, rt):
    ticket = rt.add_ticket(ADA)
    rt.happened.clear()
    folded = here.read()
    (row,) = folded.tables["tickets"].rows.to_pylist()
    assert (row["ticket_id"], row["created_by"]) == (str(ticket), None)
    assert row["replies_before_first_solve"] is None
    assert any("tells no history" in note.text for note in folded.notes)


def test_the_customer_is_a_custom_field_or_an_organization(here, rt):
    named_one = rt.add_ticket(ADA, fields={"CRM id": ["C01"], "Other": ["secret"]})
    unnamed = rt.add_ticket(ADA)
    assert row_of(here, named_one)["customer_id"] == "Acme Ltd"
    here.company.more = {"customer": "field:CRM id"}
    folded = here.read()
    rows = {row["ticket_id"]: row for row in folded.tables["tickets"].rows.to_pylist()}
    assert rows[str(named_one)]["customer_id"] == "C01"
    assert rows[str(unnamed)]["customer_id"] is None
    assert any("belongs to no customer" in note.text for note in folded.notes)


def test_who_asked_is_a_contact_once_and_who_has_no_customer_is_none(here, rt):
    stranger = rt.add_user("x@example.com")
    for asking in ((ADA,), (ADA, stranger), (stranger,)):
        rt.add_ticket(*asking)
    contacts = {row["email"]: row for row in here.tables()["contacts"]}
    assert contacts["ada@example.com"]["customer_id"] == "Acme Ltd"
    assert contacts["ada@example.com"]["contact_id"] == str(ADA)
    assert set(contacts) == {"ada@example.com", "x@example.com"}


def test_tags_spam_and_escalation_are_from_the_fields_that_are_named(here, rt):
    tagged = rt.add_ticket(ADA, fields={"Product": ["crm", "vip"], "Other": ["no"]})
    spam = rt.add_ticket(ADA, fields={"Product": ["spam"]})
    rejected = rt.add_ticket(ADA, Status="rejected")
    here.company.more = {
        "tag_fields": ["Product"],
        "escalated_tags": ["vip"],
        "spam_statuses": ["rejected"],
    }
    rows = [named(here.tables(), "tickets", str(one)) for one in (tagged, spam, rejected)]
    assert [row["tags"] for row in rows] == ["crm|vip", "spam", None]
    assert [row["is_spam"] for row in rows] == [False, True, True]
    assert [row["escalated"] for row in rows] == [True, False, False]


def test_a_score_is_of_the_moment_in_which_it_was_given(here, rt):
    """Only where a custom field is named for it."""
    ticket, odd = rt.add_ticket(ADA), rt.add_ticket(ADA)
    later(rt, rt.fill, ticket, "Score", "4")
    later(rt, rt.fill, odd, "Score", "great")
    later(rt, rt.correspond, ticket, ANA)
    assert "survey_responses" not in here.tables()
    here.company.more = {"satisfaction_field": "Score"}
    folded = here.read()
    (row,) = folded.tables["survey_responses"].rows.to_pylist()
    opened = named({"tickets": folded.tables["tickets"].rows.to_pylist()}, "tickets", str(ticket))
    assert (row["score"], row["scale_min"], row["scale_max"]) == (4, 1, 5)
    assert (row["responded_at"] - opened["created_at"]).total_seconds() == 5 * MINUTE
    assert (row["customer_id"], row["ticket_id"]) == ("Acme Ltd", str(ticket))
    assert any("not on the scale" in note.text for note in folded.notes)
