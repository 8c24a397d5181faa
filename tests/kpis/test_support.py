"""How much is asked, how soon we answer, how well we solve."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

TICKETS = """
    ticket_id | customer_id | created_by | created_at       | first_agent_reply_at | first_solved_at  | reopened_at      | last_solved_at   | replies_before_first_solve | merged_into | is_spam
    T1        | acorn       | customer   | 2026-02-02 15:00 | 2026-02-02 15:30     | 2026-02-02 16:00 | -                | 2026-02-02 16:00 | 1 | -  | false
    T2        | birch       | customer   | 2026-02-03 14:00 | 2026-02-03 16:00     | 2026-02-04 14:00 | -                | 2026-02-04 14:00 | 3 | -  | false
    T3        | cedar       | customer   | 2026-02-05 15:00 | 2026-02-05 15:10     | 2026-02-05 15:40 | 2026-02-07 15:00 | 2026-02-07 17:40 | 1 | -  | false
    merged    | cedar       | customer   | 2026-02-06 14:30 | -                    | 2026-02-06 14:35 | -                | 2026-02-06 14:35 | 0 | T3 | false
    spam      | acorn       | customer   | 2026-02-09 15:00 | -                    | -                | -                | -                | 0 | -  | true
    T7        | birch       | customer   | 2026-02-10 15:00 | 2026-02-10 15:20     | 2026-02-10 16:00 | 2026-02-20 16:00 | 2026-02-20 17:00 | 1 | -  | false
    ours      | birch       | agent      | 2026-02-11 15:00 | -                    | -                | -                | -                | 0 | -  | false
    silent    | acorn       | customer   | 2026-02-25 16:00 | -                    | -                | -                | -                | 0 | -  | false
    qa        | qa          | customer   | 2026-02-25 16:00 | -                    | -                | -                | -                | 0 | -  | false
"""
DESK = World(
    {
        "tickets": TICKETS,
        "customers": """
            customer_id | is_test
            acorn       | false
            birch       | false
            cedar       | false
            qa          | true
        """,
        "subscription_versions": """
            customer_id | valid_from | valid_to
            acorn       | 2025-06-01 | -
            birch       | 2025-06-01 | 2026-02-10
            cedar       | 2026-02-05 | -
            dahlia      | 2025-06-01 | -
        """,
    },
    segments=("segment",),
)


def test_volume_counts_what_customers_asked():
    assert DESK.value("ticket_volume") == 5
    assert DESK.value("ticket_volume", variant="raw") == 9


def test_tickets_per_customer_divides_by_everybody_of_the_month():
    assert DESK.value("tickets_per_customer") == Fraction(5, 4)


def test_first_response_leaves_the_unanswered_out():
    waits = {
        variant: DESK.value("first_response_time", variant=variant)
        for variant in ("median_min", "mean_min", "p90_min")
    }
    assert waits == {"median_min": 25, "mean_min": 45, "p90_min": 93}


def test_without_a_ticket_nobody_was_answered_and_no_data_are_missing():
    for kpi, median, mean in (
        ("first_response_time", "median_min", "mean_min"),
        ("resolution_time", "full_median_min", "full_mean_min"),
    ):
        reasons = {DESK.value(kpi, "2026-04", variant=one) for one in (median, mean)}
        assert reasons == {"no_responses"}


def test_resolution_runs_to_the_last_solution():
    assert DESK.value("resolution_time", variant="full_median_min") == Fraction(1440 + 3040, 2)
    assert DESK.value("resolution_time", variant="first_median_min") == 60


def test_a_reopening_after_the_window_is_still_first_contact():
    assert DESK.value("fcr_rate") == Fraction(2, 4)
    assert DESK.value("fcr_rate", variant="never_reopened") == Fraction(1, 4)
    assert DESK.value("fcr_rate", variant="seed_created_denominator") == Fraction(2, 5)


def test_first_contact_resolution_settles_a_week_after_the_close():
    one = DESK.observe("fcr_rate")
    assert one.as_of.date().isoformat() == "2026-03-08"


def test_without_the_number_of_replies_there_is_no_first_contact_rate():
    blind = TICKETS.replace("| 1 |", "| - |").replace("| 3 |", "| - |").replace("| 0 |", "| - |")
    measured = World({"tickets": blind}).measured("2026-02", kpis=("fcr_rate",))
    assert {one.null_reason for one in measured.observations} == {"source_unavailable"}
    assert measured.lacking == {"fcr_rate": ("tickets.replies_before_first_solve",)}


OFFICE = """
    created_at       | first_agent_reply_at
    2026-03-06 22:00 | 2026-03-09 13:30
    2026-03-10 14:00 | 2026-03-10 14:40
    2026-03-01 03:00 | 2026-03-02 13:00
"""


def test_business_minutes_skip_nights_weekends_and_the_missing_hour():
    # Friday 17:00 to Monday 9:30 of New York, over the night the clocks went forward; 40 minutes
    # on a Tuesday; Saturday evening to Monday 8:00
    world = World({"tickets": OFFICE}, zone="America/New_York")
    assert world.value("first_response_time", "2026-03", variant="median_business_min") == 30


def test_a_tag_is_a_segment_of_tickets():
    world = World(
        {
            "tickets": """
                created_at | tags
                2026-02-02 | billing;urgent
                2026-02-03 | bug
                2026-02-03 | billing
                2026-02-03 | -
            """
        },
        segments=("tag",),
    )
    by_tag = {
        tag: world.value("ticket_volume", segment=tag) for tag in ("billing", "bug", "(none)")
    }
    assert by_tag == {"billing": 2, "bug": 1, "(none)": 1}


def test_a_reply_before_the_question_is_no_waiting_time():
    world = World(
        {
            "tickets": """
                created_at       | first_agent_reply_at
                2026-02-02 15:00 | 2026-02-02 13:00
                2026-02-02 15:00 | 2026-02-02 15:30
            """
        }
    )
    assert world.value("first_response_time", variant="mean_min") == 30
