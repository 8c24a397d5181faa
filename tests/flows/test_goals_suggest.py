"""Goals out of one's own history, and history from before Keepwell came."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.small import Keepwell, as_rows

PAST = "kpi,period,value,segment\n" + "".join(
    f"logo_churn_rate,2025-{month:02d},{value} %,\n"
    for month, value in enumerate((4, 3, 1, 1, 1, 3, 3, 5, 4, 4), 1)
)


@pytest.fixture
def imported(keepwell: Keepwell, company: Path) -> Keepwell:
    """The command line of a company with ten months of past churn rates."""
    (company / "past.csv").write_text(PAST, encoding="utf-8")
    code, out, _ = keepwell("import-history", "past.csv")
    assert (code, out) == (0, "past.csv: 10 past values imported, 0 were there already.\n")
    return keepwell


def of_month(keepwell: Keepwell, first: str, last: str) -> list[tuple[str, str, str]]:
    _, csv, _ = keepwell(
        *("values", "--format", "csv", "--kpi", "logo_churn_rate", "--by", "ALL"),
        *("--grain", "month", "--from", first, "--to", last),
    )
    return [(row["period"], row["value"], row["status"]) for row in as_rows(csv)]


def test_past_values_are_in_the_history_as_imported(imported):
    assert of_month(imported, "2025-01", "2025-02") == [
        ("2025-01", "0.04", "imported"),
        ("2025-02", "0.03", "imported"),
    ]


def test_the_same_file_again_changes_nothing(imported):
    _, out, _ = imported("import-history", "past.csv")
    assert out == "past.csv: 0 past values imported, 10 were there already.\n"


def test_what_was_measured_stays(imported, company):
    imported("sync")
    imported("measure", "--grain", "month", "--from", "2025-12", "--to", "2026-02")
    before = of_month(imported, "2025-12", "2026-02")
    text = "kpi,period,value\nlogo_churn_rate,2026-02,0.9\nlogo_churn_rate,2024-12,0.9\n"
    (company / "more.csv").write_text(text, encoding="utf-8")
    _, out, _ = imported("import-history", "more.csv")
    assert "1 past values imported" in out
    assert "1 are of periods that were measured; those stay as they are." in out
    assert of_month(imported, "2025-12", "2026-02") == before
    assert [status for *_, status in before] == ["final", "final", "final"]


def test_what_we_measure_later_takes_the_place_of_what_was_imported(imported, company):
    text = "kpi,period,value\nlogo_churn_rate,2026-02,0.9\n"
    (company / "more.csv").write_text(text, encoding="utf-8")
    imported("import-history", "more.csv")
    assert of_month(imported, "2026-02", "2026-02") == [("2026-02", "0.9", "imported")]
    imported("sync")
    imported("measure", "--grain", "month", "--from", "2026-02", "--to", "2026-02")
    assert of_month(imported, "2026-02", "2026-02") == [("2026-02", "0.1", "final")]


def test_our_own_values_can_be_moved_with_their_components(imported, company):
    imported("sync")
    imported("measure", "--grain", "month", "--from", "2026-02", "--to", "2026-02")
    _, csv, _ = imported("values", "--format", "csv", "--kpi", "logo_churn_rate", "--by", "ALL")
    (company / "own.csv").write_text(csv, encoding="utf-8")
    (company / "keepwell.db").unlink()
    _, out, _ = imported("import-history", "own.csv")
    assert out.startswith("own.csv: 11 past values imported")
    assert of_month(imported, "2026-02", "2026-02") == [("2026-02", "0.1", "imported")]


def test_lines_that_are_no_use_are_named(keepwell, company):
    lines = "mrrr,2025-01,1,\nmrr,2027-01,1,\nmrr,2025-01,x,\nmrr,2025-01,1,colour=red\nmrr,2025-01,5,plan=Pro\n"
    (company / "p.csv").write_text("kpi,period,value,segment\n" + lines, encoding="utf-8")
    code, out, _ = keepwell("import-history", "p.csv", "--json")
    found = json.loads(out)
    assert (code, found["new"], len(found["refused"])) == (0, 1, 4)
    assert found["refused"][0] == "p.csv, line 2: unknown KPI 'mrrr'; did you mean 'mrr'?"
    assert "line 3: 2027-01 is not over yet." in found["refused"][1]
    assert "'x' is not a number." in found["refused"][2]
    assert "unknown segment dimension 'colour'" in found["refused"][3]


def test_a_file_without_the_columns_says_which(keepwell, company):
    (company / "p.csv").write_text("kpi,month\nmrr,2025-01\n", encoding="utf-8")
    code, _, err = keepwell("import-history", "p.csv")
    assert code == 3
    assert "p.csv has no column period, value. It has kpi, month." in err


def test_the_usual_value_and_the_best_quarter_are_goals_to_paste(imported, company):
    _, out, _ = imported("goals", "suggest")
    usual = "  - {kpi: logo_churn_rate, grain: month, at_most: 3 %}   # the median of the last 10 months"
    best = "  # - {kpi: logo_churn_rate, grain: month, at_most: 1 %}   # your best quarter: 2025-03 to 2025-05"
    assert [line for line in out.splitlines() if "logo_churn_rate" in line] == [usual, best]
    assert "# csat: too little history, 0 of the 6 periods that are needed" in out
    config = company / "keepwell.yaml"
    config.write_text(config.read_text(encoding="utf-8") + out, encoding="utf-8")
    assert imported("check")[0] == 0


def test_too_little_history_suggests_nothing(keepwell):
    _, out, _ = keepwell("goals", "suggest", "--grain", "week")
    assert "goals:" not in out
    assert "# nrr: too little history, 0 of the 26 periods that are needed" in out
    assert keepwell("goals", "suggest", "--grain", "day")[0] == 2
