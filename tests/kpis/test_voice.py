"""Would they recommend us, are they satisfied, was it easy."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World


def answers(text, **more):
    return World({"survey_responses": text, **more})


NPS = """
    customer_id | respondent_id | responded_at     | score
    acorn       | u1            | 2026-02-03 15:00 | 10
    cedar       | u3            | 2026-02-04 15:00 | 9
    dahlia      | u4            | 2026-02-05 15:00 | 6
    elm         | u5            | 2026-02-06 15:00 | 8
    acorn       | u1            | 2026-02-17 15:00 | 7
    quiet       | u6            | 2026-02-17 15:00 | -
"""


def test_nps_takes_the_latest_answer_of_each_respondent():
    assert answers(NPS).value("nps") == Fraction(0)
    assert answers(NPS).value("nps", variant="first_response") == Fraction(100, 4)
    assert answers(NPS).value("nps", variant="all_responses") == Fraction(100, 5)


def test_nps_keeps_what_its_noise_needs():
    one = answers(NPS).observe("nps")
    assert (one.n, one.sum_of_squares) == (4, 20_000)


def test_nps_of_new_and_long_term_customers():
    world = answers(
        NPS,
        subscription_versions="""
            customer_id | valid_from | valid_to
            acorn       | 2025-03-10 | -
            cedar       | 2026-01-10 | -
            dahlia      | 2026-01-10 | -
            elm         | 2025-06-01 | 2025-12-20
            elm         | 2026-01-10 | -
        """,
    )
    assert world.value("nps", variant="tenure_lt_90d") == 0
    assert world.value("nps", variant="tenure_ge_90d") == 0
    assert world.observe("nps", variant="tenure_ge_90d").n == 2


def test_a_duplicate_in_the_crm_answers_for_its_customer():
    merged = "customer_id | merged_into\nacorn | -\ncopy | acorn"
    nps = NPS + "    copy        | u1            | 2026-02-20 15:00 | 9\n"
    world = answers(nps, customers=merged + "\ncedar | -\ndahlia | -\nelm | -\nquiet | -")
    assert world.value("nps") == Fraction(100 * (2 - 1), 4)  # u1's 10 and 7 were before the 9
    assert world.observe("nps").n == 4


def test_no_answers_is_no_score():
    assert answers(NPS).value("nps", "2026-03") == "no_responses"


CSAT = answers(
    """
    survey | ticket_id | responded_at | score | scale_min | scale_max
    csat   | T1        | 2026-02-03   | 5     | 1         | 5
    csat   | T2        | 2026-02-05   | 2     | 1         | 5
    csat   | T3        | 2026-02-06   | 4     | 1         | 5
    csat   | T3        | 2026-02-08   | 3     | 1         | 5
    csat   | T7        | 2026-02-11   | 1     | 0         | 1
    csat   | T9        | 2026-02-26   | -     | 1         | 5
    nps    | -         | 2026-02-26   | 9     | 0         | 10
    """,
    survey_sends="""
    survey | period  | sent
    csat   | 2026-02 | 10
    csat   | 2026-03 | 8
    nps    | 2026-02 | 14
    """,
)


def test_csat_takes_the_last_rating_of_each_ticket():
    assert CSAT.value("csat") == Fraction(2, 4)


def test_csat_over_all_who_were_asked():
    assert CSAT.value("csat", variant="seed_surveyed_denominator") == Fraction(2, 10)
    by_week = CSAT.value("csat", "2026-W06", variant="seed_surveyed_denominator")
    assert by_week == "period_too_short"


def test_csat_as_a_mean_leaves_other_scales_out():
    assert CSAT.value("csat", variant="mean_1to5") == Fraction(10, 3)
    assert CSAT.value("csat", variant="normalised_0_100") == Fraction(100 + 25 + 50 + 100, 4)


def test_what_counts_as_positive_is_a_setting():
    world = World(CSAT.tables, settings={"csat": {"positive": [3, 4, 5]}})
    assert world.value("csat") == Fraction(3, 4)


def test_ease_turns_effort_round():
    world = answers("""
        survey       | responded_at | score | scale_min | scale_max | high_is
        ces_effort17 | 2026-02-03   | 1     | 1         | 7         | bad
        ces_ease17   | 2026-02-05   | 4     | 1         | 7         | good
        ces_ease05   | 2026-02-18   | 5     | 0         | 5         | good
    """)
    assert world.value("ces_ease_index") == Fraction(250, 3)


def test_answers_about_merged_tickets_are_left_out():
    tickets = """
        ticket_id | created_at | merged_into
        T1        | 2026-02-01 | -
        T2        | 2026-02-01 | T1
    """
    world = answers(
        """
        survey | ticket_id | responded_at | score | scale_min | scale_max
        csat   | T1        | 2026-02-03   | 5     | 1         | 5
        csat   | T2        | 2026-02-03   | 1     | 1         | 5
        csat   | -         | 2026-02-03   | 4     | 1         | 5
        """,
        tickets=tickets,
    )
    assert world.value("csat") == Fraction(2, 2)


def test_a_scale_on_which_one_is_best_is_turned_round():
    world = answers("""
        survey | ticket_id | responded_at | score | scale_min | scale_max | high_is
        csat   | T1        | 2026-02-03   | 1     | 1         | 5         | bad
        csat   | T2        | 2026-02-03   | 5     | 1         | 5         | bad
    """)
    assert world.value("csat") == Fraction(1, 2)
    assert world.value("csat", variant="mean_1to5") == 3


def test_people_are_known_by_their_company_too():
    world = answers("""
        customer_id | respondent_id | responded_at | score
        acorn       | admin         | 2026-02-03   | 10
        birch       | admin         | 2026-02-04   | 0
    """)
    assert world.observe("nps").n == 2


def test_a_survey_is_known_however_it_is_written():
    world = answers("""
        survey | responded_at | score
        NPS    | 2026-02-03   | 10
    """)
    assert world.value("nps") == 100


CSI = World(
    {
        "csi_responses": """
            customer_id | responded_at | q_overall | q_expectation | q_ideal
            acorn       | 2026-02-03   | 9         | 8             | 7
            birch       | 2026-02-04   | 8         | 7             | 6
            cedar       | 2026-02-05   | 1         | 1             | -
            dahlia      | 2026-03-05   | 10        | 10            | 10
            elm         | 2026-04-05   | 1         | 1             | 1
        """
    }
)


def test_the_satisfaction_index_weighs_three_questions_alike():
    assert abs(CSI.value("csi") - Fraction(650, 9)) < Fraction(1, 10**9)


def test_the_satisfaction_index_runs_from_0_to_100():
    assert CSI.value("csi", "2026-03") == 100
    assert CSI.value("csi", "2026-04") == 0
    assert CSI.value("csi", "2026-05") == "no_responses"


def test_an_index_answer_without_all_three_questions_is_left_out():
    assert CSI.observe("csi").n == 2


def test_what_counts_as_a_new_customer_is_a_setting_and_names_the_variant():
    subscriptions = """
        customer_id | valid_from | valid_to
        acorn       | 2025-03-10 | -
        cedar       | 2026-01-10 | -
        dahlia      | 2025-12-10 | -
        elm         | 2026-01-10 | -
    """
    tables = {"survey_responses": NPS, "subscription_versions": subscriptions}
    world = World(tables, settings={"nps": {"tenure_days": 30}})
    assert world.value("nps", variant="tenure_lt_30d") == 50
    assert world.value("nps", variant="tenure_ge_30d") == -50


def test_an_nps_on_another_scale_or_the_other_way_round_is_refused_not_rescaled():
    world = answers("""
        responded_at | score | scale_min | scale_max | high_is
        2026-02-03   | 10    | 0         | 10        | good
        2026-02-03   | 1     | 1         | 10        | good
        2026-02-03   | 0     | 0         | 10        | bad
        2026-02-03   | 5     | 0         | 5         | good
    """)
    assert world.value("nps") == 100


def test_more_ratings_than_surveys_sent_is_no_share():
    few = World({**CSAT.tables, "survey_sends": "survey | period | sent\ncsat | 2026-02 | 1"})
    assert few.value("csat", variant="seed_surveyed_denominator") == "insufficient_inputs"
