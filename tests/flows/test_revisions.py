"""`keepwell values` shows old and new: what a restated value was before."""

from __future__ import annotations

from pathlib import Path

from tests.flows.small import NOW, Keepwell, as_rows
from tests.flows.test_restatements import a_late_cancellation

ASKED = ("values", "--kpi", "churned_customers", "--from", "2026-W09", "--to", "2026-W09")
A_DAY_LATER = "2026-03-03T13:00:00+00:00"


def restate(keepwell: Keepwell, company: Path) -> None:
    """Week 9 lost one customer, until a second cancellation arrived on 3 March."""
    for what in ("sync", "measure"):
        assert keepwell(what, now=NOW)[0] == 0
    a_late_cancellation(company)
    for what in ("sync", "measure"):
        assert keepwell(what, now=A_DAY_LATER)[0] == 0


def test_a_restated_value_stands_beside_what_it_was(keepwell: Keepwell, company: Path) -> None:
    restate(keepwell, company)
    _, table, _ = keepwell(*ASKED, "--by", "ALL")
    assert [line for line in table.splitlines() if line.endswith("was 1 -> 2 on 2026-03-03")]


def test_revisions_are_all_there_is_oldest_first(keepwell: Keepwell, company: Path) -> None:
    restate(keepwell, company)
    out = keepwell(*ASKED, "--by", "ALL", "--revisions", "--format", "csv")[1]
    found = [(row["value"], row["status"], row["recorded_at"][:10]) for row in as_rows(out)]
    assert found == [("1", "final", "2026-03-02"), ("2", "restated", "2026-03-03")]


def test_without_revisions_only_the_newest_is_there(keepwell: Keepwell, company: Path) -> None:
    restate(keepwell, company)
    out = keepwell(*ASKED, "--by", "ALL", "--format", "csv")[1]
    assert [row["value"] for row in as_rows(out)] == ["2"]


def test_what_was_never_restated_was_nothing_else(keepwell: Keepwell) -> None:
    for what in ("sync", "measure"):
        keepwell(what, now=NOW)
    assert "was" not in keepwell(*ASKED, "--by", "ALL")[1]
