"""What is still open, and how much came back."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.worlds import World

TICKETS = """
    ticket_id | created_at       | created_by | first_solved_at  | reopened_at      | last_solved_at   | merged_into | is_spam
    old       | 2026-01-05       | customer   | -                | -                | -                | -   | false
    solved    | 2026-02-02       | customer   | 2026-02-03       | -                | 2026-02-03       | -   | false
    again     | 2026-02-02       | customer   | 2026-02-03       | 2026-02-20       | 2026-02-21       | -   | false
    back      | 2026-02-02       | customer   | 2026-02-03       | 2026-02-27       | -                | -   | false
    later     | 2026-02-02       | customer   | 2026-02-03       | 2026-03-05       | 2026-03-06       | -   | false
    late      | 2026-02-28 23:59 | customer   | 2026-03-01 00:00 | -                | 2026-03-01 00:00 | -   | false
    next      | 2026-03-01 00:00 | customer   | -                | -                | -                | -   | false
    spam      | 2026-02-05       | customer   | -                | -                | -                | -   | true
    merged    | 2026-02-05       | customer   | -                | -                | -                | old | false
    ours      | 2026-02-05       | agent      | -                | -                | -                | -   | false
"""
DESK = World({"tickets": TICKETS})


def test_the_backlog_is_what_was_open_just_before_the_close():
    assert DESK.value("ticket_backlog") == 3  # old, back, late
    assert DESK.value("ticket_backlog", "2026-01") == 1
    assert DESK.value("ticket_backlog", "2026-03") == 3  # old, back, next


def test_reopened_is_counted_when_it_happened():
    assert DESK.value("reopen_rate") == Fraction(2, 4)
    assert DESK.value("reopen_rate", "2026-03") == Fraction(1, 1)


def test_nothing_solved_is_no_reopen_rate():
    assert DESK.value("reopen_rate", "2026-05") == "zero_denominator"


def test_nothing_reopened_yet_is_none_reopened():
    text = TICKETS.replace("2026-02-03       | 2026-02-20", "2026-02-03       | 2026-03-20")
    world = World({"tickets": text.replace("2026-02-27 ", "2026-03-27 ")})
    assert world.value("reopen_rate") == 0


def test_without_a_column_of_reopenings_there_is_no_rate():
    world = World({"tickets": "created_at | first_solved_at\n2026-02-02 | 2026-02-03"})
    assert world.value("reopen_rate") == "source_unavailable"
    assert world.value("ticket_backlog") == 0


def test_times_that_contradict_each_other_make_no_ticket_twice_open():
    world = World(
        {
            "tickets": """
                created_at | first_solved_at | reopened_at | last_solved_at
                2026-02-05 | 2026-02-01      | -           | -
                2026-02-05 | 2026-02-10      | 2026-02-07  | 2026-02-06
                2026-02-05 | 2026-02-10      | 2026-02-12  | 2026-02-11
            """
        }
    )
    assert world.value("ticket_backlog") == 1


DAYS = st.integers(1, 30)
HISTORY = st.lists(st.tuples(st.integers(0, 80), st.lists(DAYS, max_size=3)), max_size=8)
MONTHS = ("2026-01", "2026-02", "2026-03")


def _text(history):
    """Return tickets: the day they came, and after how many days they were solved, back, solved."""
    lines = []
    for came, steps in history:
        days, at = [], date(2026, 1, 1) + timedelta(days=came)
        for step in (0, *steps):
            at += timedelta(days=step)
            days.append(at.isoformat())
        created, solved, back, again = [*days, "-", "-", "-"][:4]
        lines.append((created, solved, back, again if again != "-" or back != "-" else solved))
    return lines


def _in(month, days):
    return sum(day.startswith(month) for day in days)


@settings(max_examples=10, deadline=None)
@given(HISTORY)
def test_close_is_open_and_created_and_reopened_less_solved(history):
    first = ("2025-12-01", "2025-12-02", "2025-12-03", "2025-12-04")
    drawn = [first, *_text(history)]
    head = "created_at | first_solved_at | reopened_at | last_solved_at"
    world = World({"tickets": "\n".join([head, *(" | ".join(line) for line in drawn)])})
    measured = world.measured(*MONTHS, kpis=("ticket_backlog",)).observations
    before = 0
    for month, one in zip(MONTHS, measured, strict=True):
        created, solved, reopened = (_in(month, [line[i] for line in drawn]) for i in range(3))
        again = _in(month, [line[3] for line in drawn if line[2] != "-"])
        assert one.numerator == before + created + reopened - solved - again
        before = one.numerator
