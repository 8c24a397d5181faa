"""Loyalty: do customers stay, buy again, and recommend us."""

from __future__ import annotations

from fractions import Fraction

from tasks.kpis.base import kpi
from tasks.kpis.formulas import derived
from tasks.kpis.orders import REPEAT_PURCHASE_RATIO
from tasks.kpis.retention import CUSTOMER_RETENTION_RATE
from tasks.kpis.voice import NPS
from tasks.model import Base, Direction, Family

_FULL = 100


def _index(repeat: Fraction, nps: Fraction, retention: Fraction) -> Fraction:
    """Return the mean of the three, each from 0 to 100."""
    return (_FULL * repeat + (nps + _FULL) / 2 + _FULL * retention) / 3


LOYALTY_INDEX = kpi(
    "loyalty_index",
    "Loyalty index",
    unit="score",
    good=Direction.UP,
    family=Family.COMPOSITE,
    section="Voice",
    value=derived(
        *(one.value_of("default") for one in (REPEAT_PURCHASE_RATIO, NPS, CUSTOMER_RETENTION_RATE)),
        of=_index,
    ),
    definition="Mean of three scores from 0 to 100: the share of buyers who came back, the NPS "
    "moved from -100..100 to 0..100, and the share of customers who stayed; unknown as soon as one "
    "of them is.",
    bad="One of its three parts falls; the other two can hide it for a while.",
    action="See which of the three fell, and work on that one.",
    alarm="Customers are less loyal",
    base=Base.LEVEL,
)
