"""What went missing is said: data, files of the lake, tables, segments; and goals nobody can reach."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.flows.small import CONFIG, NOW, Keepwell

MUCH_LATER = "2027-06-07T13:00:00+00:00"


def test_no_data_is_not_a_quiet_week(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("watch", "--preview", "--now", MUCH_LATER, now=None)
    assert (code, out.strip()) == (1, "No data for 2027-W22: nothing can be said.")


def test_a_quiet_week_is_quiet(keepwell: Keepwell) -> None:
    code, out, _ = keepwell("watch", "--preview", "--now", NOW, now=None)
    assert (code, out.strip()) == (0, "All quiet in 2026-W09.")


def test_a_lake_that_lost_its_files_says_what_to_do(keepwell: Keepwell, company: Path) -> None:
    keepwell("sync")
    shutil.rmtree(company / "lake")
    code, _, err = keepwell("measure")
    assert code == 2
    assert "files are missing from the lake or cut" in err
    assert "Run `keepwell sync`: it makes them again from the sources." in err
    assert keepwell("sync")[0] == 0
    assert keepwell("measure")[0] == 0


def test_a_table_that_stops_arriving_is_noted(keepwell: Keepwell, company: Path) -> None:
    keepwell("sync")
    (company / "exports" / "subscription_versions.csv").unlink()
    _, out, _ = keepwell("sync")
    assert "exports: subscription_versions had 11 rows the last time and has none now" in out


def test_a_goal_that_no_share_can_reach_is_a_mistake(keepwell: Keepwell, company: Path) -> None:
    goal = "goals:\n  - {kpi: csat, grain: month, at_least: 90}\n"
    (company / "keepwell.yaml").write_text(CONFIG + goal, encoding="utf-8")
    code, _, err = keepwell("check")
    assert code == 2
    assert "90 is 9,000 %, and csat is a share." in err
    assert 'Write 0.9, or "90 %".' in err


def test_a_segment_nobody_has_is_said(keepwell: Keepwell, company: Path) -> None:
    config = CONFIG.replace("segments: [plan]", "segments: [plan, region]")
    (company / "keepwell.yaml").write_text(config, encoding="utf-8")
    _, out, _ = keepwell("check")
    assert "segments: no customer has a region." in out


def test_a_refused_row_is_shown_with_its_place(keepwell: Keepwell, company: Path) -> None:
    file = company / "exports" / "subscription_versions.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("2026-02-24T17:00:00Z", "24.2.26"))
    _, out, _ = keepwell("check")
    assert "such as subscription_versions.csv line 3, '24.2.26'" in out
