"""Who looked for help by themselves, and who of them had to ask us after all?"""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, and_, exists, select

from tasks.facts.context import people, setting
from tasks.facts.counted import is_counted
from tasks.facts.functions import seconds_between
from tasks.facts.panel import Panel, events
from tasks.facts.support import kb_sessions, tickets

SECONDS_AN_HOUR = 3600
WINDOW_HOURS = setting("self_service_rate_window_hours", 24)


@cache
def help_sessions() -> Panel:
    """Return the visits to the help centre of known users, and whether they ``asked`` us then.

    ``newest`` marks one visit of each user in a period. Whoever asks for a test account is no
    user; a visit of nobody in particular says nothing, as a ticket could not be told to be theirs.
    """
    k = kb_sessions.c
    known = and_(k.user_id.is_not(None), ~_asks_for_tests())
    visits = events("kb_visits", kb_sessions, at=k.started_at, where=known, per=(k.user_id,))
    rows = select(visits.rows, _asked(visits).label("asked")).cte("help_sessions")
    return Panel("help_sessions", rows, visits.tables | {"tickets"}, visits.dated_by)


def _asked(visits: Panel) -> ColumnElement[bool]:
    t, v = tickets.alias("asked_tickets").c, visits.c
    within = seconds_between(v.started_at, t.created_at) <= WINDOW_HOURS * SECONDS_AN_HOUR
    return exists().where(
        t.requester_id == v.user_id,
        t.created_at >= v.started_at,
        t.created_at < v.known_at,
        within,
        is_counted(t),
    )


def _asks_for_tests() -> ColumnElement[bool]:
    t, owner = tickets.alias("test_tickets"), people.alias("test_people")
    return exists().where(
        t.c.requester_id == kb_sessions.c.user_id,
        t.c.customer_id == owner.c.customer_id,
        owner.c.is_test,
    )
