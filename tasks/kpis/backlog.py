"""Backlog: what is still open, and how much came back after it had been solved."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import case, func

from tasks.facts.context import periods
from tasks.facts.counted import is_counted
from tasks.facts.panel import events
from tasks.facts.standing import standing
from tasks.facts.support import tickets
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio, total
from tasks.kpis.support import tickets_first_solved
from tasks.model import Base, Direction, Family

_t = tickets.c
_counts = is_counted(_t)
_first = func.coalesce(_t.first_solved_at, _t.last_solved_at)
_solved = case((_first < _t.created_at, _t.created_at), else_=_first)  # not before it was there
_came_back = case((_t.reopened_at >= _solved, _t.reopened_at))  # before its solution it cannot
_solved_again = case((_t.last_solved_at > _came_back, _t.last_solved_at))
_open = standing(
    "tickets_open",
    tickets,
    since=_t.created_at,
    until=case((_came_back < periods.c.end_at, _solved_again), else_=_solved),
    where=_counts,
)
TICKET_BACKLOG = kpi(
    "ticket_backlog",
    "Open tickets",
    unit="count",
    good=Direction.DOWN,
    family=Family.COUNT,
    section="Support",
    value=total(count(_open)),
    definition="Tickets of customers that were open just before the period closed: not solved "
    "yet, or opened again and not solved again.",
    bad="More comes in than is solved, period after period.",
    action="Take the oldest ones first, and close what nobody waits for.",
    counted="open tickets",
    base=Base.LEVEL,
    needs=("tickets.first_solved_at",),
    alarm="More tickets stay open",
)

_reopened = replace(
    events("tickets_reopened", tickets, at=_t.reopened_at, where=_counts),
    dated_by=("tickets", "first_solved_at"),  # a time without a reopening is known all the same
)
REOPEN_RATE = kpi(
    "reopen_rate",
    "Tickets opened again",
    unit="ratio",
    good=Direction.DOWN,
    family=Family.BINOMIAL,
    section="Support",
    value=ratio(count(_reopened), count(tickets_first_solved)),
    definition="Tickets that were opened again in the period, over tickets first solved in it.",
    bad="What was called solved comes back, or comes back more often.",
    action="Read the ones that came back: what was called solved that was not.",
    counted="tickets opened again",
    of="tickets solved",
    needs=("tickets.reopened_at",),
    alarm="More tickets are opened again",
)
