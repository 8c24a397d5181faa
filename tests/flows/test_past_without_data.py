"""Past values stand where we have no data of our own, and stay there."""

from __future__ import annotations

import pytest

from tests.flows.small import as_rows

PAST = "kpi,period,value\ncsat,2026-01,0.91\ncsat,2026-02,0.93\n"
MONTHS = ("--grain", "month", "--from", "2026-01", "--to", "2026-02")


def csat(keepwell):
    _, csv, _ = keepwell("values", "--format", "csv", "--kpi", "csat", "--by", "ALL", *MONTHS)
    return [(row["value"], row["null_reason"], row["status"]) for row in as_rows(csv)]


@pytest.fixture
def measured(keepwell, company):
    """A company without a survey, whose past answers somebody kept in a file."""
    (company / "past.csv").write_text(PAST, encoding="utf-8")
    keepwell("sync")
    keepwell("measure", *MONTHS)
    return keepwell


def test_a_kpi_without_its_source_is_null_and_says_why(measured):
    assert csat(measured) == [("", "source_unavailable", "final")] * 2
    _, table, _ = measured("values", "--kpi", "csat", "--by", "ALL", *MONTHS)
    assert table.count("source_unavailable") == 2


def test_past_values_take_the_place_of_nothing_and_keep_it(measured):
    imported = [("0.91", "", "imported"), ("0.93", "", "imported")]
    _, out, _ = measured("import-history", "past.csv")
    assert out.startswith("past.csv: 2 past values imported")
    assert csat(measured) == imported
    measured("measure", *MONTHS)
    assert csat(measured) == imported
    _, out, _ = measured("import-history", "past.csv")
    assert out == "past.csv: 0 past values imported, 2 were there already.\n"
    assert csat(measured) == imported


def test_a_source_that_comes_later_restates_nothing(measured, company):
    answers = (
        "response_id,survey,customer_id,respondent_id,ticket_id,responded_at,score,scale_min,"
        "scale_max,high_is\nr1,csat,c1,p1,,2026-02-25T17:00:00Z,5,1,5,good\n"
    )
    (company / "exports" / "survey_responses.csv").write_text(answers, encoding="utf-8")
    measured("sync")
    measured("measure", *MONTHS)
    assert csat(measured) == [("", "insufficient_inputs", "final"), ("1", "", "final")]
    _, digest, _ = measured("digest")
    assert "Restated" not in digest


def test_a_source_that_goes_takes_no_value_back(measured, company):
    _, before, _ = measured("values", "--kpi", "mrr", "--format", "csv")
    (company / "exports" / "subscription_versions.csv").unlink()
    measured("sync")
    measured("measure", *MONTHS)
    _, after, _ = measured("values", "--kpi", "mrr", "--format", "csv")
    assert after == before
