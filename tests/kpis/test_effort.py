"""Was it easy, on whichever scale and in whichever direction that was asked."""

from __future__ import annotations

from fractions import Fraction

from tasks.alerts.subjects import subject_of
from tasks.kpis.base import kpi_named
from tasks.model import Direction
from tests.engine.worlds import World

CES = """
    survey       | customer_id | respondent_id | responded_at | score | scale_min | scale_max | high_is
    ces_effort17 | acorn       | u1            | 2026-02-03   | 2     | 1         | 7         | bad
    ces_effort17 | cedar       | u3            | 2026-02-06   | 3     | 1         | 7         | bad
    ces_effort17 | dahlia      | u4            | 2026-02-08   | 5     | 1         | 7         | bad
    ces_ease17   | birch       | u2            | 2026-02-05   | 6     | 1         | 7         | good
    ces_ease17   | hazel       | u11           | 2026-02-16   | 7     | 1         | 7         | good
    ces_ease17   | maple       | u14           | 2026-02-17   | 4     | 1         | 7         | good
    ces_ease05   | elm         | u5            | 2026-02-18   | 4     | 0         | 5         | good
    ces_ease05   | fir         | u6            | 2026-02-19   | 5     | 0         | 5         | good
    nps          | fir         | u6            | 2026-02-19   | 0     | 0         | 10        | good
"""


def world(text, **more):
    return World({"survey_responses": text}, **more)


def test_each_instrument_has_a_mean_of_its_own():
    found = {
        variant: world(CES).value("ces", variant=variant)
        for variant in (
            "effort_1_7_lower_better",
            "ease_1_7_higher_better",
            "ease_0_5_higher_better",
        )
    }
    assert list(found.values()) == [Fraction(10, 3), Fraction(17, 3), Fraction(9, 2)]


def test_no_variant_mixes_instruments():
    observed = world(CES).measured("2026-02", kpis=("ces",)).observations
    assert {one.variant: one.n for one in observed} == {
        "effort_1_7_lower_better": 3,
        "ease_1_7_higher_better": 3,
        "ease_0_5_higher_better": 2,
    }


def test_one_survey_asked_on_two_scales_is_two_instruments():
    mixed = world("""
        survey | responded_at | score | scale_min | scale_max | high_is
        ces    | 2026-02-03   | 2     | 1         | 7         | bad
        ces    | 2026-02-04   | 2     | 1         | 7         | good
        ces    | 2026-02-05   | 4     | 1         | 5         | good
        CES    | 2026-02-06   | 5     | 1         | 5         | good
        ces    | 2026-02-07   | 3     | -2        | 5         | bad
    """)
    found = {
        one.variant: one.value for one in mixed.measured("2026-02", kpis=("ces",)).observations
    }
    assert found == {
        "effort_1_7_lower_better": 2,
        "ease_1_7_higher_better": 2,
        "ease_0_5_higher_better": None,
        "ease_1_5_higher_better": Fraction(9, 2),
        "effort_-2_5_lower_better": 3,
    }
    assert mixed.value("ces", variant="ease_0_5_higher_better") == "no_responses"


def test_the_ease_index_is_the_one_number_across_instruments():
    of_effort, of_seven, of_five = Fraction(550, 3), Fraction(700, 3), 180
    expected = (of_effort + of_seven + of_five) / 8
    assert abs(world(CES).value("ces_ease_index") - expected) < Fraction(1, 10**9)


def test_the_share_that_found_it_easy_is_of_one_instrument():
    assert world(CES).value("ces_pct_easy") == Fraction(2, 3)
    assert world(CES).value("ces_pct_easy", "2026-03") == "no_responses"


def test_the_last_answer_of_a_respondent_counts_and_each_ticket_is_an_occasion():
    again = world("""
        survey | customer_id | respondent_id | ticket_id | responded_at | score | scale_min | scale_max
        ces    | acorn       | u1            | -         | 2026-02-03   | 1     | 1         | 7
        ces    | acorn       | u1            | -         | 2026-02-04   | 7     | 1         | 7
        ces    | acorn       | u1            | T1        | 2026-02-05   | 5     | 1         | 7
        ces    | acorn       | u1            | T2        | 2026-02-06   | 3     | 1         | 7
        ces    | birch       | u1            | -         | 2026-02-03   | 7     | 1         | 7
    """)
    assert again.value("ces", variant="ease_1_7_higher_better") == Fraction(22, 4)
    assert again.value("ces_pct_easy") == Fraction(3, 4)


def test_a_score_outside_its_scale_is_no_answer_however_it_got_in():
    outside = world("""
        survey | responded_at | score | scale_min | scale_max
        ces    | 2026-02-03   | 9     | 1         | 7
        ces    | 2026-02-03   | -     | 1         | 7
        ces    | 2026-02-03   | 6     | 1         | 7
        nps    | 2026-02-03   | 11    | 0         | 10
        nps    | 2026-02-03   | 10    | 0         | 10
        csat   | 2026-02-03   | 50    | 1         | 5
        csat   | 2026-02-03   | 4     | 1         | 5
    """)
    assert outside.value("ces", variant="ease_1_7_higher_better") == 6
    assert outside.observe("nps").n == 1
    assert outside.value("csat") == Fraction(1, 1)


def test_scores_of_whole_companies_stay_exact():
    lines = "\n".join(f"        ces | 2026-02-0{1 + n % 9} | {n % 6} | 0 | 7" for n in range(100))
    many = world(
        f"        survey | responded_at | score | scale_min | scale_max\n{lines}",
    )
    expected = Fraction(sum(n % 6 for n in range(100)) * 100, 7 * 100)
    assert abs(many.value("ces_ease_index") - expected) < Fraction(1, 10**9)


def test_each_instrument_has_its_own_better_end():
    """A high score of effort is bad, a high score of ease is good; of both together is neither."""
    ces = kpi_named("ces")
    ways = {
        name: ces.good_of(name) for name in ("effort_1_7_lower_better", "ease_0_5_higher_better")
    }
    assert ways == {"effort_1_7_lower_better": "down", "ease_0_5_higher_better": "up"}
    assert ces.good_of("effort_0_10_lower_better") is Direction.DOWN
    assert (ces.good_of(None), ces.good_of("anything")) == ("neutral", "neutral")
    assert kpi_named("csat").good_of("default") is Direction.UP
    for name, way in ways.items():
        assert subject_of(ces, "USD", name).good is way
