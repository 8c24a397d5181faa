"""Notices: who has said that they will leave, while they still pay."""

from __future__ import annotations

from tasks.facts.functions import priced
from tasks.facts.notices import notices
from tasks.kpis import book
from tasks.kpis.base import kpi
from tasks.kpis.measures import amount, count, total
from tasks.model import Base, Direction, Family

_notices = notices()
_n = _notices.c
CANCELLATION_NOTICES = kpi(
    "cancellation_notices",
    "Cancellation notices",
    unit="count",
    good=Direction.DOWN,
    family=Family.COUNT,
    section="Retention",
    value=total(count(_notices, _n.is_first)),
    variants={"mrr": total(amount(_notices, priced(_n.mrr, _n.rate), None, _n.unpriced))},
    units={"mrr": "money"},
    definition="Customers who gave notice in the period, by the day they asked, and had not taken "
    "it back when it closed; by MRR it is what the subscriptions they end come to.",
    bad="More customers than usual say that they will leave; it is churn some months ahead.",
    action="Call each of them before the end of the week: most leave for something you can name.",
    counted="customers who gave notice",
    alarm="Customers give notice",
)
SCHEDULED_CHURN_MRR = kpi(
    "scheduled_churn_mrr",
    "Scheduled churn",
    unit="money",
    good=Direction.DOWN,
    family=Family.SUM_HEAVY,
    section="Revenue",
    value=total(book.mrr_scheduled),
    definition="MRR in force at the close that is known to end later, as its cancellation is "
    "already dated.",
    bad="The amount grows, or one customer is most of it.",
    action="Ask what would make them stay, largest first, while they are still customers.",
    counted="MRR that will end",
    alarm="More MRR is about to end",
    base=Base.LEVEL,
)
