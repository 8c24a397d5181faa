"""The flows as Prefect runs them: how a run ends, what it is called, what it leaves in the UI."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort, TaskRunSort

from flows.digest import digest
from flows.measure import measure
from flows.outbox import outbox
from flows.sync import sync
from flows.watch import watch
from tests.flows.small import CONFIG, CUSTOMERS, NOW, VERSIONS

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("prefect")]

MONDAY = datetime.fromisoformat(NOW)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The configuration of a small company that all these runs are about."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "exports").mkdir()
    (folder / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (folder / "exports" / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    return str(folder / "keepwell.yaml")


@pytest.fixture(scope="module")
def ends(server: None, config: str) -> dict[str, Any]:
    """How each flow ended, run one after the other."""
    asked = {"config": config, "now": MONDAY, "return_state": True}
    return {
        "sync": sync(**asked),
        "sync again": sync(**asked),
        "measure": measure(**asked),
        "watch": watch(**asked),
        "digest due": digest(**asked),
        "digest due again": digest(**asked),
        "digest asked for": digest(**asked, period="2026-W09"),
        "outbox": outbox(config=config, return_state=True),
    }


@pytest.fixture(scope="module")
def seen(ends: dict[str, Any]) -> dict[str, list[Any]]:
    """What the server knows afterwards."""
    with get_client(sync_client=True) as client:
        return {
            "flow runs": client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC),
            "task runs": client.read_task_runs(sort=TaskRunSort.EXPECTED_START_TIME_DESC),
            "artifacts": client.read_artifacts(sort=ArtifactSort.CREATED_DESC),
        }


def test_a_sync_says_how_many_sources_had_news(ends: dict[str, Any]) -> None:
    assert ends["sync"].is_completed()
    assert ends["sync"].message == "1 source had news."
    assert ends["sync again"].message == "0 sources had news."


def test_a_measurement_says_how_much_is_new(ends: dict[str, Any]) -> None:
    assert ends["measure"].is_completed()
    assert ends["measure"].message.endswith("values are new or changed.")


def test_a_quiet_week_ends_all_quiet(ends: dict[str, Any]) -> None:
    assert ends["watch"].message.startswith("AllQuiet: ")


def test_a_digest_that_is_due_goes_out_once(ends: dict[str, Any], config: str) -> None:
    assert ends["digest due"].message == "1 message went out."
    assert ends["digest due again"].message.startswith("NothingDue: ")
    assert (Path(config).parent / "out" / "board" / "week-2026-W09.html").is_file()


def test_a_digest_that_is_asked_for_again_is_the_one_that_went_out(ends: dict[str, Any]) -> None:
    assert ends["digest asked for"].message == "1 message went out."
    assert ends["outbox"].message.startswith("NothingWaits: ")


def test_runs_have_names_a_person_can_read(seen: dict[str, list[Any]]) -> None:
    names = {run.name for run in seen["flow runs"]}
    assert names >= {
        *("sync, 1 source", "sync, nothing new", "measure 2 Mar 08:00", "watch 2 Mar 08:00"),
        *("digest 2026-W09", "digest not due", "outbox, what waits"),
    }
    tasks = {run.name for run in seen["task runs"]}
    assert {"read exports", "load exports", "assess 2026-W09", "deliver 1 message by file"} <= tasks


def test_a_flow_has_tens_of_task_runs_and_not_one_for_each_customer(
    seen: dict[str, list[Any]],
) -> None:
    assert len(seen["task runs"]) < 60


def test_the_ui_shows_scorecard_digest_and_alerts(seen: dict[str, list[Any]]) -> None:
    kinds = {(one.key, one.type) for one in seen["artifacts"]}
    assert kinds >= {
        ("loaded", "table"),
        ("measured-week", "table"),
        ("alerts", "markdown"),
        ("alerts-table", "table"),
        ("scorecard-week", "table"),
        ("digest-week", "markdown"),
        ("chart-week-1", "image"),
        ("report-sync", "markdown"),
        ("report-watch", "markdown"),
        ("report-digest", "markdown"),
    }


def test_the_digest_in_the_ui_is_the_one_that_was_sent(
    seen: dict[str, list[Any]], config: str
) -> None:
    shown = next(one.data for one in seen["artifacts"] if one.key == "digest-week")
    sent = Path(config).parent / "out" / "board" / "week-2026-W09.md"
    assert shown.startswith(sent.read_text(encoding="utf-8").rstrip())


def test_runs_bear_whose_they_are_what_they_do_and_how_it_ended(
    seen: dict[str, list[Any]],
) -> None:
    tags = {run.name: set(run.tags) for run in seen["flow runs"]}
    assert tags["sync, 1 source"] == {"keepwell", "sync"}
    assert tags["watch 2 Mar 08:00"] == {"keepwell", "watch", "all-quiet"}
    assert tags["digest 2026-W09"] == {"keepwell", "digest", "week"}
    assert tags["digest not due"] == {"keepwell", "digest", "nothing-due"}
    assert tags["outbox, what waits"] == {"keepwell", "outbox", "nothing-waits"}


def test_every_state_has_a_name_that_the_uis_filter_knows(seen: dict[str, list[Any]]) -> None:
    assert {run.state_name for run in seen["flow runs"]} == {"Completed"}


def test_charts_are_vectors_that_need_no_other_host(seen: dict[str, list[Any]]) -> None:
    pictures = [one.data for one in seen["artifacts"] if one.type == "image"]
    kinds = {one.partition(";base64,")[0] for one in pictures}
    assert kinds == {"data:image/svg+xml", "data:image/png"}  # drawn, and as it was sent before


def test_the_report_leads_to_the_digest_and_the_digest_to_its_run(
    seen: dict[str, list[Any]],
) -> None:
    report = next(one for one in seen["artifacts"] if one.key == "report-digest")
    (digest,) = (
        one
        for one in seen["artifacts"]
        if (one.key, one.flow_run_id) == ("digest-week", report.flow_run_id)
    )
    assert f"(/artifacts/artifact/{digest.id})" in report.data
    assert f"(/runs/flow-run/{digest.flow_run_id})" in digest.data
    assert "(/artifacts/key/report-digest)" in digest.data
