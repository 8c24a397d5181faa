"""A plan was renamed: with `aliases` both spellings are one, in values, goals, members, digests."""

from __future__ import annotations

import json
from pathlib import Path

from flows.ledger import changed_sources
from flows.workspace import opened
from tests.flows.small import CONFIG, CUSTOMERS, Keepwell, as_rows

RENAMED = CUSTOMERS.replace("c1,Customer 1,SMB,retail,US,ads,,false,,Pro", (
    "c1,Customer 1,SMB,retail,US,ads,,false,,Professional"
)).replace("acme,Acme,SMB,retail,US,ads,,false,,Starter", (
    "acme,Acme,SMB,retail,US,ads,,false,,Professional"
))  # fmt: skip
ALIASES = "aliases: {plan: {Pro: [Professional]}}\n"


def churn(keepwell: Keepwell) -> dict[str, tuple[str, str]]:
    """Return who left the plans in the last week of February, of how many."""
    _, out, _ = keepwell(
        *("values", "--kpi", "logo_churn_rate", "--from", "2026-W09", "--to", "2026-W09"),
        *("--by", "plan", "--format", "csv"),
    )
    return {row["segment"]: (row["numerator"], row["denominator"]) for row in as_rows(out)}


def test_both_spellings_are_counted_as_one(company: Path, keepwell: Keepwell) -> None:
    (company / "exports" / "customers.csv").write_text(RENAMED, encoding="utf-8")
    (company / "keepwell.yaml").write_text(CONFIG + ALIASES, encoding="utf-8")
    keepwell("sync")
    keepwell("measure")
    # ten customers when the week began: acme and c1 are "Professional", c2 to c9 are "Pro"
    assert churn(keepwell) == {"Pro": ("1", "10")}


def news(company: Path) -> tuple[str, ...]:
    """Return the sources that a digest would read again."""
    with opened(company / "keepwell.yaml", {}) as workspace:
        return changed_sources(workspace)


def test_aliases_that_come_later_make_the_sources_be_read_again(
    company: Path, keepwell: Keepwell
) -> None:
    (company / "exports" / "customers.csv").write_text(RENAMED, encoding="utf-8")
    keepwell("sync")
    keepwell("measure")
    assert churn(keepwell) == {"Pro": ("0", "8"), "Professional": ("1", "2")}
    assert news(company) == ()
    (company / "keepwell.yaml").write_text(CONFIG + ALIASES, encoding="utf-8")
    assert news(company) == ("exports",)
    keepwell("sync")
    keepwell("measure")
    assert news(company) == ()
    assert churn(keepwell) == {"Pro": ("1", "10")}
    (company / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    keepwell("sync")
    keepwell("measure")
    assert churn(keepwell) == {"Pro": ("0", "8"), "Professional": ("1", "2")}


def test_past_values_under_the_old_name_are_the_past_of_the_new_one(
    company: Path, keepwell: Keepwell
) -> None:
    (company / "keepwell.yaml").write_text(CONFIG + ALIASES, encoding="utf-8")
    past = company / "past.csv"
    past.write_text("kpi,period,value,segment\nmrr,2025-W01,900,plan=Professional\n", "utf-8")
    keepwell("import-history", str(past))
    _, out, _ = keepwell("values", "--kpi", "mrr", "--by", "plan", "--format", "json")
    assert [(one["period"], one["segment"], one["value"]) for one in json.loads(out)] == [
        ("2025-W01", "Pro", "900")
    ]
