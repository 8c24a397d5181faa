"""Do those who are asked answer, and do their answers fit the scale."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.engine.worlds import World

SENT = """
    survey | period  | sent
    NPS    | 2026-02 | 8
    csat   | 2026-02 | 99
    nps    | 2026-03 | 4
"""
NPS = """
    customer_id | respondent_id | responded_at | score
    acorn       | u1            | 2026-02-03   | 10
    acorn       | u1            | 2026-02-17   | 7
    cedar       | u3            | 2026-02-04   | 9
    dahlia      | u4            | 2026-02-05   | -
    qa          | u5            | 2026-02-05   | 0
    elm         | u6            | 2026-04-02   | 9
"""
QA = """
    customer_id | is_test
    qa          | true
"""
WORLD = World(
    {"survey_responses": NPS, "survey_sends": SENT, "customers": QA}, segments=("segment",)
)


def test_the_response_rate_counts_respondents_not_answers():
    one = WORLD.observe("nps_response_rate")
    assert (one.numerator, one.denominator, one.n) == (2, 8, 8)


def test_nobody_answering_is_a_rate_of_nothing_and_nobody_asked_is_no_rate():
    assert WORLD.value("nps_response_rate", "2026-03") == 0
    assert WORLD.value("nps_response_rate", "2026-04") == "zero_denominator"


def test_surveys_are_listed_by_month_so_a_week_is_too_short():
    assert WORLD.value("nps_response_rate", "2026-W06") == "period_too_short"
    assert WORLD.value("nps_response_rate", "2026-Q1") == Fraction(2, 12)


def test_more_answers_than_surveys_is_no_rate():
    few = World({**WORLD.tables, "survey_sends": SENT.replace("| 8", "| 1")})
    assert few.value("nps_response_rate") == "insufficient_inputs"


def test_it_is_not_cut_by_segment():
    found = WORLD.measured("2026-02", kpis=("nps_response_rate",)).observations
    assert {one.segment_dimension for one in found} == {"ALL"}


REFUSED = """
    response_id | survey     | customer_id | responded_at     | refused_for
    N1          | NPS        | acorn       | 2026-02-03 15:00 | score
    N2          | nps        | qa          | 2026-02-03 15:00 | score
    N3          | nps        | -           | 2026-02-01 00:00 | scale_min
    N4          | nps        | acorn       | 2026-01-31 23:59 | score
    N5          | nps        | acorn       | 2026-03-01 00:00 | score
    S1          | csat       | acorn       | 2026-02-03 15:00 | score
    E1          | ces_ease17 | acorn       | 2026-02-03 15:00 | high_is
"""


def test_refused_answers_are_counted_by_survey_and_the_day_they_came():
    world = World({**WORLD.tables, "refused_answers": REFUSED})
    found = {
        variant: world.value("survey_invalid_responses", variant=variant)
        for variant in ("nps", "csat", "ces")
    }
    assert found == {"nps": 2, "csat": 1, "ces": 1}


def test_where_no_answer_was_refused_there_are_none():
    assert WORLD.value("survey_invalid_responses") == 0


def test_before_the_first_answer_nobody_knows():
    assert WORLD.value("survey_invalid_responses", "2025-12") == "insufficient_inputs"


def test_a_source_that_stopped_says_nothing_of_later_months():
    marks = {"survey_responses": datetime(2026, 2, 10, tzinfo=UTC)}
    world = World(WORLD.tables, watermarks=marks)
    assert world.value("survey_invalid_responses", "2026-03") == "source_stale"
