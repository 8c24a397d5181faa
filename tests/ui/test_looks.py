"""What a person sees in Prefect's UI: the run, what it left behind, and the words of the digest.

Photos are left in screenshots/: look at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prefect.client.schemas.objects import FlowRun

from tests.ui.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("ui")]

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).parents[2] / "screenshots"
SAYS = "5 of 61 customers in Starter/EMEA left this week."
SHOWN = "img => img.complete && img.naturalWidth > 100"


@pytest.fixture(scope="module")
def runs(stage: Stage) -> dict[str, FlowRun]:
    """What the company's Monday looks like: read, watched, told; and a source that is gone."""
    found = {"sync": stage.ended(stage.start("sync")), "watch": stage.ended(stage.start("watch"))}
    found["digest"] = stage.ended(stage.start("digest-week", period="2026-W47"))
    found["idle"] = stage.ended(stage.start("digest-week"))
    folder = stage.company.folder / "exports" / "desk"
    folder.rename(folder.with_name("gone"))
    try:
        found["failed"] = stage.ended(stage.start("sync"))
    finally:
        folder.with_name("gone").rename(folder)
    return found


@pytest.fixture(scope="module")
def page(stage: Stage, runs: dict[str, FlowRun]) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        opened = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened.new_page(base_url=stage.server.url, viewport={"width": 1440, "height": 1000})
        opened.close()


def seen(page: Page, path: str, words: str, photo: str = "") -> str:
    """Go there, wait for the words, keep a photo, and return everything that can be read."""
    page.goto(path)
    page.get_by_text(words).first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    if photo:
        FOLDER.mkdir(exist_ok=True)
        page.screenshot(path=FOLDER / f"prefect-{photo}.png")
    return page.inner_text("body")


def opened_at(page: Page, run: FlowRun, tab: str, words: str, photo: str) -> str:
    """Open a tab of a run's page, wait for the words, keep a photo, and return what it says."""
    seen(page, f"/runs/flow-run/{run.id}", "Finished in state")
    page.get_by_text(tab, exact=True).first.click()
    page.get_by_text(words).first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"prefect-{photo}.png")
    return page.inner_text("body")


def left(stage: Stage, run: FlowRun, key: str) -> str:
    """Where an artifact of a run is."""
    found = [one for one in stage.client.read_artifacts() if one.key == key]
    (mine,) = (one for one in found if one.flow_run_id == run.id)
    return f"/artifacts/artifact/{mine.id}"


def test_runs_are_found_by_what_they_are_about(page: Page, runs: dict[str, FlowRun]) -> None:
    text = seen(page, "/runs", "digest 2026-W47", "runs")
    for name in ("watch 23 Nov 08:00", "sync, 4 sources", "sync, 1 source", "digest not due"):
        assert name in text
    for tag in ("keepwell", "week", "alerts-found", "nothing-due"):
        assert tag in text


def test_no_run_is_hidden_by_a_filter_of_states(page: Page, runs: dict[str, FlowRun]) -> None:
    assert "sync, 1 source" in seen(page, "/runs?state=Failed", "sync, 1 source", "failed-runs")
    completed = seen(page, "/runs?state=Completed", "digest 2026-W47")
    assert "digest not due" in completed
    assert "watch 23 Nov 08:00" in completed


def test_a_failed_run_says_why_in_its_log_and_has_no_traceback(
    page: Page, runs: dict[str, FlowRun]
) -> None:
    text = seen(page, f"/runs/flow-run/{runs['failed'].id}", "Finished in state", "failed-run")
    assert "Traceback" not in text
    assert "desk" in text


def test_a_run_shows_its_steps_by_name(page: Page, runs: dict[str, FlowRun]) -> None:
    text = opened_at(page, runs["digest"], "Task Runs", "write the digest of 2026-W47", "steps")
    assert "deliver 1 message by file" in text


def test_the_artifacts_of_a_run_are_there(page: Page, runs: dict[str, FlowRun]) -> None:
    text = opened_at(page, runs["digest"], "Artifacts", "report-digest", "artifacts-of-a-run")
    for key in ("scorecard-week", "chart-week-1", "report-digest"):
        assert key in text


def test_the_digest_can_be_read_with_its_charts(
    page: Page, stage: Stage, runs: dict[str, FlowRun]
) -> None:
    text = seen(page, left(stage, runs["digest"], "digest-week"), SAYS, "digest")
    assert "Data notes" in text
    pictures = page.locator("article img, .artifact-data-markdown img")
    assert pictures.count() >= 1
    assert all(pictures.nth(number).evaluate(SHOWN) for number in range(pictures.count()))
    pictures.first.scroll_into_view_if_needed()
    page.screenshot(path=FOLDER / "prefect-digest-charts.png")


def test_one_gets_from_the_report_to_the_digest_and_back_to_the_run(
    page: Page, stage: Stage, runs: dict[str, FlowRun]
) -> None:
    seen(page, left(stage, runs["digest"], "report-digest"), "digest of 2026-W47", "report")
    seen(page, behind(page, "digest of 2026-W47"), SAYS)
    run, reports = behind(page, "The run"), behind(page, "What such runs did")
    seen(page, run, "Finished in state")
    seen(page, reports, "report-digest")


def behind(page: Page, words: str) -> str:
    """Where a link leads."""
    return str(page.get_by_role("link", name=words, exact=True).first.get_attribute("href"))


@pytest.mark.parametrize(
    ("run", "key", "words"),
    [
        ("sync", "report-sync", "rows read"),
        ("sync", "loaded", "quarantined"),
        ("watch", "alerts", "open alerts, "),
        ("watch", "alerts-table", "Starter/EMEA"),
        ("digest", "scorecard-week", "7 of 604"),
        ("digest", "chart-week-1", "chart-week-1"),
    ],
)
def test_a_page_of_a_run_can_be_read(
    page: Page, stage: Stage, runs: dict[str, FlowRun], run: str, key: str, words: str
) -> None:
    text = seen(page, left(stage, runs[run], key), words, key)
    assert "<" not in text.replace("< 1", "")


@pytest.mark.parametrize(
    ("path", "words", "photo"),
    [
        ("/automations", "tell operators of failed runs", "automations"),
        ("/deployments", "digest-week", "deployments"),
        ("/events", "Event", "events"),
        ("/dashboard", "Flow Runs", "dashboard"),
    ],
)
def test_the_rest_of_the_ui(page: Page, path: str, words: str, photo: str) -> None:
    seen(page, path, words, photo)


def test_no_secret_is_anywhere_on_the_server(stage: Stage, runs: dict[str, FlowRun]) -> None:
    from tests.ui.stage import SECRETS

    kept = b"".join(one.read_bytes() for one in stage.home.glob("**/*") if one.is_file())
    asked = ("flow_runs", "task_runs", "logs", "artifacts", "deployments", "events", "automations")
    answers = "".join(stage.client._client.post(f"/{one}/filter", json={}).text for one in asked)
    for secret in SECRETS.values():
        assert secret.encode() not in kept
        assert secret not in answers
    assert b"digest 2026-W47" in kept
    assert "digest 2026-W47" in answers
