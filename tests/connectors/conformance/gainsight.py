"""Gainsight in the suite: a tenant with three pages of companies, answers and usage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tasks.connectors.gainsight.access import api
from tests.connectors.conformance.cases import Case, Check, Event, named
from tests.doubles.faults import Reply, saying
from tests.doubles.gainsight import KEY, Gainsight
from tests.doubles.web import Asked

PAGE, COMPANIES = 4, 11
NPS, USAGE = "nps_survey_response", "Usage__gc"


def opened() -> Gainsight:
    """Companies, two of which have answered, and one that uses the product."""
    gainsight = Gainsight(page=PAGE)
    for number in range(COMPANIES):
        gainsight.put("Company", Name=f"Company {number}", Segment__gc="small")
        gainsight.pass_time(seconds=1)
    first, second, *_ = gainsight.objects["Company"]
    for company, score in ((first, 9), (second, 3)):
        answer(gainsight, company, score)
    gainsight.put(USAGE, CompanyId=first, Feature="Reports", UserId="u1", At="2026-02-02T08:00:00Z")
    gainsight.pass_time(hours=3)
    return gainsight


def answer(gainsight: Any, company: str, score: int | None, **more: Any) -> str:
    return gainsight.put(  # type: ignore[no-any-return]
        NPS, CompanyId=company, Score=score, Answered="2026-02-02T08:00:00Z", Remark="Well", **more
    )


def counts(gainsight: Any) -> dict[str, int]:
    there = {
        "companies" if name == "Company" else name: rows for name, rows in gainsight.objects.items()
    }
    return {name: len(rows) for name, rows in there.items()}


def change(gainsight: Any) -> Check:
    key = next(iter(gainsight.objects["Company"]))
    gainsight.put("Company", key, Name="Renamed")

    def check(tables: Any) -> None:
        assert named(tables, "customers", key)["name"] == "Renamed"

    return check


def _merged(gainsight: Any) -> Check:
    first, second, *_ = gainsight.objects["Company"]
    gainsight.merge(second, first)

    def check(tables: Any) -> None:
        assert {row["customer_id"] for row in tables["survey_responses"]} == {first}

    return check


def _vanished(gainsight: Any) -> Check:
    key = list(gainsight.objects["Company"])[4]
    gainsight.delete("Company", key)

    def check(tables: Any) -> None:
        assert named(tables, "customers", key) is None
        assert len(tables["customers"]) == COMPANIES - 1

    return check


def _is_page(asked: Asked) -> bool:
    return asked.part.get("name") == "Company"


def _circle(_proper: Reply) -> Reply:
    row = {"Gsid": "1P0001", "ModifiedDate": "2026-01-01T09:00:00Z"}
    return Reply({"result": True, "data": {"records": [row]}})


def _settings(base_url: str, token: str) -> dict[str, Any]:
    survey = {"object": NPS, "score": "Score", "at": "Answered", "comment": "Remark"}
    usage = {"object": USAGE, "at": "At", "feature": "Feature", "user": "UserId"}
    return {
        "base_url": base_url,
        "access_key": token,
        "customers": True,
        "fields": {"segment": "Segment__gc"},
        "surveys": [survey],
        "usage": [usage],
        "calls_per_minute": 6_000_000,
    }


def _now(gainsight: Any) -> datetime:
    return gainsight.now  # type: ignore[no-any-return]


def _key(gainsight: Any, key: str) -> None:
    gainsight.key = key


GAINSIGHT = Case(
    key="gainsight",
    main="companies",
    table="customers",
    other="",
    route="read",
    open=opened,
    api=api,
    settings=_settings,
    token=lambda _gainsight: KEY,
    now=_now,
    wait=lambda gainsight, minutes: gainsight.pass_time(minutes=minutes),
    is_page=_is_page,
    counts=counts,
    add=lambda gainsight: gainsight.put("Company", Name="New", Segment__gc="small"),
    change=change,
    circle=_circle,
    inside=saying({"result": True, "data": None}),
    expire=lambda gainsight: _key(gainsight, "another"),
    renew=lambda gainsight: _key(gainsight, KEY),
    gate=lambda gainsight: gainsight.forbidden.add(USAGE),
    gated=USAGE,
    absent=("usage_events",),
    vanish=_vanished,
    reconciled="companies",
    private="Name",
    counted=False,
    events=(Event("merged", _merged),),
)
