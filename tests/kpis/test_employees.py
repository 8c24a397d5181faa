"""Are those who serve customers engaged, and would they recommend working here."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

ANSWERS = """
    employee_id | responded_at | engagement_mean | enps
    EM1         | 2026-02-03   | 1.0             | 0
    EM1         | 2026-02-10   | 4.2             | 9
    EM2         | 2026-02-10   | 3.9             | 7
    EM3         | 2026-02-10   | 4.5             | 10
    EM4         | 2026-02-10   | 2.5             | 3
    EM5         | 2026-02-10   | 4.0             | 8
    EM6         | 2026-02-10   | 3.0             | 6
    EM1         | 2026-03-10   | 4.0             | 9
    EM1         | 2026-03-11   | 4.0             | 9
    EM2         | 2026-03-10   | 4.1             | 9
    EM3         | 2026-03-10   | 4.4             | 10
    EM4         | 2026-03-10   | 2.0             | 2
    EM5         | 2026-03-10   | -               | -
"""
TEAM = World({"employee_survey": ANSWERS}, segments=("segment", "tenure_band"))


def test_the_latest_answer_of_each_employee_counts():
    assert TEAM.value("employee_engagement_rate") == Fraction(3, 6)
    assert TEAM.value("enps") == 0


def test_under_five_answers_nothing_is_shown_not_even_how_many():
    for kpi in ("employee_engagement_rate", "enps"):
        one = TEAM.observe(kpi, "2026-03")
        assert one.null_reason == "suppressed_small_group"
        assert (one.numerator, one.denominator, one.sum_of_squares) == (None, None, None)
        assert not one.n


def test_how_many_are_enough_is_a_setting():
    world = World(
        {"employee_survey": ANSWERS}, settings={"employee_survey": {"minimum_answers": 4}}
    )
    assert world.value("employee_engagement_rate", "2026-03") == Fraction(3, 4)
    assert world.value("enps", "2026-03") == 50
    strict = World(
        {"employee_survey": ANSWERS}, settings={"employee_survey": {"minimum_answers": 7}}
    )
    assert strict.value("enps") == "suppressed_small_group"


def test_each_question_needs_enough_answers_of_its_own():
    blanks = World(
        {"employee_survey": ANSWERS.replace("3.0             | 6", "3.0             | -")}
    )
    fewer = World(
        {
            "employee_survey": ANSWERS.replace(
                "3.0             | 6", "3.0             | -"
            ).replace("4.0             | 8", "4.0             | -")
        }
    )
    assert blanks.value("enps") == Fraction(100, 5)
    assert fewer.value("enps") == "suppressed_small_group"
    assert fewer.value("employee_engagement_rate") == Fraction(3, 6)


def test_nobody_answering_is_no_value():
    assert TEAM.value("employee_engagement_rate", "2026-04") == "no_responses"
    assert TEAM.value("enps", "2026-04") == "no_responses"


def test_employees_are_not_cut_by_customers():
    found = TEAM.measured("2026-02", kpis=("employee_engagement_rate", "enps")).observations
    assert {one.segment_dimension for one in found} == {"ALL"}
