"""How things stand at a close, local days of a period, and facts that are dated by a day."""

from __future__ import annotations

from tasks.engine.asked import asked, prepare
from tasks.engine.compile import statements
from tasks.engine.cube import run
from tasks.facts.panel import events
from tasks.facts.standing import days, standing
from tasks.facts.support import tickets
from tasks.facts.usage import objectives
from tasks.kpis.measures import count
from tests.engine.worlds import NOW, World


def came_to(world, measure, period, dimension=(), segment="ALL"):
    """Return what a measure came to in one period."""
    calendar = world.basis.calendar
    wanted = asked((calendar.period(period),), as_of=None, cut=world.basis.cut(NOW))
    with world.session() as session:
        prepare(session, world.basis, wanted)
        cube = run(session, statements([measure], ((), ("segment",))), world.basis.parameters)
        return cube.sample(measure, (0, dimension, segment)).total


OPEN = count(
    standing("open_test", tickets, since=tickets.c.created_at, until=tickets.c.first_solved_at)
)
DUE = count(events("due_test", objectives, at=objectives.c.due_on))
DAYS = count(days())
DESK = World(
    {
        "customers": """
            customer_id | segment | is_test
            acorn       | SMB     | false
            birch       | ENT     | false
            qa          | ENT     | true
        """,
        "tickets": """
            customer_id | created_at       | first_solved_at
            acorn       | 2026-01-31 12:00 | -
            acorn       | 2026-02-28 23:59 | 2026-03-01 00:00
            birch       | 2026-02-05 12:00 | 2026-02-28 23:59
            birch       | 2026-03-01 00:00 | -
            qa          | 2026-02-05 12:00 | -
        """,
        "objectives": """
            customer_id | due_on     | achieved_on
            acorn       | 2026-01-31 | -
            acorn       | 2026-02-01 | -
            birch       | 2026-02-28 | -
            birch       | 2026-11-30 | -
        """,
    },
    segments=("segment",),
)


def test_what_is_open_just_before_the_close_stands():
    # solved at the very instant of the close was open just before; created then was not there yet
    assert came_to(DESK, OPEN, "2026-02") == 2
    assert came_to(DESK, OPEN, "2026-02", ("segment",), "SMB") == 2


def test_a_day_belongs_to_the_period_it_lies_in():
    assert came_to(DESK, DUE, "2026-02") == 2
    assert came_to(DESK, DUE, "2026-02", ("segment",), "ENT") == 1


def test_a_day_still_ahead_does_not_count_in_an_open_period():
    assert came_to(DESK, DUE, "2026-11") == 0


def test_days_are_local_days_the_one_with_23_hours_included():
    assert came_to(World({}, zone="America/New_York"), DAYS, "2026-03") == 31


def test_days_of_an_open_period_are_those_that_are_over():
    assert came_to(DESK, DAYS, "2026-11") == 22


def test_days_hold_for_every_segment():
    assert came_to(DESK, DAYS, "2026-02", ("segment",), "ENT") == 28
