"""Self-service: how many find their answer in the help centre, without asking us?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func

from tasks.facts.counted import is_counted
from tasks.facts.panel import events
from tasks.facts.selfhelp import help_sessions
from tasks.facts.support import tickets
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
from tasks.kpis.support import tickets_created
from tasks.model import Direction, Family, Period

_t = tickets.c
_sessions = help_sessions()
_helped = count(_sessions, ~_sessions.c.asked)


def _window(_variant: str, settings: Mapping[str, Any], _period: Period) -> timedelta:
    return timedelta(hours=settings.get("self_service_rate", {}).get("window_hours", 24))


SELF_SERVICE_RATE = kpi(
    "self_service_rate",
    "Self-service",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Support",
    value=ratio(_helped, _helped + count(tickets_created)),
    variants={"session_deflection": ratio(_helped, count(_sessions))},
    definition="Visits to the help centre after which the same user opened no ticket within 24 "
    "hours (a setting), over those visits and all tickets; visits of unknown users are left out.",
    bad="Most who look for an answer still have to ask, or more than before.",
    action="Write the answers to the subjects that people still ask after looking.",
    counted="visits answered it",
    of="visits and tickets",
    window=_window,
    needs=("kb_sessions.user_id", "tickets.requester_id"),
    alarm="Fewer find the answer themselves",
)

_asker = func.coalesce(_t.requester_id, _t.customer_id, _t.ticket_id)
_askers = events("ticket_askers", tickets, at=_t.created_at, where=is_counted(_t), per=(_asker,))
SELF_SERVICE_SCORE = kpi(
    "self_service_score",
    "Help-centre users per asker",
    unit="x",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Support",
    value=ratio(count(_sessions, _sessions.c.newest), count(_askers, _askers.c.newest)),
    default="zendesk_ratio",
    definition="People who looked into the help centre, over people who opened a ticket; it can "
    "exceed 1, and somebody who did both is in both numbers.",
    bad="Few use the help centre for each one who writes, or fewer than before.",
    action="Make the help centre easy to find where people would write to us.",
    counted="help-centre users",
    of="people who asked",
    needs=("kb_sessions.user_id",),
    alarm="Fewer look into the help centre",
)
