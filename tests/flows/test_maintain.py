"""Maintenance: each part by itself, the same twice does nothing more, and what fails is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect import flow, tags
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client

from flows.backfill import backfill
from flows.data_quality import data_quality
from flows.maintain import by_hand, look_after, maintain, verdict
from flows.serverside import let_go
from flows.workspace import Workspace, opened
from tasks.errors import StoreUnusable
from tests.flows.small import NOW, Keepwell

MONDAY = datetime.fromisoformat(NOW)


def broken(_workspace: Workspace, _now: datetime) -> str:
    raise StoreUnusable("The disk is full.", todo="Make room.")


def test_it_prints_what_it_did(company: Path, keepwell: Keepwell) -> None:
    keepwell("sync")
    code, out, _ = keepwell("maintain", "--json", now=None)
    assert code == 0
    assert list(json.loads(out)) == ["backup", "lake", "retention", "ledger", "store"]
    assert len(list((company / "backups").iterdir())) == 1


def test_a_file_that_went_bad_is_found_whatever_its_length_and_made_again(
    company: Path, keepwell: Keepwell
) -> None:
    keepwell("sync")
    (file,) = (company / "lake" / "facts" / "customers").rglob("*.parquet")
    good = file.read_bytes()
    file.write_bytes(good[:40] + bytes([good[40] ^ 1]) + good[41:])
    said = json.loads(keepwell("maintain", "--json", now=None)[1])
    assert said["lake"].startswith("1 bad files removed, such as facts/customers/")
    assert list(file.parent.iterdir()) == []  # whoever is forgotten stands in no copy
    code, _, err = keepwell("sync")
    assert code == 0, err
    assert "all 2 files are" in json.loads(keepwell("maintain", "--json", now=None)[1])["lake"]


def test_a_part_that_fails_keeps_no_other_from_its_work(company: Path) -> None:
    parts = {"backup": broken, **{k: v for k, v in by_hand().items() if k != "backup"}}
    with opened(company / "keepwell.yaml", {}) as workspace:
        done = look_after(workspace, parts, now=MONDAY)
    assert [one.part for one in done if one.problem] == ["backup"]
    assert len([one for one in done if one.said]) == 4
    assert verdict(done).message == "backup: The disk is full. Make room."


@pytest.fixture(scope="module")
def on_server(server: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How the flows ended on a real server."""
    from tests.flows.small import CONFIG, CUSTOMERS, VERSIONS  # the names are long enough

    folder = tmp_path_factory.mktemp("kept")
    (folder / "exports").mkdir()
    (folder / "keepwell.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "exports" / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (folder / "exports" / "subscription_versions.csv").write_text(VERSIONS, encoding="utf-8")
    asked: dict[str, Any] = {"config": str(folder / "keepwell.yaml"), "now": MONDAY}
    states = {
        "backfill": backfill(first="2025-11", last="2026-02", **asked, return_state=True),
        "data quality": data_quality(**asked, return_state=True),
        "maintain": maintain(**asked, return_state=True),
    }
    with get_client(sync_client=True) as client:
        keys = {str(one.key) for one in client.read_artifacts()}
        names = {one.name for one in client.read_flow_runs()}
    return {**states, "keys": keys, "names": names}


@pytest.mark.integration
@pytest.mark.xdist_group("prefect")
def test_on_prefect_they_say_what_they_did_and_leave_it_in_the_ui(
    on_server: dict[str, Any],
) -> None:
    assert on_server["backfill"].message.startswith("20 periods measured: ")
    assert on_server["data quality"].message.startswith("Nothing is wrong. 22 rows read")
    assert on_server["maintain"].message.startswith("Backed up to ")
    assert on_server["keys"] >= {"report-backfill", "data-quality", "maintenance"}
    assert "backfill 2025-11 to 2026-02" in on_server["names"]


@flow(name="chat")
def chat() -> None:
    """Leave something behind."""
    create_markdown_artifact("What was said.", key="said-once")


@pytest.mark.integration
@pytest.mark.xdist_group("prefect")
def test_old_runs_of_ours_go_with_what_they_left_and_others_stay(server: None) -> None:
    with tags("keepwell", "nothing-due"):
        chat()
    with tags("somebody-else"):
        chat()
    now = datetime.now(UTC)
    with get_client(sync_client=True) as client:
        assert let_go(client, now, timedelta(days=90)).runs == 0
        gone = let_go(client, now + timedelta(days=8), timedelta(days=90))
        assert (gone.runs >= 1, gone.artifacts >= 1) == (True, True)
        left = [one for one in client.read_flow_runs() if one.name and "somebody-else" in one.tags]
        assert len(left) == 1
        kept = client.read_artifacts()
    assert len([one for one in kept if one.key == "said-once"]) == 1
