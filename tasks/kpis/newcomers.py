"""Newcomers: how they came, and how many who tried the product stayed to pay for it."""

from __future__ import annotations

from functools import partial

from tasks.facts.newcomers import newcomers
from tasks.facts.trials import trials
from tasks.kpis.base import kpi
from tasks.kpis.measures import count, ratio
from tasks.model import Direction, Family

_new, _trials = newcomers(), trials()
_rate = partial(kpi, unit="ratio", good=Direction.UP, family=Family.BINOMIAL, section="Retention")

REFERRAL_RATE = _rate(
    "referral_rate",
    "Referral rate",
    value=ratio(count(_new, _new.c.were_referred), count(_new)),
    definition="New customers whom another known customer referred, over customers who paid for "
    "the first time in the period; a referral without a referrer, or by themselves, is none.",
    bad="Hardly any new customer is sent by another one, or fewer than before.",
    action="Ask the customers who are happiest right now whom else they know, and thank them.",
    counted="customers referred",
    of="new customers",
    needs=("customers.acquired_via", "customers.referrer_id"),
    alarm="Customers refer fewer others",
)
TRIAL_CONVERSION_RATE = _rate(
    "trial_conversion_rate",
    "Trial conversion",
    value=ratio(count(_trials, _trials.c.became_paid), count(_trials)),
    definition="Trials ended in the period whose customer began to pay before it closed, over "
    "trials ended in the period; a prolonged trial is one trial.",
    bad="Few trials end in a purchase, or fewer than before.",
    action="See how far those who did not buy came in the product, and help the next ones there.",
    counted="trials that became paid",
    of="trials ended",
    alarm="Fewer trials become paid",
)
