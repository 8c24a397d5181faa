"""Engagement: how many customers do something with us, and in how many ways."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, Integer, cast, literal, or_

from tasks.facts.engagement import engagement_book
from tasks.facts.seats import SCORE
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, mean, ratio
from tasks.kpis.value import Mean
from tasks.model import Base, Direction, Family, NullReason

_known = engagement_book("engagement", "usage_events")
_two = engagement_book("engagement_by_two", "usage_events", "survey_responses")
_three = engagement_book("engagement_by_three", "usage_events", "survey_responses", "orders")

_k = _known.c
ENGAGED_CUSTOMER_RATE = kpi(
    "engaged_customer_rate",
    "Engaged customers",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Product",
    value=ratio(count(_known, or_(_k.used, _k.answered, _k.ordered)), count(_known)),
    definition="Customers who used the product, answered a survey or ordered in the period, over "
    "everybody who was a customer in it; a channel without a source adds nobody.",
    bad="Customers do nothing with us between invoices, or more of them than before.",
    action="Write to those who did none of it; ask one question that is easy to answer.",
    counted="customers engaged",
    of="customers",
    alarm="Fewer customers do anything with us",
    base=Base.RISING,
)


def _score(*channels: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return 0 to 100: the share of these channels that a customer used."""
    used = sum((cast(channel, Integer) for channel in channels), start=literal(0))
    return cast(cast(100 * used, Double) / len(channels), SCORE)


def _of_everybody(measured: Mean) -> Mean:
    return Mean(measured.of, NullReason.ZERO_DENOMINATOR)


ENGAGEMENT_SCORE = kpi(
    "engagement_score",
    "Engagement score",
    unit="score",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Product",
    variants={
        "three_channels": _of_everybody(
            mean(_three, _score(_three.c.used, _three.c.answered, _three.c.ordered))
        ),
        "two_channels": _of_everybody(mean(_two, _score(_two.c.used, _two.c.answered))),
    },
    definition="Mean over the customers of the period of the share of channels they used, 0 to "
    "100; the three channels are the product, surveys and orders, the two leave out orders.",
    bad="Customers know us from one side only, or from fewer than before.",
    action="Invite customers who are there in one way only to a second one.",
    of="customers",
    alarm="Customers do less with us",
    base=Base.RISING,
)
