"""Calls: how many people ring us, and do they get through to somebody who can help?

A call counts in the period in which it was offered. Who hangs up within a few seconds never
waited (a setting says how many): such a call is in none of these numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import and_, func

from tasks.facts.context import setting
from tasks.facts.panel import events
from tasks.facts.support import calls
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, mean, ratio, total
from tasks.kpis.value import Parameter, Value
from tasks.model import Direction, Family, NullReason

_SHORT = setting("call_abandonment_rate_short_seconds", 5)
_WITHIN = 20
_c = calls.c
_short = func.coalesce(and_(_c.outcome == "abandoned", _c.wait_s < _SHORT), False)
_inbound = and_(_c.direction == "inbound", ~_short)
_offered = events("calls_offered", calls, at=_c.offered_at, where=_inbound)
_o = _offered.c
_answered = _o.outcome == "answered"
_share = partial(kpi, unit="ratio", family=Family.BINOMIAL, section="Support")
_seconds = partial(kpi, unit="seconds", family=Family.SUM_HEAVY, section="Support")

CALL_VOLUME = kpi(
    "call_volume",
    "Calls",
    unit="count",
    good=Direction.DOWN,
    family=Family.COUNT,
    section="Support",
    value=total(count(_offered)),
    default="inbound_offered_excl_short",
    definition="Calls of customers in the period, without those who hung up in the first 5 "
    "seconds (a setting).",
    bad="Calls grow faster than customers do.",
    action="See which hours and subjects grew, and answer those subjects before people ring.",
    counted="calls",
    alarm="More calls than usual",
)
CALL_ABANDONMENT_RATE = _share(
    "call_abandonment_rate",
    "Calls given up",
    good=Direction.DOWN,
    value=ratio(count(_offered, _o.outcome == "abandoned"), count(_offered)),
    definition="Callers who hung up before anybody answered, over calls of customers; who hangs "
    "up in the first 5 seconds (a setting) is in neither number.",
    bad="One caller in twenty or more hangs up before somebody answers, or the share grows.",
    action="Put people where the queue is longest, or offer to call back.",
    counted="callers gave up",
    of="calls",
    needs=("calls.outcome",),
    alarm="More callers hang up waiting",
)
AVERAGE_SPEED_OF_ANSWER = _seconds(
    "average_speed_of_answer",
    "Waiting for an answer",
    good=Direction.DOWN,
    value=mean(_offered, _o.wait_s, _answered, empty=NullReason.ZERO_DENOMINATOR),
    definition="Mean seconds a caller waited until somebody answered, of the calls that were "
    "answered.",
    bad="Callers wait longer than they were promised, or longer from period to period.",
    action="Look at which hours wait longest, and move people there.",
    of="calls answered",
    alarm="Callers wait longer",
)
AVERAGE_HANDLE_TIME = _seconds(
    "average_handle_time",
    "Time for a call",
    good=Direction.DOWN,
    value=mean(
        _offered,
        _o.talk_s + func.coalesce(_o.hold_s, 0) + func.coalesce(_o.wrap_s, 0),
        _answered,
        empty=NullReason.ZERO_DENOMINATOR,
    ),
    definition="Mean seconds of talking, holding and writing up, of the calls that were answered.",
    bad="A call takes longer than before, while as many of them solve the problem.",
    action="Listen to a long call: what was looked for that should have been at hand.",
    of="calls answered",
    alarm="Calls take longer",
)


def _in_time(seconds: int) -> Value:
    return ratio(count(_offered, and_(_answered, _o.wait_s <= seconds)), count(_offered))


def _named(variant: str) -> Value:
    """Return the service level that a name such as ``20s`` stands for."""
    seconds = variant.removesuffix("s")
    return _in_time(int(seconds) if seconds.isdecimal() else _WITHIN)


def _within(settings: Mapping[str, Any]) -> tuple[str, ...]:
    chosen = settings.get("call_service_level", {}).get("within_seconds", _WITHIN)
    return () if chosen == _WITHIN else (f"{chosen}s",)


CALL_SERVICE_LEVEL = _share(
    "call_service_level",
    "Calls answered in time",
    good=Direction.UP,
    value=_in_time(_WITHIN),
    default=f"{_WITHIN}s",
    parameters=(Parameter("", _named, _within, shape=r"\d+s", is_shown=True),),
    definition="Calls answered within 20 seconds (a setting, which also names the variant), over "
    "calls of customers.",
    bad="Fewer calls are answered in time than was agreed, or fewer than before.",
    action="Look at which hours miss it, and move people there.",
    counted="calls answered in time",
    of="calls",
    needs=("calls.outcome", "calls.wait_s"),
    alarm="Fewer calls answered in time",
)
CALL_TRANSFER_RATE = _share(
    "call_transfer_rate",
    "Calls passed on",
    good=Direction.DOWN,
    value=ratio(
        count(_offered, and_(_answered, _o.transferred)),
        count(_offered, _answered),
    ),
    definition="Calls that were passed on to somebody else, over calls that were answered.",
    bad="Callers are passed on often, or more often than before.",
    action="See which subjects are passed on, and send them to the right people at once.",
    counted="calls passed on",
    of="calls answered",
    needs=("calls.outcome", "calls.transferred"),
    alarm="More calls are passed on",
)
