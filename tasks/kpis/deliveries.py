"""Deliveries: did what was promised arrive by its day, and all of it?"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_

from tasks.facts.functions import local_day
from tasks.facts.operations import deliveries
from tasks.facts.panel import events
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
from tasks.model import Direction, Family

_d = deliveries.c
_due = events("deliveries_due", deliveries, at=_d.original_promise_on)
_due_at_last = events("deliveries_due_at_last", deliveries, at=_d.latest_promise_on)
_share = partial(kpi, unit="ratio", family=Family.BINOMIAL, section="Operations", good=Direction.UP)


def _arrived_by(promise: ColumnElement[Any], c: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of a panel
    return and_(c.delivered_at < c.known_at, local_day(c.delivered_at) <= promise)


_on_time = _arrived_by(_due.c.original_promise_on, _due.c)
_at_last_on_time = _arrived_by(_due_at_last.c.latest_promise_on, _due_at_last.c)
ON_TIME_DELIVERY_RATE = _share(
    "on_time_delivery_rate",
    "Delivered on time",
    value=ratio(count(_due, _on_time), count(_due)),
    variants={"latest_promise": ratio(count(_due_at_last, _at_last_on_time), count(_due_at_last))},
    definition="Deliveries that arrived by the day first promised (in the variant: last "
    "promised), over deliveries promised for a day of the period; what has not arrived is late.",
    bad="Promised days are missed often, or more often than before.",
    action="Find the step at which the late ones lost their days.",
    counted="deliveries on time",
    of="deliveries due",
    needs=("deliveries.delivered_at",),
    alarm="Fewer deliveries arrive on time",
)
OTIF_RATE = _share(
    "otif_rate",
    "On time and in full",
    value=ratio(
        count(_due, and_(_on_time, _due.c.qty_delivered >= _due.c.qty_ordered)), count(_due)
    ),
    definition="Deliveries that arrived complete by the day first promised, over deliveries "
    "promised for a day of the period.",
    bad="Orders come late or short, or more of them than before.",
    action="See which goods were short, and hold more of them or promise later.",
    counted="deliveries on time and in full",
    of="deliveries due",
    needs=("deliveries.delivered_at", "deliveries.qty_delivered"),
    alarm="Fewer deliveries on time, complete",
)
