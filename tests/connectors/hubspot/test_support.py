"""Tickets, answers to surveys, touches: small accounts in, exact rows out."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.connectors.hubspot.portraits import deleted, portrait, remarks, row, rows, with_history

STAGE = "hs_pipeline_stage"


def ticket(key="500", /, **more):
    return row(key, **{"createdate": "2026-02-02T15:00:00Z", STAGE: "4", **more})


def way(*changes, **more):
    """First solved, reopened and last solved, of a ticket with these changes of its stage."""
    last = {STAGE: changes[-1][1]} if changes else {}
    made = portrait({"tickets": [with_history(ticket(**last, **more), STAGE, *changes)]})
    (found,) = rows(made, "tickets", "first_solved_at", "reopened_at", "last_solved_at")
    return found


def test_a_ticket_with_everything():
    record = ticket(
        tied={"companies": ["7"], "contacts": ["101"]},
        subject="Import fails",
        content="The file is refused.",
        source_type="EMAIL",
        hs_ticket_priority="HIGH",
        hs_ticket_category="BILLING_ISSUE;PRODUCT_ISSUE",
        hubspot_owner_id="31",
        first_agent_reply_date="2026-02-02T15:30:00Z",
        closed_date="2026-02-02T16:00:00Z",
    )
    options = [{"value": "BILLING_ISSUE", "label": "Billing issue"}]
    made = portrait(
        {
            "companies": [row("7")],
            "contacts": [row("101", associatedcompanyid="7")],
            "tickets": [record],
            "tickets properties": [{"name": "hs_ticket_category", "options": options}],
        }
    )
    assert rows(made, "tickets") == [
        {
            "ticket_id": "500",
            "customer_id": "7",
            "requester_id": "101",
            "created_at": "2026-02-02T15:00:00Z",
            "created_by": "customer",
            "channel": "email",
            "first_agent_reply_at": "2026-02-02T15:30:00Z",
            "first_solved_at": "2026-02-02T16:00:00Z",
            "reopened_at": None,
            "last_solved_at": "2026-02-02T16:00:00Z",
            "replies_before_first_solve": None,
            "merged_into": None,
            "is_spam": "false",
            "subject": "Import fails",
            "body": "The file is refused.",
            "tags": "Billing issue|PRODUCT_ISSUE",
            "priority": "high",
            "escalated": None,
            "agent_id": "31",
            "updated_at": "2026-02-01T10:00:00Z",
        }
    ]


def test_solving_and_reopening_are_read_from_the_stages():
    assert way(("2026-02-02T15:00:00Z", "1")) == (None, None, None)
    assert way(("2026-02-02T15:00:00Z", "1"), ("2026-02-03T15:00:00Z", "4")) == (
        "2026-02-03T15:00:00Z",
        None,
        "2026-02-03T15:00:00Z",
    )
    assert way(
        ("2026-02-02T15:00:00Z", "1"),
        ("2026-02-03T15:00:00Z", "4"),
        ("2026-02-04T15:00:00Z", "2"),
        ("2026-02-05T15:00:00Z", "1"),
        ("2026-02-06T15:00:00Z", "4"),
    ) == ("2026-02-03T15:00:00Z", "2026-02-04T15:00:00Z", "2026-02-06T15:00:00Z")


def test_a_ticket_that_is_open_again_is_not_solved():
    assert way(("2026-02-03T15:00:00Z", "4"), ("2026-02-04T15:00:00Z", "2")) == (
        "2026-02-03T15:00:00Z",
        "2026-02-04T15:00:00Z",
        None,
    )


def test_without_a_history_the_closing_date_tells():
    assert way(closed_date="2026-02-09T00:00:00Z") == (
        "2026-02-09T00:00:00Z",
        None,
        "2026-02-09T00:00:00Z",
    )


def test_a_ticket_nobody_has_answered_has_no_first_reply():
    made = portrait({"tickets": [ticket(first_agent_reply_date="")]})
    assert rows(made, "tickets", "first_agent_reply_at") == [(None,)]


@pytest.mark.parametrize(
    ("origin", "who"),
    [
        ({"source_type": "PHONE", "hs_object_source": "CRM_UI"}, "customer"),
        ({"hs_object_source": "CRM_UI"}, "agent"),
        ({"hs_object_source": "AUTOMATION_PLATFORM"}, "system"),
        ({"hs_object_source": "SOMETHING_NEW"}, None),
    ],
)
def test_a_channel_means_that_the_customer_asked(origin, who):
    assert rows(portrait({"tickets": [ticket(**origin)]}), "tickets", "created_by") == [(who,)]


def test_unknown_words_are_kept_and_told():
    made = portrait({"tickets": [ticket(source_type="FAX", hs_ticket_priority="BLOCKER")]})
    assert rows(made, "tickets", "channel", "priority") == [("other:fax", "other:blocker")]
    assert remarks(made) == [
        "crm: hs_ticket_priority is 'BLOCKER', which is not known: kept as other:blocker (1 row of tickets).",
        "crm: source_type is 'FAX', which is not known: kept as other:fax (1 row of tickets).",
    ]


def test_a_ticket_without_a_company_is_its_contacts_companys():
    made = portrait(
        {
            "companies": [row("7")],
            "contacts": [row("101", associatedcompanyid="7", hs_calculated_merged_vids="99:1")],
            "tickets": [ticket(tied={"contacts": ["99"]})],
        }
    )
    assert rows(made, "tickets", "customer_id", "requester_id") == [("7", "101")]


def test_merged_tickets_point_at_their_survivor_and_deleted_ones_are_gone():
    made = portrait(
        {
            "tickets": [ticket("500", hs_merged_object_ids="501"), ticket("501"), ticket("502")],
            "tickets archived": [deleted("502", "2026-02-20T10:00:00Z")],
        }
    )
    assert rows(made, "tickets", "ticket_id", "merged_into") == [("500", None), ("501", "500")]


def answer(**more):
    return row("900", **{"hs_submission_timestamp": "2026-02-03T15:00:00Z", **more})


def responses(*answers, **said):
    streams = {
        "companies": [row("7")],
        "contacts": [row("101", associatedcompanyid="7")],
        "feedback_submissions": list(answers),
    }
    made = portrait(streams, **said)
    columns = ("survey", "customer_id", "score", "scale_min", "scale_max", "high_is")
    return made, rows(made, "survey_responses", *columns)


def test_nps_and_ces_have_the_scale_hubspot_gives_them():
    nps = answer(hs_survey_type="NPS", hs_value="9", tied={"contacts": ["101"]})
    assert responses(nps)[1] == [("nps", "7", "9", "0", "10", "good")]
    assert responses(answer(hs_survey_type="CES", hs_value="6"))[1] == [
        ("ces", None, "6", "1", "7", "good")
    ]


def test_any_other_survey_needs_its_scale_in_the_configuration():
    csat = answer(
        hs_survey_type="CSAT", hs_survey_id="5", hs_survey_name="After chat", hs_value="2"
    )
    made, found = responses(csat)
    assert found == []
    (said,) = remarks(made)
    assert said == (
        "crm: the scale of survey 5 (After chat) is not known, so its answers are left out; "
        "add it under 'surveys' (1 row of survey_responses)."
    )
    scale = {"kind": "csat", "low": 0, "high": 2}
    for key in ("5", "After chat"):
        assert responses(csat, surveys={key: scale})[1] == [("csat", None, "2", "0", "2", "good")]


def test_an_nps_from_1_to_10_is_refused():
    with pytest.raises(ValidationError, match="an NPS is asked from 0 to 10"):
        portrait({}, surveys={"5": {"kind": "nps", "low": 1, "high": 10}})


def test_an_answer_without_a_score_is_not_a_zero():
    made, found = responses(answer(hs_survey_type="NPS", hs_value="", hs_content="Nice"))
    assert [each[2] for each in found] == [None]
    assert rows(made, "survey_responses", "comment") == [("Nice",)]


def test_touches_are_what_reached_somebody():
    when = "2026-02-03T15:00:00Z"
    firm = {"companies": ["7"], "contacts": ["101"]}
    made = portrait(
        {
            "companies": [row("7")],
            "contacts": [row("101", associatedcompanyid="7")],
            "calls": [
                row(
                    "1",
                    tied=firm,
                    hs_timestamp=when,
                    hs_call_status="COMPLETED",
                    hubspot_owner_id="31",
                ),
                row("2", tied=firm, hs_timestamp=when, hs_call_status="NO_ANSWER"),
            ],
            "meetings": [
                row("3", tied=firm, hs_timestamp=when, hs_meeting_outcome="NO_SHOW"),
                row("4", tied=firm, hs_timestamp="2026-04-01T15:00:00Z"),
                row("5", tied={"contacts": ["101"]}, hs_timestamp=when),
            ],
            "emails": [
                row("6", tied=firm, hs_timestamp=when, hs_email_direction="EMAIL"),
                row("7", hs_timestamp=when, hs_email_direction="EMAIL"),
            ],
        }
    )
    assert rows(
        made, "touches", "touch_id", "customer_id", "contact_id", "owner_id", "kind", "at"
    ) == [
        ("call-1", "7", "101", "31", "call", when),
        ("meeting-5", "7", "101", None, "meeting", when),
        ("email-6", "7", "101", None, "email", when),
    ]


@pytest.mark.parametrize(("said", "replies"), [("true", "1"), ("false", "2"), (None, None)])
def test_hubspot_says_only_whether_one_reply_solved_it(said, replies):
    made = portrait({"tickets": [ticket(hs_is_one_touch_ticket=said)]})
    assert rows(made, "tickets", "replies_before_first_solve") == [(replies,)]
