"""A ticket becomes one row, or none; merged, spam, deleted and emptied ones are out of the counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks.connectors.zendesk.people import Person
from tasks.connectors.zendesk.tickets import Around, created_by, is_gone, merged_into
from tests.connectors.zendesk.small import AT, metrics, row, ticket

PEOPLE = {
    "7": Person(organization="5"),
    "8": Person(organization="6", suspended=True),
    "900": Person(is_agent=True),
}
HERE = Around(customers={"5": "C01", "6": "C02"}, people=PEOPLE)


def test_a_whole_ticket_as_its_row():
    there = ticket(
        id=35436,
        status="solved",
        priority="urgent",
        tags=["vip", "printer"],
        via={"channel": "chat", "source": {"rel": None}},
        metric_set=metrics(replies=1, reply=16, first=90, full=90),
        updated_at="2026-02-03T10:00:00Z",
    )
    assert row(there, HERE) == {
        "ticket_id": "35436",
        "customer_id": "C01",
        "requester_id": "7",
        "created_at": AT,
        "created_by": "customer",
        "channel": "chat",
        "first_agent_reply_at": "2026-02-02T09:16:00Z",
        "first_solved_at": "2026-02-02T10:30:00Z",
        "reopened_at": None,
        "last_solved_at": "2026-02-02T10:30:00Z",
        "replies_before_first_solve": "1",
        "merged_into": None,
        "is_spam": "false",
        "subject": "Help",
        "body": "It is broken",
        "tags": "vip|printer",
        "priority": "urgent",
        "escalated": None,
        "agent_id": "900",
        "business_schedule": None,
        "updated_at": "2026-02-03T10:00:00Z",
    }


def test_a_ticket_without_organization_is_its_requesters():
    assert row(ticket(organization_id=None), HERE)["customer_id"] == "C01"
    assert row(ticket(organization_id=None, requester_id=99), HERE)["customer_id"] is None
    assert row(ticket(organization_id=4), HERE)["customer_id"] is None


@pytest.mark.parametrize(
    ("who", "changed"),
    [
        ("customer", {}),
        ("agent", {"submitter_id": 900}),
        ("agent", {"submitter_id": 12345}),
        ("agent", {"submitter_id": 900, "requester_id": 900}),
        ("customer", {"submitter_id": 12345, "requester_id": 12345}),
        ("customer", {"submitter_id": None}),
        ("customer", {"submitter_id": 8}),
        ("system", {"via": {"channel": "rule"}}),
    ],
)
def test_who_opened_a_ticket(who, changed):
    assert created_by(ticket(**changed), PEOPLE) == who


def test_a_channel_nobody_has_heard_of_stays_what_it_is():
    assert row(ticket(via={"channel": "hologram"}))["channel"] == "hologram"
    assert row(ticket(via=None))["channel"] is None
    assert row(ticket(via={"channel": 29}))["channel"] == "29"


def merged(**source):
    via = {"channel": "web", "source": source}
    return ticket(id=4, status="closed", tags=["closed_by_merge"], via=via)


def test_a_merged_ticket_points_at_its_survivor_and_at_itself_where_none_is_named():
    assert merged_into(merged(rel="merge", **{"from": {"ticket_id": 5}})) == "5"
    assert merged_into(merged(rel="merge", to={"ticket_id": 6}, **{"from": {}})) == "6"
    assert merged_into(merged(rel=None)) == "4"
    assert merged_into(merged(rel="follow_up", **{"from": {"ticket_id": 5}})) == "4"
    assert merged_into(ticket(tags=["vip"])) is None


def test_a_follow_up_of_a_closed_ticket_is_not_merged():
    source = {"rel": "follow_up", "from": {"ticket_id": 3}}
    assert merged_into(ticket(via={"channel": "email", "source": source})) is None


def test_spam_is_a_tag_or_a_suspended_requester():
    assert row(ticket(tags=["spam"]), HERE)["is_spam"] == "true"
    assert row(ticket(requester_id=8), HERE)["is_spam"] == "true"
    assert row(ticket(), HERE)["is_spam"] == "false"


def test_escalated_is_known_only_where_the_settings_say_which_tags_mean_it():
    words = Around(escalated_tags=frozenset({"tier2"}))
    assert row(ticket(tags=["tier2"]), words)["escalated"] == "true"
    assert row(ticket(), words)["escalated"] == "false"
    assert row(ticket(tags=["tier2"]))["escalated"] is None


def test_deleted_and_emptied_tickets_are_out():
    assert is_gone(ticket(status="deleted"), HERE)
    assert is_gone(ticket(subject="SCRUBBED", description="X"), HERE)
    assert is_gone(ticket(subject="SCRUBBED", description="SCRUBBED"), HERE)
    assert not is_gone(ticket(subject="SCRUBBED", description="How do I get it off?"), HERE)


def test_a_ticket_in_the_list_of_deleted_ones_is_out_until_it_changes_again():
    deleted = Around(deleted={"1": datetime(2026, 2, 5, tzinfo=UTC)})
    before, after = (int(datetime(2026, 2, day, tzinfo=UTC).timestamp()) for day in (4, 6))
    assert is_gone(ticket(generated_timestamp=before), deleted)
    assert not is_gone(ticket(generated_timestamp=after), deleted)


def test_a_ticket_with_nothing_but_an_id_is_a_row_that_will_be_refused_and_not_an_error():
    bare = row({"id": 9})
    assert (bare["ticket_id"], bare["created_at"], bare["replies_before_first_solve"]) == (
        "9",
        None,
        None,
    )
