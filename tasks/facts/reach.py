"""How far does a changed row reach: for which days are values others because of it?

This is the one place that says so, for every canonical table. What nobody is sure of reaches
everything: a period that is measured for nothing costs seconds, one that is not is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

A_MONTH = 28  # days that the shorter periods look back on, where a month is what is meant
NPS_DAYS = 90  # days for which an answer speaks for the health of a customer, where none are set


class How(StrEnum):
    """Which days a row reaches: its own, all between them, all from them on, all there are, none.

    ``CUSTOMERS`` reaches from the first row of the customer on, and everything where it is about
    families of customers or test accounts; ``VERSIONS`` does so for the first version of one.
    """

    DAYS = "days"
    SPAN = "span"
    ONWARDS = "onwards"
    CUSTOMERS = "customers"
    VERSIONS = "versions"
    EVERYTHING = "everything"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the rows of a table reach.

    ``goes_on`` is SQL over a row: where it holds a span has no end yet. If nothing but the column
    ``ends`` differs, all is as it was before the days that stood and stand there. ``names`` is SQL
    for what variants are called by: a new name has values in every period. ``linked`` are SELECTs
    over ``changed`` of days in other tables. ``passed_over`` are columns that no KPI reads.
    """

    how: How
    goes_on: str = "false"
    ends: str = ""
    names: str = ""
    linked: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


_DAYS, _ONWARDS, _NOWHERE = Reach(How.DAYS), Reach(How.ONWARDS), Reach(How.NOWHERE)
_EVERYTHING = Reach(How.EVERYTHING)
_LAST_SOLVED = "coalesce(last_solved_at, first_solved_at)"
_THEME = r"replace(replace(lower(themes), ';', '|'), ',', '|')"

_ANSWERS_TO_MERGED = """
    SELECT local_day(timezone('UTC', r.responded_at)) FROM now.survey_responses r
    JOIN changed c USING (ticket_id) WHERE c.merged_into IS NOT NULL"""
_VISITS_BEFORE = """
    SELECT local_day(timezone('UTC', k.started_at)) FROM now.kb_sessions k
    JOIN changed c ON c.requester_id = k.user_id WHERE k.started_at <= c.created_at
    AND epoch(c.created_at) - epoch(k.started_at) <= getvariable('window_hours') * 3600"""
_VISITS_OF_TESTERS = """
    SELECT local_day(timezone('UTC', k.started_at)) FROM now.kb_sessions k
    JOIN changed c ON c.requester_id = k.user_id
    JOIN now.customers p ON p.customer_id = c.customer_id
    WHERE p.is_test OR p.merged_into IS NOT NULL OR p.parent_id IS NOT NULL"""

REACH: Mapping[str, Reach] = MappingProxyType(
    {
        # who customers are decides whose rows all others are
        "customers": Reach(How.CUSTOMERS, passed_over=("name", "external_ids")),
        "customer_versions": Reach(How.VERSIONS, passed_over=("valid_to", "parent_id")),
        "owners": _NOWHERE,
        "contacts": _NOWHERE,
        "touches": _ONWARDS,  # the last touch before a close
        # what is paid at a close, and all that was paid before
        "subscription_versions": Reach(How.ONWARDS, ends="valid_to"),
        "contracts": _DAYS,
        "payments": _NOWHERE,
        "revenue_lines": _DAYS,
        "costs": _DAYS,
        "fx_rates": _EVERYTHING,  # a locked rate holds for a year, also for the part before it
        "licenses": _ONWARDS,
        # open tickets stand in every backlog; answers and visits are read beside tickets
        "tickets": Reach(
            How.SPAN,
            goes_on=f"{_LAST_SOLVED} IS NULL OR reopened_at >= {_LAST_SOLVED}",
            linked=(_ANSWERS_TO_MERGED, _VISITS_BEFORE, _VISITS_OF_TESTERS),
            passed_over=("subject", "body"),
        ),
        "calls": _DAYS,
        "kb_sessions": _DAYS,
        "survey_responses": Reach(
            How.DAYS,
            names="concat_ws(' ', lower(survey), scale_min, scale_max, high_is)",
            passed_over=("comment",),
        ),
        "refused_answers": _DAYS,
        "survey_sends": _DAYS,
        "csi_responses": _DAYS,
        "reviews": _DAYS,
        "feedback": Reach(
            How.DAYS, names=f"unnest(string_split({_THEME}, '|'))", passed_over=("text",)
        ),
        "employee_survey": _DAYS,
        "advocacy_events": _DAYS,
        "usage_events": Reach(How.DAYS, names="feature"),
        "value_events": _ONWARDS,  # the first of a family counts: another may take its place
        "objectives": _DAYS,
        "orders": _ONWARDS,  # whoever bought before comes back
        "carts": _DAYS,
        "site_traffic": _DAYS,
        "footfall": _DAYS,
        "inventory": _DAYS,
        "jobs": _DAYS,
        "projects": Reach(How.SPAN, goes_on="closed_on IS NULL"),
        "deliveries": _DAYS,
        "production": _DAYS,
    }
)


def looks_back(table: str, settings: Mapping[str, Any]) -> int:
    """Return on how many days before its close a period looks back in ``table``; 0 for its own.

    ``settings`` are those of the KPIs, by name.
    """
    if table in ("tickets", "usage_events"):
        return A_MONTH
    if table == "survey_responses":
        return int(settings.get("health_score", {}).get("nps_valid_days", NPS_DAYS)) + 1
    return 0
