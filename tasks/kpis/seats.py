"""Seats: is what was licensed also used, by how many people and how well."""

from __future__ import annotations

from tasks.facts.seats import licensed_book
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, mean, ratio
from tasks.kpis.value import Mean
from tasks.model import Base, Direction, Family, NullReason

_licensed = licensed_book()
_l = _licensed.c

SEAT_UTILISATION = kpi(
    "seat_utilisation",
    "Seats in use",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Product",
    value=ratio(amount(_licensed, _l.users), amount(_licensed, _l.licensed_seats)),
    definition="Users of the period over the seats licensed at its close, of customers who have a "
    "licence; above 100 % there are more users than seats.",
    bad="Many seats are paid for and empty, or more than before: they go at the renewal.",
    action="Offer those with empty seats an hour of training, before they ask for fewer seats.",
    counted="users",
    of="seats",
    needs=("usage_events.user_id",),
    alarm="Fewer paid seats are used",
    base=Base.RISING,
)


def _of_everybody(measured: Mean) -> Mean:
    return Mean(measured.of, NullReason.ZERO_DENOMINATOR)


PRODUCT_USAGE_SCORE = kpi(
    "product_usage_score",
    "Product usage score",
    unit="score",
    good=Direction.UP,
    family=Family.MEAN_BOUNDED,
    section="Product",
    value=_of_everybody(mean(_licensed, _l.score)),
    definition="Mean over licensed customers of a score from 0 to 100: by default 40 for 4 active "
    "days, 30 for all 4 features and 30 for all seats used in the month before the close, each in "
    "part for less (settings of `product_usage_score`).",
    bad="It is low, or falls: use fades before a customer leaves.",
    action="Look at the customers with the lowest score: is it days, features or seats they lack.",
    of="licensed customers",
    needs=("usage_events.user_id", "usage_events.feature"),
    alarm="Customers use the product less",
    base=Base.LEVEL,
)
