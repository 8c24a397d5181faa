"""How many projects were delivered as agreed, and how many are open past their date?"""

from __future__ import annotations

from fractions import Fraction

from tests.engine.worlds import World

PROJECTS = """
    customer_id | due_on     | closed_on  | outcome   | in_scope
    acorn       | 2026-02-15 | 2026-02-15 | delivered | true
    acorn       | 2026-02-10 | 2026-02-11 | delivered | true
    birch       | 2026-03-10 | 2026-02-28 | delivered | false
    birch       | 2026-03-10 | 2026-02-10 | delivered | -
    cedar       | 2026-03-30 | 2026-02-12 | cancelled | true
    cedar       | 2026-02-28 | -          | open      | true
    cedar       | 2026-03-01 | -          | open      | true
    cedar       | 2026-02-20 | 2026-03-01 | delivered | true
    cedar       | 2026-02-20 | -          | cancelled | true
    qa          | 2026-02-20 | -          | open      | true
"""
CUSTOMERS = """
    customer_id | is_test
    acorn       | false
    birch       | false
    cedar       | false
    qa          | true
"""
# New York's midnight is five hours behind: days are compared with days
WORK = World({"projects": PROJECTS, "customers": CUSTOMERS}, zone="America/New_York")


def test_success_is_delivered_in_scope_and_by_the_day():
    assert WORK.value("project_success_rate") == Fraction(1, 5)


def test_what_is_due_on_the_last_day_is_overdue_at_the_close():
    # the one due on the 28th, and the one that was delivered late, on the day after
    assert WORK.value("overdue_open_projects") == 2
    assert WORK.value("overdue_open_projects", "2026-03") == 2  # the 28th and the 1st


def test_nothing_closed_is_no_success_rate():
    assert WORK.value("project_success_rate", "2026-01") == "zero_denominator"
    assert WORK.value("overdue_open_projects", "2026-01") == 0
