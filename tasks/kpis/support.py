"""Support: how much is asked, how soon we answer, how well we solve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from tasks.facts.context import setting
from tasks.facts.counted import is_counted
from tasks.facts.functions import business_minutes, minutes, plus_days
from tasks.facts.panel import events
from tasks.facts.support import tickets
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, mean, quantile, ratio, total
from tasks.model import Direction, Family, Period

_t = tickets.c
_ours = is_counted(_t)
tickets_created = events("tickets_created", tickets, at=_t.created_at, where=_ours)
_all_created = events("tickets_created_raw", tickets, at=_t.created_at, tests=True)
_in_order = _t.first_agent_reply_at >= _t.created_at  # a reply before the question is an error
_answered = events(
    "tickets_answered", tickets, at=_t.first_agent_reply_at, where=and_(_ours, _in_order)
)
tickets_first_solved = events("tickets_first_solved", tickets, at=_t.first_solved_at, where=_ours)
_last_solved = events("tickets_solved", tickets, at=_t.last_solved_at, where=_ours)

TICKET_VOLUME = kpi(
    "ticket_volume",
    "Tickets",
    unit="count",
    good=Direction.DOWN,
    family=Family.COUNT,
    section="Support",
    value=total(count(tickets_created)),
    variants={"raw": total(count(_all_created))},
    definition="Tickets customers opened in the period; merged ones, spam and those an agent "
    "opened are not counted.",
    bad="Tickets grow faster than customers do.",
    action="See which subject grew, and answer it once in the help centre or the product.",
    counted="tickets",
    alarm="More tickets than usual",
)
TICKETS_PER_CUSTOMER = kpi(
    "tickets_per_customer",
    "Tickets per customer",
    unit="x",
    good=Direction.DOWN,
    family=Family.COUNT_RATE,
    section="Support",
    value=ratio(count(tickets_created), book.customers_active),
    definition="Tickets customers opened in the period, over everybody who was a customer in it.",
    bad="Each customer needs more help than before: something got harder to use.",
    action="See which subject grew, and answer it once in the help centre or the product.",
    counted="tickets",
    of="customers",
    alarm="More tickets than usual",
)

_a = _answered.c
_wait = minutes(_a.created_at, _a.first_agent_reply_at)
_office_wait = business_minutes(_a.created_at, _a.first_agent_reply_at)
FIRST_RESPONSE_TIME = kpi(
    "first_response_time",
    "First response, median",
    unit="minutes",
    good=Direction.DOWN,
    family=Family.QUANTILE,
    section="Support",
    variants={
        "median_min": quantile(_answered, _wait, 0.5),
        "mean_min": mean(_answered, _wait),
        "p90_min": quantile(_answered, _wait, 0.9),
        "median_business_min": quantile(_answered, _office_wait, 0.5),
    },
    definition="Minutes from a ticket's creation to the first public reply of a person, for "
    "tickets first answered in the period; a ticket without a reply is not a zero.",
    bad="People wait longer than they were promised, or longer from period to period.",
    action="Look at which hours and queues wait longest, and move people there.",
    of="tickets answered",
)

_l, _f = _last_solved.c, tickets_first_solved.c
_full = minutes(_l.created_at, _l.last_solved_at)
RESOLUTION_TIME = kpi(
    "resolution_time",
    "Resolution, median",
    unit="minutes",
    good=Direction.DOWN,
    family=Family.QUANTILE,
    section="Support",
    variants={
        "full_median_min": quantile(_last_solved, _full, 0.5),
        "full_mean_min": mean(_last_solved, _full),
        "full_p90_min": quantile(_last_solved, _full, 0.9),
        "first_median_min": quantile(
            tickets_first_solved, minutes(_f.created_at, _f.first_solved_at), 0.5
        ),
    },
    definition="Minutes from a ticket's creation to its last solution, for tickets whose last "
    "solution falls in the period.",
    bad="Problems stay open longer than before, above all the slowest tenth.",
    action="Look at the slowest tenth: what were they waiting for.",
    of="tickets solved",
)

_WINDOW_DAYS = setting("fcr_window_days", 7)


def _window(_variant: str, settings: Mapping[str, Any], _period: Period) -> timedelta:
    return timedelta(days=settings.get("fcr", {}).get("window_days", 7))


def _stayed_solved(within: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """Return whether no reopening counts: none is known, or the window had passed."""
    known_at = func.least(_f.known_at, plus_days(_f.period_end, _WINDOW_DAYS))
    unopened = or_(_f.reopened_at.is_(None), _f.reopened_at >= known_at)
    return unopened if within is None else or_(unopened, within)


_after_window = _f.reopened_at > plus_days(_f.first_solved_at, _WINDOW_DAYS)
_one_reply = _f.replies_before_first_solve == 1
_at_first_contact = count(tickets_first_solved, and_(_one_reply, _stayed_solved(_after_window)))
FCR_RATE = kpi(
    "fcr_rate",
    "First contact resolution",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Support",
    value=ratio(_at_first_contact, count(tickets_first_solved)),
    variants={
        "seed_created_denominator": ratio(_at_first_contact, count(tickets_created)),
        "never_reopened": ratio(
            count(tickets_first_solved, and_(_one_reply, _stayed_solved(None))),
            count(tickets_first_solved),
        ),
    },
    definition="Tickets solved with exactly one reply and not reopened within 7 days, over "
    "tickets first solved in the period.",
    bad="Most people have to ask twice, or more of them than before.",
    action="See which subjects need a second reply, and give agents the missing answer.",
    counted="tickets solved at first contact",
    of="tickets solved",
    window=_window,
    needs=("tickets.replies_before_first_solve",),
    alarm="Fewer tickets solved at first contact",
)
