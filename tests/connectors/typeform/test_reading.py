"""Are all responses read, whatever the order and the hour in which they are shown?"""

from __future__ import annotations

from datetime import timedelta

from tests.connectors.conformance.company import tables_of
from tests.connectors.conformance.typeform import PAGE
from tests.doubles.faults import Reply
from tests.doubles.typeform import nps

MINUTES = timedelta(minutes=1)


def form_with(typeform, count, *, apart=1, **more):
    form = typeform.add_form("Recommend us?", nps("q1"), **more)
    for number in range(count):
        typeform.answer(form, {"q1": number % 11}, customer_id="C01")
        typeform.pass_time(seconds=apart)
    return form


def test_more_responses_of_one_second_than_a_page_holds_are_all_read(here, typeform):
    form_with(typeform, 3)
    form_with(typeform, 3 * PAGE + 1, apart=0)
    form = form_with(typeform, 2)
    typeform.answer(form, {"q1": 1})
    assert len(here.tables()["survey_responses"]) == 3 + 3 * PAGE + 1 + 3


def test_responses_of_one_second_that_are_not_given_are_an_error_not_a_silence(here, typeform):
    form_with(typeform, PAGE + 3, apart=0)

    def less(proper):
        return Reply({**proper.data, "items": []})

    typeform.order("responses", less, times=99, when=lambda asked: "after" in asked.query)
    (problem,) = here.read().problems
    assert "more rows of one moment" in str(problem)


def test_responses_in_another_order_than_asked_for_are_an_error(here, typeform):
    form_with(typeform, 2 * PAGE)

    def turned(proper):
        return Reply({**proper.data, "items": proper.data["items"][::-1]})

    typeform.order("responses", turned, times=99)
    (problem,) = here.read().problems
    assert "in another order" in str(problem)


def test_a_response_that_is_shown_half_an_hour_late_is_not_lost(here, typeform):
    form = form_with(typeform, 2)
    typeform.answer(form, {"q1": 7}, late=30 * MINUTES, customer_id="C01")
    typeform.pass_time(minutes=1)
    typeform.answer(form, {"q1": 8}, customer_id="C01")
    found = []
    for _ in range(3):  # the run in between must not pass it by
        found.append(len(here.tables()["survey_responses"]))
        here.wait(16)
    assert found == [3, 3, 4]


def test_a_form_that_is_shared_later_is_read_from_its_start(here, typeform):
    form_with(typeform, 2)
    here.wait(7 * 24 * 60)
    here.read()
    later = typeform.add_form("Shared", nps("q1"), known_as="a-first")
    typeform.answer(later, {"q1": 5}, at=typeform.now - 90 * 24 * 60 * MINUTES)
    here.wait()
    assert len(here.tables()["survey_responses"]) == 3


def test_a_list_of_forms_of_several_pages(here, typeform):
    typeform.forms_page = 2
    for _ in range(5):
        form_with(typeform, 1)
    assert len(here.tables()["survey_responses"]) == 5
    assert here.company.landed("forms", here.now) == 5


def test_an_account_without_forms_has_no_answers_and_no_problem(here, typeform):
    for _ in range(2):
        assert here.read().problems == ()
        here.wait(8 * 24 * 60)
    form = form_with(typeform, 2)
    assert len(here.tables()["survey_responses"]) == 2
    typeform.delete_form(form)
    here.wait(8 * 24 * 60)
    assert len(here.tables()["survey_responses"]) == 2


def test_only_the_forms_that_are_named_are_read(here, typeform):
    form_with(typeform, 2)
    here.company.more = {"forms": [form_with(typeform, 3)]}
    assert len(here.tables()["survey_responses"]) == 3
    assert typeform.asked("forms") == []


def test_a_form_that_is_deleted_while_it_is_read_stops_nothing(here, typeform):
    first, second = form_with(typeform, 1), form_with(typeform, 2)
    typeform.at("received", "responses", lambda _asked: typeform.given.pop(first, None))
    folded = here.read()
    assert folded.problems == ()
    assert len(tables_of(folded)["survey_responses"]) == 2
    assert second in typeform.given


def test_a_form_that_was_named_and_is_not_there_is_told(here, typeform):
    here.company.more = {"forms": ["gone"]}
    assert any("'forms'" in str(problem) for problem in here.read().problems)


def test_a_token_without_the_scope_is_told_which(here, typeform):
    form_with(typeform, 1)
    typeform.forbidden.add("responses")
    (problem,) = here.read().problems
    assert "responses:read" in str(problem)


def test_it_asks_no_faster_than_twice_a_second(here, typeform):
    typeform.limit(calls=2, seconds=0)  # counted below: time here only passes when we wait
    here.company.more = {"calls_per_s": 2}
    for _ in range(6):
        form_with(typeform, 1)
    began = here.company.time.at
    here.read()
    passed = here.company.time.at - began
    assert passed >= (len(typeform.requests) - 2) / 2 * 0.99
