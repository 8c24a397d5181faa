"""The user's own value and source stand beside a KPI: in digests of its grain, and on its card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.small import CONFIG, Keepwell

BENCHMARKS = """\
benchmarks:
  - {kpi: logo_churn_rate, grain: week, value: 2 %, source: "Board deck 2025"}
  - {kpi: logo_churn_rate, grain: month, value: 0.05, source: Last year}
  - {kpi: mrr, grain: week, value: 1200, source: Plan}
"""


@pytest.fixture
def beside(company: Path) -> None:
    """Give the company something to see its values beside."""
    (company / "keepwell.yaml").write_text(CONFIG + BENCHMARKS, encoding="utf-8")


def row(digest: str, name: str) -> str:
    """Return the line of the KPI called ``name``."""
    return next(line for line in digest.splitlines() if line.startswith(f" {name} "))


def test_a_digest_shows_those_of_its_own_grain(beside: None, keepwell: Keepwell) -> None:
    digest = keepwell("digest")[1]
    churn = row(digest, "Customer churn rate")
    assert "benchmark 2 %, Board deck 2025" in churn
    assert "Last year" not in digest
    assert "benchmark $1,200, Plan" in row(digest, "MRR")


def test_it_changes_nothing_else(beside: None, company: Path, keepwell: Keepwell) -> None:
    beside_them = keepwell("digest")[1]
    (company / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    alone = keepwell("digest")[1]
    assert "Customer churn rate" in alone
    for words in ("benchmark 2 %, Board deck 2025", "benchmark $1,200, Plan"):
        beside_them = beside_them.replace(f" · {words}", "").replace(words, "")
    assert [line.rstrip() for line in beside_them.splitlines()] == [
        line.rstrip() for line in alone.splitlines()
    ]


def test_the_card_of_a_kpi_shows_all_of_its_own(beside: None, keepwell: Keepwell) -> None:
    card = keepwell("kpis", "logo_churn_rate")[1]
    assert card.splitlines()[-2:] == [
        "  Benchmark  2 % a week, Board deck 2025",
        "  Benchmark  5 % a month, Last year",
    ]
    assert "Benchmark" not in keepwell("kpis", "nps")[1]


def test_a_card_needs_no_configuration_and_says_when_it_is_mistaken(
    company: Path, keepwell: Keepwell
) -> None:
    (company / "keepwell.yaml").write_text("benchmarks: 1\n", encoding="utf-8")
    code, card, _ = keepwell("kpis", "nps")
    assert code == 0
    assert card.endswith("  Benchmark  keepwell.yaml has mistakes; see keepwell check.\n")
    (company / "keepwell.yaml").unlink()
    assert "Benchmark" not in keepwell("kpis", "nps")[1]


def test_the_json_of_a_kpi_has_them_too(beside: None, keepwell: Keepwell) -> None:
    (facts,) = json.loads(keepwell("kpis", "logo_churn_rate", "--json")[1])
    assert facts["benchmarks"] == [
        {
            "variant": "default",
            "grain": "week",
            "value": "0.02",
            "unit": "ratio",
            "source": "Board deck 2025",
        },
        {
            "variant": "default",
            "grain": "month",
            "value": "0.05",
            "unit": "ratio",
            "source": "Last year",
        },
    ]
    assert json.loads(keepwell("kpis", "nps", "--json")[1])[0]["benchmarks"] == []
