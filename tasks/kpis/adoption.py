"""Adoption: do those who pay use what they pay for, and which parts of it."""

from __future__ import annotations

from tasks.facts.adoption import features, features_book, users_book
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
from tasks.kpis.value import Parameter, Value
from tasks.model import Base, Direction, Family

ACCOUNT_ADOPTION_RATE = kpi(
    "account_adoption_rate",
    "Account adoption",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Product",
    value=ratio(count(users_book()), book.customers_active),
    definition="Customers with at least one usage event in the period, over everybody who was a "
    "customer in it; silent customers are in the denominator.",
    bad="A third or more of those who pay are silent, or the share falls: they leave next.",
    action="Call the silent customers; ask whether somebody left or a job was never set up.",
    counted="customers used the product",
    of="customers",
    alarm="Fewer customers use the product",
    base=Base.RISING,
)


def _of(feature: str) -> Value:
    used = features_book()
    return ratio(count(used, used.c.feature == feature), book.customers_active)


FEATURE_ADOPTION_RATE = kpi(
    "feature_adoption_rate",
    "Feature adoption",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Product",
    parameters=(Parameter("", _of, found=features),),  # a variant is called like its feature
    definition="Customers who used a feature in the period, over everybody who was a customer in "
    "it; one variant for each feature in the data.",
    bad="Few of those who pay for the feature open it, or fewer than before.",
    action="Show the feature to customers who have the job it does and never opened it.",
    counted="customers used the feature",
    of="customers",
    needs=("usage_events.feature",),
    alarm="Fewer customers use the feature",
    base=Base.RISING,
)
