"""Adoption: do those who pay use what they pay for."""

from __future__ import annotations

from tasks.facts.adoption import users_book
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
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
    action="Call the silent customers; ask whether somebody left or a job was never set up.",
    counted="customers used the product",
    of="customers",
    alarm="Fewer customers use the product",
    base=Base.RISING,
)
