"""Companies, answers and usage as rows, and what the settings refuse."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.catalog import CONNECTORS
from tasks.connectors.gainsight import GAINSIGHT, GainsightSettings

LEAST = {
    "name": "cs",
    "kind": "gainsight",
    "base_url": "https://acme.gainsightcloud.com",
    "access_key": "s3cret",
}
NPS = {"object": "nps_survey_response", "score": "Score", "at": "Answered"}
AT = "2026-02-02T08:00:00.000Z"


def values(here, table, *names):
    return [tuple(row[name] for name in names) for row in here.tables()[table]]


def test_a_company_is_the_customer_that_its_field_names(here, gainsight):
    here.company.more |= {
        "customer": "SfdcAccountId",
        "fields": {"segment": "Tier__gc", "parent": "ParentCompanyId", "owner": "Csm"},
    }
    said = {"Tier__gc": "gold", "Csm": "1P0CSM"}
    top = gainsight.put("Company", Name="Acme", SfdcAccountId="001A", ParentCompanyId=None, **said)
    gainsight.put("Company", Name="Acme East", SfdcAccountId="001B", ParentCompanyId=top, **said)
    gainsight.put("Company", Name="Nobody", SfdcAccountId=None, ParentCompanyId=None, **said)
    names = ("customer_id", "name", "segment", "owner_id", "parent_id", "external_ids")
    assert values(here, "customers", *names) == [
        ("001A", "Acme", "gold", "1P0CSM", None, f"gainsight:{top}"),
        ("001B", "Acme East", "gold", "1P0CSM", "001A", "gainsight:1P0002"),
    ]


def test_answers_are_of_the_company_on_the_scale_that_was_said(here, gainsight):
    survey = {**NPS, "kind": "csat", "low": 1, "high": 5, "comment": "Why", "contact": "Who"}
    here.company.more |= {"surveys": [survey]}
    company = gainsight.put("Company", Name="Acme")
    said = {"Answered": AT, "Why": "Fast", "Who": "p1"}
    gainsight.put("nps_survey_response", CompanyId=company, Score=4.0, **said)
    gainsight.put("nps_survey_response", CompanyId=company, Score=None, **said)
    gainsight.put("nps_survey_response", CompanyId="gone", Score=2, **said)
    folded = here.read()
    rows = folded.tables["survey_responses"].rows.to_pylist()
    found = [(one["customer_id"], one["score"], one["scale_max"], one["comment"]) for one in rows]
    assert found == [(company, 4, 5, "Fast"), (None, 2, 5, "Fast")]
    assert [note.text for note in folded.notes if note.kind == "no_customer"] == [
        "source: rows for survey_responses whose company is no customer: 1."
    ]


def test_usage_is_of_the_company_and_of_nobody_else(here, gainsight):
    usage = {"object": "Usage__gc", "at": "At", "feature": "Feature", "duration_s": "Seconds"}
    here.company.more |= {"usage": [usage]}
    company = gainsight.put("Company", Name="Acme")
    for owner in (company, "gone"):
        gainsight.put("Usage__gc", CompanyId=owner, At=AT, Feature="Reports", Seconds=90)
    names = ("customer_id", "feature", "duration_s")
    assert values(here, "usage_events", *names) == [(company, "Reports", 90)]


def test_that_scorecards_are_not_read_is_told(here, gainsight):
    gainsight.put("Company", Name="Acme")
    (note,) = [note for note in here.read().notes if note.kind == "not_read"]
    assert note.text.startswith("source: scorecards are not read")


def test_a_score_can_be_a_segment(here, gainsight):
    here.company.more |= {"fields": {"segment": "OverallScore"}}
    gainsight.put("Company", Name="Acme", OverallScore="Red")
    assert values(here, "customers", "segment") == [("Red",)]


def test_instants_come_in_either_notation(here, gainsight):
    here.company.more |= {"surveys": [NPS]}
    company = gainsight.put("Company", Name="Acme")
    for at in (AT, 1770019200000):
        gainsight.put("nps_survey_response", CompanyId=company, Score=9, Answered=at)
    assert len(set(values(here, "survey_responses", "responded_at"))) == 1


def test_without_customers_there_is_no_table_of_them(here, gainsight):
    here.company.more |= {"customers": False, "surveys": [NPS]}
    company = gainsight.put("Company", Name="Acme")
    gainsight.put("nps_survey_response", CompanyId=company, Score=9, Answered=AT)
    assert set(here.read().tables) == {"survey_responses"}


def test_the_settings():
    assert CONNECTORS.get("gainsight") is GAINSIGHT
    assert "s3cret" not in repr(GainsightSettings.model_validate(LEAST))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"access_key": ""}, "it is empty"),
        ({"base_url": "http://acme.gainsightcloud.com"}, "unencrypted"),
        ({"read_path": "/v1/objects"}, "where the object goes"),
        ({"surveys": [{**NPS, "low": 1, "high": 10}]}, "0 to 10"),
        ({"surveys": [{**NPS, "kind": "csat", "low": 5, "high": 1}]}, "not above"),
        ({"surveys": [NPS, NPS]}, "named twice"),
    ],
)
def test_mistakes(said, why):
    with pytest.raises(ValidationError, match=why):
        GainsightSettings.model_validate({**LEAST, **said})
