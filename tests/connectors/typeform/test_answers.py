"""Responses as rows: one for each rated question, with the comment that follows it."""

from __future__ import annotations

from tests.connectors.conformance.company import tables_of
from tests.doubles.typeform import group, nps, opinion, question, rating, text


def rows(here, *names):
    return [tuple(row[name] for name in names) for row in here.tables()["survey_responses"]]


def notes(here, kind):
    return [note.text for note in here.read().notes if note.kind == kind]


def test_a_row_says_everything(here, typeform):
    form = typeform.add_form("Recommend us?", nps("q1"), text("q2"))
    said = {"q1": 9, "q2": "Quick!"}
    who = {"customer_id": "C01", "contact_id": "p7", "ticket_id": 208}
    key = typeform.answer(form, said, **who)
    (row,) = here.tables()["survey_responses"]
    row.pop("source")
    assert {name: str(value) for name, value in row.items()} == {
        "response_id": f"{key}:id_q1",
        "survey": "nps",
        "customer_id": "C01",
        "respondent_id": "p7",
        "ticket_id": "208",
        "responded_at": "2026-02-02 09:00:00",
        "score": "9.000000",
        "scale_min": "0.000000",
        "scale_max": "10.000000",
        "high_is": "good",
        "comment": "Quick!",
        "updated_at": "2026-02-02 09:00:00",
    }


def test_every_rated_question_is_a_row_and_its_comment_comes_before_the_next(here, typeform):
    here.company.more = {"surveys": {"q3": {"kind": "csat"}, "q5": {"kind": "solved"}}}
    fields = (nps("q1"), text("q2"), rating("q3", 5), text("q4"), question("yes_no", "q5"))
    form = typeform.add_form("All of it", *fields)
    typeform.answer(form, {"q1": 3, "q3": 4, "q4": "Nice", "q5": False}, customer_id="C01")
    assert rows(here, "survey", "score", "scale_max", "comment") == [
        ("nps", 3, 10, None),
        ("csat", 4, 5, "Nice"),
        ("solved", 0, 1, None),
    ]


def test_questions_in_groups_and_unanswered_ones(here, typeform):
    form = typeform.add_form("Grouped", group("g", nps("q1")), text("q2"))
    typeform.answer(form, {"q1": 10}, customer_id="C01")
    typeform.answer(form, {"q2": "No number"}, customer_id="C01")
    assert rows(here, "score") == [(10,)]


def test_an_nps_asked_from_1_to_10_is_refused_not_rescaled(here, typeform):
    here.company.more = {"surveys": {"q1": {"kind": "nps"}, "q2": {"kind": "nps"}}}
    fields = (opinion("q1", 10, start_at_one=True), opinion("q2", 11))
    form = typeform.add_form("Two of them", *fields)
    typeform.answer(form, {"q1": 10, "q2": 10}, customer_id="C01")
    folded = here.read()
    (row,) = tables_of(folded)["survey_responses"]
    assert (row["scale_min"], row["scale_max"]) == (0, 10)
    assert len(folded.quarantined) == 1


def test_a_scale_that_was_changed_leaves_old_answers_on_theirs(here, typeform):
    here.company.more = {"surveys": {"q1": {"kind": "csat"}}}
    form = typeform.add_form("Satisfied?", opinion("q1", 5, start_at_one=True))
    typeform.answer(form, {"q1": 5}, customer_id="C01")
    assert rows(here, "score", "scale_max") == [(5, 5)]
    here.wait()
    typeform.edit(form, opinion("q1", 7, start_at_one=True))
    typeform.answer(form, {"q1": 5}, customer_id="C01")
    here.wait()
    assert rows(here, "score", "scale_max") == [(5, 5), (5, 7)]


def test_what_a_question_asks_must_be_known_and_its_scale(here, typeform):
    here.company.more = {"surveys": {"q2": {"kind": "csat"}}}
    form = typeform.add_form("?", rating("q1", 5), question("rating", "q2"))
    typeform.answer(form, {"q1": 5, "q2": 4}, customer_id="C01")
    assert notes(here, "mapping_issue") == [
        (
            f"source: what question 'q1' of form {form} asks is not known, so its answers (1) are left "
            "out; add it under 'surveys'."
        ),
        (
            f"source: the scale of question 'q2' of form {form} is not known, so its answers (1) are "
            "left out."
        ),
    ]


def test_who_answers_is_in_the_hidden_fields_and_typeforms_own_filler_is_nobody(here, typeform):
    here.company.more = {"hidden": {"customer": "account"}}
    form = typeform.add_form("Recommend us?", nps("q1"))
    for value in ("C01", "xxxxx", ""):
        typeform.answer(form, {"q1": 9}, account=value)
    assert sorted(rows(here, "customer_id"), key=repr) == [("C01",), (None,), (None,)]
    assert notes(here, "no_customer") == [
        (
            "source: 2 of 3 answers name no customer: the hidden field 'account' of their forms is "
            "empty."
        )
    ]
