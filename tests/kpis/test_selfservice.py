"""How many find their answer without asking us?"""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

TABLES = {
    "kb_sessions": """
        user_id | started_at
        ann     | 2026-02-02 14:30
        ann     | 2026-02-20 14:30
        bob     | 2026-02-05 10:00
        cat     | 2026-02-06 10:00
        -       | 2026-02-07 10:00
        tester  | 2026-02-08 10:00
    """,
    "tickets": """
        customer_id | requester_id | created_at       | created_by | is_spam
        acorn       | ann          | 2026-02-03 14:30 | customer   | false
        acorn       | bob          | 2026-02-06 10:01 | customer   | false
        acorn       | bob          | 2026-02-04 10:00 | customer   | false
        acorn       | cat          | 2026-02-06 11:00 | customer   | true
        acorn       | cat          | 2026-02-06 11:00 | agent      | false
        birch       | -            | 2026-02-09 11:00 | customer   | false
        qa          | tester       | 2026-01-08 10:00 | customer   | false
    """,
    "customers": """
        customer_id | is_test
        acorn       | false
        birch       | false
        qa          | true
    """,
}
HELP = World(TABLES)


def test_a_question_within_a_day_means_that_the_visit_did_not_help():
    # ann asked exactly 24 hours later, bob a minute too late for it; only ann's first visit failed
    assert HELP.value("self_service_rate", variant="session_deflection") == Fraction(3, 4)
    assert HELP.value("self_service_rate") == Fraction(3, 3 + 4)


def test_the_window_can_be_set():
    longer = World(TABLES, settings={"self_service_rate": {"window_hours": 48}})
    assert longer.value("self_service_rate", variant="session_deflection") == Fraction(2, 4)
    assert longer.observe("self_service_rate").as_of.isoformat() == "2026-03-03T00:00:00+00:00"


def test_it_is_final_once_the_window_has_passed():
    tables = {**TABLES, "kb_sessions": TABLES["kb_sessions"] + "ann | 2026-02-28 22:00\n"}
    world = World(tables)
    begun = world.basis.calendar.midnight
    early = world.observe(
        "self_service_rate", now=begun(world.basis.calendar.period("2026-03").first_day)
    )
    assert early.status == "provisional"
    assert world.observe("self_service_rate").status == "final"


def test_the_score_is_of_people_and_can_exceed_one():
    # ann, bob and cat looked; ann, bob and somebody of birch asked
    assert HELP.value("self_service_score") == Fraction(3, 3)


def test_without_users_there_is_no_telling():
    world = World({**TABLES, "kb_sessions": "user_id | started_at\n- | 2026-02-02"})
    assert world.value("self_service_rate") == "source_unavailable"
    assert world.value("self_service_score") == "source_unavailable"


def test_nobody_looked_and_nobody_asked():
    assert HELP.value("self_service_rate", "2026-04") == "zero_denominator"
    assert HELP.value("self_service_score", "2026-04") == "zero_denominator"
