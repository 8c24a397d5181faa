"""How much customers tell us, what it is about, and how much of it is bad."""

from __future__ import annotations

from fractions import Fraction

from tasks.facts.themes import BUILT_IN
from tasks.kpis.base import kpi_named
from tests.engine.worlds import World

FEEDBACK = World(
    {
        "feedback": """
            customer_id | received_at | themes                   | sentiment
            acorn       | 2026-02-05  | ease_of_use              | negative
            birch       | 2026-02-06  | support                  | negative
            cedar       | 2026-02-07  | Support                  | positive
            dahlia      | 2026-02-20  | renewal_process          | negative
            maple       | 2026-02-25  | ease_of_use;self_service | negative
            -           | 2026-02-26  | -                        | -
            qa          | 2026-02-26  | secret                   | negative
            hazel       | 2026-03-05  | pricing                  | mixed
            hazel       | 2026-03-06  | app_look;pricing       | neutral
        """,
        "customers": """
            customer_id | is_test
            qa          | true
        """,
    },
)


def share(theme, period="2026-02"):
    return FEEDBACK.value("feedback_theme_share", period, variant=theme)


def test_every_remark_counts_but_those_of_test_accounts():
    assert FEEDBACK.value("feedback_volume") == 6
    assert FEEDBACK.value("feedback_volume", "2026-04") == 0


def test_a_remark_may_be_about_several_themes():
    assert share("ease_of_use") == Fraction(2, 6)
    assert share("self_service") == Fraction(1, 6)
    assert share("support") == Fraction(2, 6)


def test_a_theme_nobody_mentions_is_a_share_of_nothing():
    assert share("response_time") == 0
    assert share("response_time", "2026-04") == "no_responses"


def test_any_words_are_a_theme_that_may_be_asked_for():
    measures = kpi_named("feedback_theme_share").value_of("app's 100%_look").measures
    assert all(measure.panel.name == "feedback_received" for measure in measures)


def test_a_theme_is_not_found_inside_another():
    part = World(
        {"feedback": "received_at | themes\n2026-02-05 | self_service;app\n2026-02-05 | self"}
    )
    assert part.value("feedback_theme_share", variant="self") == Fraction(1, 2)
    assert part.value("feedback_theme_share", variant="self_service") == Fraction(1, 2)


def share_names():
    found = FEEDBACK.measured("2026-02", kpis=("feedback_theme_share",)).observations
    return [one.variant for one in found]


def test_the_built_in_themes_come_first_and_then_those_of_the_data_most_used_first():
    assert share_names() == [*BUILT_IN, "pricing", "app_look"]


def test_the_negative_share_is_of_what_has_a_sentiment():
    assert FEEDBACK.value("feedback_negative_share") == Fraction(4, 5)
    assert FEEDBACK.value("feedback_negative_share", "2026-03") == 0
    assert FEEDBACK.value("feedback_negative_share", "2026-04") == "no_responses"


def test_without_any_theme_there_is_no_share_but_a_volume():
    blind = World({"feedback": "received_at | themes\n2026-02-05 | -"})
    assert blind.value("feedback_volume") == 1
    measured = blind.measured("2026-02", kpis=("feedback_theme_share", "feedback_negative_share"))
    assert {one.null_reason for one in measured.observations} == {"source_unavailable"}
