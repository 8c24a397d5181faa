"""Scales come from the forms, as they were when somebody answered. Complaint 29."""

from __future__ import annotations

import pytest

from tasks.connectors.fields import SurveySettings
from tasks.connectors.typeform.questions import form_of, forms, survey_of
from tests.doubles.typeform import group, nps, opinion, question, rating, text

CSAT, CES = SurveySettings(kind="csat"), SurveySettings(kind="ces", high_is="bad")


def form(*fields, at="2026-01-01T00:00:00Z", **more):
    said = {"id": "f1", "title": "Satisfaction", "fields": list(fields), "last_updated_at": at}
    return said | more


def scales(*fields):
    return {one.ref: one.scale for one in form_of(form(*fields)).questions}


@pytest.mark.parametrize(
    ("field", "scale"),
    [
        (nps("q"), (0, 10)),
        (question("nps", "q"), (0, 10)),
        (opinion("q", 11), (0, 10)),
        (opinion("q", 10, start_at_one=True), (1, 10)),
        (opinion("q", 5), (0, 4)),
        (rating("q", 5), (1, 5)),
        (question("yes_no", "q"), (0, 1)),
        (question("rating", "q"), None),
        (text("q"), None),
    ],
)
def test_the_scale_of_a_question(field, scale):
    assert scales(field) == {"q": scale}


def test_questions_inside_groups_are_questions():
    assert scales(group("g", rating("q1", 5), group("h", nps("q2")))) == {
        "q1": (1, 5), "h": None, "q2": (0, 10), "g": None,
    }  # fmt: skip


def test_an_answer_has_the_scale_of_its_time():
    known = forms(
        [
            form(opinion("q", 7), at="2026-02-01T00:00:00Z"),
            form(opinion("q", 5), at="2026-01-01T00:00:00Z"),
        ]
    )

    def scale(at):
        return known.asked("f1", "id_q", at).scale

    assert scale("2026-01-31T23:59:59Z") == (0, 4)
    assert scale("2026-02-01T00:00:00Z") == (0, 6)
    assert scale("2025-12-31T00:00:00Z") == (0, 4)  # before the first edit that we know of


def test_a_question_that_was_taken_out_is_still_known():
    known = forms([form(nps("q")), form(text("p"), at="2026-02-01T00:00:00Z")])
    assert known.asked("f1", "id_q", "2026-03-01T00:00:00Z").scale == (0, 10)
    assert known.asked("f1", "id_none", "2026-03-01T00:00:00Z") is None
    assert known.asked("f2", "id_q", "2026-03-01T00:00:00Z") is None


def survey(known_as, *fields, **surveys):
    asked = form_of(form(*fields))
    return survey_of(asked, asked.question(f"id_{known_as}"), surveys)


def test_what_a_question_asks():
    fields = (nps("a"), rating("b", 5), rating("c", 5))
    assert survey("a", *fields).kind == "nps"
    assert survey("b", *fields) is None
    assert survey("b", *fields, b=CES) == CES
    assert survey("b", *fields, id_b=CES) == CES
    assert survey("b", *fields, f1=CSAT) == CSAT
    assert survey("b", *fields, Satisfaction=CSAT) == CSAT


def test_what_is_said_of_a_form_is_about_its_first_rated_question_only():
    fields = (nps("a"), text("t"), rating("b", 5), rating("c", 5))
    assert survey("c", *fields, f1=CSAT) is None
    assert survey("c", *fields, f1=CSAT, b=CES) == CSAT
    assert survey("a", *fields, f1=CSAT).kind == "nps"


@pytest.mark.parametrize("fields", [None, "x", [None], [{}], [{"properties": None}]])
def test_a_form_of_another_shape_breaks_nothing(fields):
    assert form_of({"id": "f1", "fields": fields}).question("q") is None
