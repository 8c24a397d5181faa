"""A company, an answer or a use, as a row of our tables. What the tenant does not say is None."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.connectors.gainsight.reading import CREATED, GSID, MODIFIED
from tasks.connectors.gainsight.settings import CompanyFields, SurveySettings, UsageSettings
from tasks.connectors.values import Raw, Row, plain, when


def customer_id(company: Raw, field: str) -> str | None:
    """Return which customer a company is."""
    value = company.get(field)
    return None if isinstance(value, bool) else plain(value)


def customer_row(
    company: Raw, known_as: str, fields: CompanyFields, customers: Mapping[str, str]
) -> Row:
    """Return a company as a row of ``customers``."""

    def said(name: str | None) -> str | None:
        return None if name is None else plain(company.get(name))

    parent = customers.get(said(fields.parent) or "")
    return {
        "customer_id": known_as,
        "name": plain(company.get("Name")),
        "segment": said(fields.segment),
        "industry": said(fields.industry),
        "country": said(fields.country),
        "plan": said(fields.plan),
        "region": said(fields.region),
        "owner_id": said(fields.owner),
        "parent_id": None if parent == known_as else parent,
        "created_at": when(company.get(CREATED)),
        "external_ids": f"gainsight:{plain(company.get(GSID))}",
        "updated_at": when(company.get(MODIFIED)),
    }


def response_row(answer: Raw, survey: SurveySettings, customers: Mapping[str, str]) -> Row | None:
    """Return an answer as a row of ``survey_responses``; None where nothing was answered."""
    score = plain(answer.get(survey.score))
    if score is None:
        return None
    return {
        "response_id": f"{survey.object}:{plain(answer.get(GSID))}",
        "survey": survey.kind,
        "customer_id": customers.get(plain(answer.get(survey.company)) or ""),
        "respondent_id": plain(answer.get(survey.contact)) if survey.contact else None,
        "ticket_id": None,
        "responded_at": when(answer.get(survey.at)),
        "score": score,
        "scale_min": str(survey.low),
        "scale_max": str(survey.high),
        "high_is": survey.high_is,
        "comment": plain(answer.get(survey.comment)) if survey.comment else None,
        "updated_at": when(answer.get(MODIFIED)),
    }


def usage_row(use: Raw, usage: UsageSettings, customers: Mapping[str, str]) -> Row | None:
    """Return a use as a row of ``usage_events``; None where it is of no customer."""
    customer = customers.get(plain(use.get(usage.company)) or "")
    if customer is None:
        return None
    return {
        "event_id": f"{usage.object}:{plain(use.get(GSID))}",
        "customer_id": customer,
        "user_id": plain(use.get(usage.user)) if usage.user else None,
        "event_at": when(use.get(usage.at)),
        "feature": plain(use.get(usage.feature)) if usage.feature else None,
        "duration_s": plain(use.get(usage.duration_s)) if usage.duration_s else None,
        "updated_at": when(use.get(MODIFIED)),
    }
