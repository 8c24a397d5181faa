"""What a KPI of one's own in pandas is written with: ``@pandas_kpi``, and what it may return.

    @pandas_kpi("escalation_rate", name="Escalations", unit="ratio", good="down",
                definition="Tickets escalated, of all tickets.", action="Read the first three.",
                tables=("tickets",))
    def escalation_rate(company):
        tickets = company.during("tickets", "created_at")
        return Share(tickets[tickets["escalated"].eq(True)], tickets)

The file is named in the configuration, ``kpis: {python: ./our_kpis.py}``. ``company`` is a
``tasks.engine.opinion.company.Company``; the rows that are returned need columns ``customer_id``
and ``at``, and an ``amount`` where they are added up instead of counted.
"""

from __future__ import annotations

from tasks.engine.opinion.company import Company
from tasks.engine.opinion.figures import Mean, Percentile, Share, Sum
from tasks.engine.opinion.registry import pandas_kpi

__all__ = ["Company", "Mean", "Percentile", "Share", "Sum", "pandas_kpi"]
