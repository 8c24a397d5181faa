"""What does an alert say in five words?"""

from __future__ import annotations

from collections.abc import Mapping

from tasks.model import ALL, Finding, Severity
from tasks.rules.base import Subject

BAD_NEWS: Mapping[str, str] = {
    "logo_churn_rate": "Customers are leaving",
    "churned_customers": "Customers are leaving",
    "customer_retention_rate": "Customers are leaving",
    "renewal_rate": "Contracts are not renewed",
    "new_customers": "Fewer new customers",
    "csat": "Customers are less satisfied",
    "nps": "Fewer customers would recommend us",
    "ces_ease_index": "Customers find it harder",
    "fcr_rate": "Fewer tickets solved at first contact",
    "ticket_volume": "More tickets than usual",
    "tickets_per_customer": "More tickets than usual",
    "account_adoption_rate": "Fewer customers use the product",
}


def headline(finding: Finding, subject: Subject) -> str:
    """Return ``Customers are leaving: Starter · EMEA``; the whole company is not named."""
    where = segment_name(finding.cell.segment)
    said = _said(finding, subject)
    return f"{said}: {where}" if where else said


def segment_name(segment: str) -> str:
    """Return a segment as it is read: ``Starter · EMEA``, empty for the whole company."""
    return "" if segment == ALL else " · ".join(segment.split("/"))


def _said(finding: Finding, subject: Subject) -> str:
    if finding.direction == "data":
        return f"{subject.name}: the data look incomplete"
    if finding.rule == "goal_miss":
        return f"{subject.name} missed its goal"
    if finding.rule == "goal_pacing":
        return f"{subject.name} will miss its goal"
    if finding.severity is not Severity.GOOD and finding.direction == subject.bad:
        return BAD_NEWS.get(subject.key, _plain(finding, subject))
    return _plain(finding, subject)


def _plain(finding: Finding, subject: Subject) -> str:
    return f"{subject.name} is unusually {'high' if finding.direction == 'up' else 'low'}"
