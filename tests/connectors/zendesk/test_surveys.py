"""Satisfaction: offers are no answers, scales are their own, and no answer counts twice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tasks.connectors.zendesk.surveys import (
    Asked,
    options,
    rating_row,
    response_row,
    scales,
    sends,
    ticket_of,
)
from tests.connectors.zendesk.small import AT

ASKED = Asked(of_ticket={"208": "C01"}, of_person={"7": "C02"}, scales={"Q1": ("1", "5")})
RATING = {
    "id": 62,
    "ticket_id": 208,
    "requester_id": 7,
    "score": "good",
    "comment": "Thanks!",
    "created_at": "2026-02-01T09:00:00Z",
    "updated_at": AT,
}
SKIPPED = {"type": "skipped", "question": {"id": "Q1"}, "created_at": AT}


def rated(rating, **question):
    return {
        "type": "rating_scale",
        "rating": rating,
        "question": {"id": "Q1", "sub_type": "customer_satisfaction", **question},
        "created_at": AT,
        "updated_at": AT,
    }


def response(*answers):
    return {
        "id": "01JQ",
        "responder_id": 7,
        "subjects": [{"type": "ticket", "id": "208"}],
        "answers": list(answers),
    }


def scored(*answers, asked=ASKED):
    row = response_row(response(*answers), asked)
    return row and (row["score"], row["scale_min"], row["scale_max"])


def test_an_old_rating_is_1_or_0_of_0_to_1():
    assert rating_row(RATING, ASKED) == {
        "response_id": "rating:62",
        "survey": "csat",
        "customer_id": "C01",
        "respondent_id": "7",
        "ticket_id": "208",
        "responded_at": AT,
        "score": "1",
        "scale_min": "0",
        "scale_max": "1",
        "high_is": "good",
        "comment": "Thanks!",
        "updated_at": AT,
    }
    assert rating_row({**RATING, "score": "bad"}, ASKED)["score"] == "0"


@pytest.mark.parametrize("score", ["offered", "unoffered", None, "excellent"])
def test_offers_are_no_answers(score):
    assert rating_row({**RATING, "score": score}, ASKED) is None


def test_the_customer_is_the_tickets_else_the_persons():
    assert rating_row({**RATING, "ticket_id": 1}, ASKED)["customer_id"] == "C02"
    assert rating_row({**RATING, "ticket_id": 1, "requester_id": 1}, ASKED)["customer_id"] is None


def test_a_new_answer_has_the_scale_of_its_question():
    two = [{"rating": 1}, {"rating": 2}]
    assert scored(rated(2, options=two)) == ("2", "1", "2")
    assert scored(rated(4)) == ("4", "1", "5")


def test_without_a_known_scale_zendesks_own_good_or_bad_counts():
    answer = {**rated(3, id="Q9"), "rating_category": "bad"}
    assert scored(answer) == ("0", "0", "1")
    assert scored({**answer, "rating_category": "good"}) == ("1", "0", "1")
    assert scored(rated(3, id="Q9")) is None


def test_a_skipped_rating_is_no_answer_and_other_questions_are_no_satisfaction():
    assert scored(SKIPPED) is None
    assert scored() is None
    other = {**rated(1), "question": {"id": "Q1", "sub_type": "other"}}
    assert scored(other, rated(5)) == ("5", "1", "5")


def test_the_remark_is_the_open_answer():
    remark = {"type": "open_ended", "value": "Fast", "question": {"id": "Q2"}}
    assert response_row(response(rated(5), remark), ASKED)["comment"] == "Fast"


def test_which_ticket_a_response_is_about_in_both_of_its_forms():
    assert ticket_of({"subjects": [{"type": "conversation", "id": "x"}]}) is None
    assert ticket_of({"subject_zrns": ["zen:conversation:4", "zen:ticket:123"]}) == "123"
    assert ticket_of({}) is None


def test_scales_come_from_the_surveys_and_one_option_is_no_scale():
    survey = {"questions": [{"id": "Q1", "options": [{"rating": 1}, {"rating": 3}]}, {"id": "Q2"}]}
    assert scales([survey]) == {"Q1": ("1", "3")}
    assert options({"options": [{"rating": 1}]}) is None
    assert options({"options": [{"label": "x"}]}) is None
    assert options(None) is None


def test_offers_are_counted_by_local_month_for_the_response_rate():
    ratings = [
        {"score": score, "created_at": made}
        for score, made in [
            ("offered", "2026-02-10T09:00:00Z"),
            ("good", "2026-03-01T02:00:00Z"),
            ("unoffered", "2026-02-11T09:00:00Z"),
            ("bad", "2026-01-05T09:00:00Z"),
            ("offered", None),
        ]
    ]
    assert sends(ratings, ZoneInfo("America/New_York"), "2026-02") == [
        {"survey": "csat", "period": "2026-02", "sent": "2"}
    ]
