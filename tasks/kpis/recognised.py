"""Recognised revenue: what was earned in the period, and how much of it each customer brings."""

from __future__ import annotations

from tasks.facts.functions import priced
from tasks.facts.panel import events
from tasks.facts.revenue import revenue_lines
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, ratio, total
from tasks.model import Direction, Family

_lines = events(
    "revenue_lines",
    revenue_lines,
    at=revenue_lines.c.recognized_on,
    where=revenue_lines.c.kind != "tax",  # it is the state's, not ours
    priced_in=revenue_lines.c.currency,
)
_l = _lines.c
_revenue = amount(_lines, priced(_l.amount, _l.rate), None, _l.rate.is_(None))

REVENUE_NET = kpi(
    "revenue_net",
    "Net revenue",
    unit="money",
    good=Direction.UP,
    family=Family.SUM_HEAVY,
    section="Revenue",
    value=total(_revenue),
    definition="Revenue recognised in the period: subscriptions, usage and one-off amounts, less "
    "refunds and credits; tax is not in it.",
    bad="It falls, or refunds grow within it.",
    action="See whether subscriptions, usage or one-off amounts moved, and whether refunds grew.",
    alarm="Revenue is falling",
)
ARPU = kpi(
    "arpu",
    "Revenue per customer",
    unit="money",
    good=Direction.UP,
    family=Family.RATIO_OF_SUMS,
    section="Revenue",
    value=ratio(_revenue, book.customers_active, n_of=book.customers_active),
    definition="Net revenue of the period over everybody who was a customer at some time of it; "
    "the user in its name is a customer here.",
    bad="Each customer brings less than before.",
    action="See whether small customers came or large ones left, then look for what to sell next.",
    of="customers",
    alarm="Customers bring less each",
)
