"""Advocacy: how many customers speak well of us where others hear it."""

from __future__ import annotations

from tasks.facts.advocacy import advocates_book
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
from tasks.model import Base, Direction, Family

ADVOCACY_RATE = kpi(
    "advocacy_rate",
    "Advocates",
    unit="ratio",
    good=Direction.UP,
    family=Family.BINOMIAL,
    section="Voice",
    value=ratio(count(advocates_book()), book.customers_active),
    definition="Customers who spoke well of us in the period (a review, a reference, a referral, "
    "a post, an event; its sentiment positive), over everybody who was a customer in it.",
    bad="Hardly anybody speaks for us, or those who did fall silent.",
    action="Ask customers who just reached a goal of theirs for a review or a reference.",
    counted="advocates",
    of="customers",
    base=Base.RISING,
    needs=("advocacy_events.sentiment",),
    alarm="Fewer customers speak for us",
)
